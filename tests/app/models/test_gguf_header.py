"""Whatever is wrong with a model file is said by type, within a second, before native code sees it."""

from __future__ import annotations

import contextlib
import os
import struct
import time
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFValue, GGUFValueType
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import ModelEmpty, ModelError, ModelMissing, ModelNotGguf, ModelTruncated, ModelUnsupported
from app.models.gguf_format import STRING, TENSOR_TYPES
from app.models.gguf_header import read_header
from app.models.gguf_parse import read_array
from tests.tiny_llama import number, text, write_tiny_llama


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


def test_sound_file_is_read(tiny):
    header = read_header(tiny)
    assert header.text("general.architecture") == "llama"
    assert header.integer("llama.attention.head_count_kv") == 2
    assert header.integer("general.name", 5) == 5
    assert len(header.tensors) == 11
    assert all(info.offset + info.nbytes <= header.size for info in header.tensors)


def test_vocabulary_is_fetched_on_request(tiny):
    header = read_header(tiny)
    tokens = header.array("tokenizer.ggml.tokens", STRING)
    assert tokens is not None
    assert read_array(header, tokens)[:3] == [b"<|endoftext|>", b"<|im_start|>", b"<|im_end|>"]


def test_tensor_types_agree_with_ggml():
    for kind, packing in TENSOR_TYPES.items():
        assert GGMLQuantizationType(kind).name == packing.name
        assert GGML_QUANT_SIZES[GGMLQuantizationType(kind)] == (packing.block, packing.size)


def test_missing_file(tmp_path):
    with pytest.raises(ModelMissing):
        read_header(tmp_path / "none.gguf")
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(ModelMissing):
        read_header(tmp_path / "file" / "model.gguf")


def test_empty_file(tmp_path):
    path = tmp_path / "empty.gguf"
    path.touch()
    with pytest.raises(ModelEmpty):
        read_header(path)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04" * 10, b"\x89PNG\r\n\x1a\n", b"<html>", b"G", b"FUGG" * 9, b"\0" * 99]
)
def test_other_files_are_not_gguf(tmp_path, content):
    path = tmp_path / "renamed.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelNotGguf):
        read_header(path)


def test_folder_and_pipe_are_refused_without_waiting(tmp_path):
    with pytest.raises(ModelNotGguf):
        read_header(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.gguf")
        with pytest.raises(ModelNotGguf):
            read_header(tmp_path / "pipe.gguf")


def test_link_that_leads_to_itself_is_unreadable(tmp_path):
    path = tmp_path / "loop.gguf"
    path.symlink_to(path)
    with pytest.raises(ModelError):
        read_header(path)


@pytest.mark.parametrize("version", [1, 2, 4, 0x03000000])
def test_other_versions_and_byte_orders_are_unsupported(tiny, tmp_path, version):
    content = bytearray(tiny.read_bytes())
    content[4:8] = struct.pack("<I", version)
    path = tmp_path / "version.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnsupported, match="version"):
        read_header(path)


def test_every_cut_is_noticed(tiny, tmp_path):
    """A copy that ended early is never taken for a whole model, wherever it ended."""
    content = tiny.read_bytes()
    path = tmp_path / "cut.gguf"
    for length in [*range(4, 400, 7), *range(400, len(content), 997), len(content) - 64]:
        path.write_bytes(content[:length])
        with pytest.raises(ModelTruncated):
            read_header(path)


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({"general.architecture": text("gemma2")}, "gemma2"),
        ({"general.type": text("adapter")}, "adapter"),
        ({"llama.expert_count": number(8)}, "experts"),
        ({"split.count": number(3)}, "split"),
        ({"llama.attention.head_count_kv": number(3)}, "heads"),
        ({"llama.rope.dimension_count": number(4)}, "heads"),
        ({"llama.feed_forward_length": number(96)}, "shape"),
        ({"llama.block_count": number(100_000)}, "layers"),
        ({"tokenizer.ggml.model": text("bert")}, "tokenizer"),
        ({"tokenizer.ggml.model": text("llama"), "tokenizer.ggml.scores": None}, "scores"),
        ({"llama.feed_forward_length": None}, "feed_forward"),
        ({"llama.attention.layer_norm_rms_epsilon": None}, "normalization"),
        ({"llama.attention.layer_norm_rms_epsilon": GGUFValue(float("nan"), GGUFValueType.FLOAT32)}, "normalization"),
        ({"tokenizer.ggml.tokens": None}, "vocabulary"),
        ({"tokenizer.ggml.merges": None}, "merges"),
        ({"tokenizer.ggml.bos_token_id": number(100_000)}, "names no token"),
        ({"tokenizer.ggml.token_type": GGUFValue([1, 1], GGUFValueType.ARRAY)}, "differ in length"),
        ({"tokenizer.ggml.token_type": GGUFValue(["a"], GGUFValueType.ARRAY)}, "differ in length"),
        ({"tokenizer.ggml.tokens": GGUFValue(["a"] * 261, GGUFValueType.ARRAY)}, "twice"),
    ],
)  # fmt: skip
def test_what_llama_cpp_cannot_run_is_refused(tmp_path, metadata, reason):
    path = write_tiny_llama(tmp_path / "other.gguf", metadata=metadata)
    with pytest.raises((ModelUnsupported, ModelTruncated), match=reason):
        read_header(path)


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [
        ({"output_norm.weight": None}, "missing"),
        ({"blk.0.attn_k.weight": np.zeros((32, 32), np.float32)}, "shape"),
        ({"blk.0.attn_norm.weight": np.zeros(32, np.float16)}, "F32"),
        ({"blk.7.attn_norm.weight": np.zeros(32, np.float32)}, "not part"),
        ({"lora_a": np.zeros(32, np.float32)}, "not part"),
    ],
)
def test_tensors_must_be_those_of_the_stated_model(tmp_path, tensors, reason):
    path = write_tiny_llama(tmp_path / "other.gguf", tensors=tensors)
    with pytest.raises((ModelUnsupported, ModelTruncated), match=reason):
        read_header(path)


def test_untied_output_and_biases_are_allowed(tmp_path):
    extra = {"output.weight": np.zeros((261, 32), np.float32), "blk.0.attn_k.bias": np.zeros(16, np.float32)}
    assert len(read_header(write_tiny_llama(tmp_path / "untied.gguf", tensors=extra)).tensors) == 13


def test_overlapping_tensors_are_refused(tiny, tmp_path):
    """Every tensor said to lie at offset 0: no header may make native code read one tensor's bytes as another's."""
    content = bytearray(tiny.read_bytes())
    header = read_header(tiny)
    start = min(info.offset for info in header.tensors)
    for info in header.tensors:
        name = info.name.encode()
        at = content.index(struct.pack("<Q", len(name)) + name) + 8 + len(name) + 4 + 8 * len(info.shape) + 4
        assert struct.unpack_from("<Q", content, at)[0] == info.offset - start
        struct.pack_into("<Q", content, at, 0)
    path = tmp_path / "overlap.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelTruncated, match="overlap"):
        read_header(path)


_POSITION = st.integers(0, 11_000)


@settings(max_examples=400, deadline=1000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(_POSITION, st.one_of(st.binary(min_size=1, max_size=9), st.just(b"\xff" * 8))), min_size=1, max_size=6
    ),
    cut=st.none() | st.integers(0, 60_000),
)
def test_mutated_headers_never_crash_and_never_point_outside(tiny, tmp_path, changes, cut):
    """Any damage gives a ModelError, or a header whose tensors lie inside the file; always within a second."""
    content = bytearray(tiny.read_bytes())
    for position, replacement in changes:
        content[position : position + len(replacement)] = replacement
    path = tmp_path / "mutated.gguf"
    path.write_bytes(content[:cut])
    began = time.monotonic()
    with contextlib.suppress(ModelError):
        header = read_header(path)
        assert all(0 < info.offset <= info.offset + info.nbytes <= header.size for info in header.tensors)
    assert time.monotonic() - began < 1.0


def test_huge_counts_do_not_take_memory(tmp_path):
    path = tmp_path / "counts.gguf"
    for counts in ((2**63, 1), (1, 2**63), (65_537, 0)):
        path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, *counts) + b"\0" * 64)
        with pytest.raises(ModelTruncated):
            read_header(path)
