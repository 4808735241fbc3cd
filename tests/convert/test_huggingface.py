"""A folder that is not a whole LLaMA model of the supported kind is refused before anything is written."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import save_file

from app.domain.errors import BaseUnusable
from convert.huggingface import open_folder
from convert.safetensors_file import SafetensorsDamaged, open_safetensors


@pytest.fixture
def folder(llama_folder, tmp_path):
    return shutil.copytree(llama_folder, tmp_path / "copy")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"architectures": ["GemmaForCausalLM"]}, "GemmaForCausalLM"),
        ({"architectures": None}, "none"),
        ({"attention_bias": True}, "biases"),
        ({"hidden_act": "gelu"}, "SiLU"),
        ({"rope_parameters": {"rope_type": "yarn", "factor": 2.0}}, "yarn"),
        ({"tie_word_embeddings": False}, "output layer"),
    ],
)
def test_other_models_are_refused_by_name(folder, change, reason):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(BaseUnusable, match=reason):
        open_folder(folder)


def test_damaged_config_is_refused(folder):
    (folder / "config.json").write_text("{")
    with pytest.raises(BaseUnusable, match=r"config\.json"):
        open_folder(folder)


def test_pickled_weights_are_never_read(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(BaseUnusable, match="pickled"):
        open_folder(folder)


def test_strange_tensors_are_refused(folder):
    save_file({"model.layers.0.self_attn.q_norm.weight": np.ones(4, np.float32)}, folder / "more.safetensors")
    with pytest.raises(BaseUnusable, match="q_norm"):
        open_folder(folder)


def test_computed_frequencies_of_old_files_are_left_out(folder):
    name = "model.layers.0.self_attn.rotary_emb.inv_freq"
    save_file({name: np.ones(8, np.float32)}, folder / "more.safetensors")
    assert len(open_folder(folder).shapes) == 2 * 9 + 2


def test_tensor_order_is_embedding_layers_norm(folder):
    names = list(open_folder(folder).shapes)
    assert (names[0], names[1][:6], names[-1]) == ("token_embd.weight", "blk.0.", "output_norm.weight")


@pytest.mark.parametrize(
    "content", [b"", b"\x01", b"\xff" * 8 + b"{}", b"\x02\0\0\0\0\0\0\0[]", b"\x02\0\0\0\0\0\0\0{]"]
)
def test_file_that_is_no_safetensors_is_refused(tmp_path, content):
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(content)
    with pytest.raises(SafetensorsDamaged):
        open_safetensors(path)


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]},
        {"dtype": "F32", "shape": [999], "data_offsets": [0, 3996]},
        {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": None, "data_offsets": [0, 4]},
        {"dtype": "F32"},
        7,
    ],
)
def test_places_that_do_not_fit_the_file_are_refused(tmp_path, entry):
    header = json.dumps({"w": entry}).encode()
    path = tmp_path / "places.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 16)
    with pytest.raises(SafetensorsDamaged):
        open_safetensors(path)
