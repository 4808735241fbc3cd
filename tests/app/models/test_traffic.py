"""What a token moves through memory, from a header alone."""

from __future__ import annotations

import numpy as np

from app.models.gguf_header import read_header
from app.models.traffic import context_bytes_a_token, weight_bytes_a_token
from tests.tiny_llama import write_tiny_llama


def test_a_model_without_an_output_matrix_reads_its_table_of_embeddings_whole(tmp_path):
    header = read_header(write_tiny_llama(tmp_path / "tied.gguf"))
    assert "output.weight" not in {info.name for info in header.tensors}
    assert weight_bytes_a_token(header) == sum(info.nbytes for info in header.tensors)


def test_of_a_table_beside_an_output_matrix_one_row_is_read(tmp_path):
    table = next(info for info in read_header(write_tiny_llama(tmp_path / "tied.gguf")).tensors if "embd" in info.name)
    output = {"output.weight": np.zeros(table.shape[::-1], np.float32)}
    header = read_header(write_tiny_llama(tmp_path / "untied.gguf", tensors=output))
    rest = sum(info.nbytes for info in header.tensors if info.name != table.name)
    assert weight_bytes_a_token(header) == rest + table.nbytes // table.shape[1]


def test_a_token_keeps_a_key_and_a_value_in_every_layer(tmp_path):
    few = read_header(write_tiny_llama(tmp_path / "few.gguf", layers=1))
    more = read_header(write_tiny_llama(tmp_path / "more.gguf", layers=3))
    key = next(info for info in few.tensors if info.name == "blk.0.attn_k.weight")
    assert context_bytes_a_token(few) == 2 * key.shape[1] * 2
    assert context_bytes_a_token(more) == 3 * context_bytes_a_token(few)
