"""Only adapters that a plain sum merges exactly are merged; every other one is refused with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from app.domain.card import Card
from app.domain.errors import AdapterUnusable
from convert.adapter import open_adapter
from convert.names import gguf_name, permute

PREFIX = "base_model.model.model.layers.0.self_attn"
PLAIN = {"peft_type": "LORA", "lora_alpha": 8, "r": 2, "bias": "none", "init_lora_weights": True, "use_dora": False}


def pair(module: str = f"{PREFIX}.v_proj") -> dict[str, np.ndarray]:
    return {
        f"{module}.lora_A.weight": np.full((2, 4), 0.5, np.float16),
        f"{module}.lora_B.weight": np.ones((6, 2), np.float16),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "adapter_config.json").write_text(json.dumps(PLAIN))
    (tmp_path / "card.json").write_text(Card(name="Test").to_json())
    save_file(pair(), tmp_path / "adapter_model.safetensors")
    return tmp_path


def test_scale_is_alpha_over_rank(folder):
    adapter = open_adapter(folder)
    assert adapter.shape("blk.0.attn_v.weight") == (6, 4)
    np.testing.assert_array_equal(adapter.delta("blk.0.attn_v.weight", 2, 1), np.full((6, 4), 8 / 2 * 1.0))


def test_rank_stabilized_scale_is_alpha_over_root_of_rank(folder):
    (folder / "adapter_config.json").write_text(json.dumps(PLAIN | {"use_rslora": True}))
    delta = open_adapter(folder).delta("blk.0.attn_v.weight", 2, 1)
    np.testing.assert_allclose(delta, np.full((6, 4), 8 / 2**0.5), rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"peft_type": "ADALORA"}, "ADALORA"),
        ({"use_dora": True}, "use_dora"),
        ({"alpha_pattern": {"q_proj": 4}}, "alpha_pattern"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"fan_in_fan_out": True}, "fan_in_fan_out"),
        ({"bias": "all"}, "biases"),
        ({"init_lora_weights": "pissa"}, "initialization"),
        ({"a_setting_of_next_year": 1}, "a_setting_of_next_year"),
        ({"lora_alpha": None}, "lora_alpha"),
    ],
)
def test_other_kinds_are_refused_by_name(folder, change, reason):
    (folder / "adapter_config.json").write_text(json.dumps(PLAIN | change))
    with pytest.raises(AdapterUnusable, match=reason):
        open_adapter(folder)


@pytest.mark.parametrize("name", ["card.json", "adapter_config.json", "adapter_model.safetensors"])
def test_missing_or_damaged_file_is_named(folder, name):
    (folder / name).write_bytes(b"\x99" * 40)
    with pytest.raises(AdapterUnusable, match=name):
        open_adapter(folder)
    (folder / name).unlink()
    with pytest.raises(AdapterUnusable, match=name):
        open_adapter(folder)


@pytest.mark.parametrize(
    "tensors",
    [
        {},
        {f"{PREFIX}.v_proj.lora_A.weight": np.ones((2, 4), np.float16)},
        {f"{PREFIX}.v_proj.lora_A.weight": np.ones((2, 4)), f"{PREFIX}.v_proj.lora_B.weight": np.ones((6, 2))},
        pair(f"{PREFIX}.w_proj"),
        pair("base_model.model.model.embed_tokens"),
        pair() | {f"{PREFIX}.v_proj.lora_magnitude_vector.weight": np.ones(6, np.float16)},
        pair() | {f"{PREFIX}.v_proj.lora_B.weight": np.ones((6, 3), np.float16)},
    ],
)
def test_tensors_that_are_no_whole_pairs_are_refused(folder, tensors):
    save_file(tensors, folder / "adapter_model.safetensors")
    with pytest.raises(AdapterUnusable):
        open_adapter(folder)


def test_cut_off_weights_are_refused(folder):
    weights = folder / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-3])
    with pytest.raises(AdapterUnusable, match="cut off"):
        open_adapter(folder)


def test_names_follow_llama_cpp():
    assert gguf_name("model.layers.12.mlp.down_proj") == "blk.12.ffn_down.weight"
    assert gguf_name("model.layers.3.post_attention_layernorm") == "blk.3.ffn_norm.weight"
    assert gguf_name("lm_head") == "output.weight"
    assert gguf_name("model.layers.3.self_attn.rotary") is None
    assert gguf_name("vision.embed") is None


def test_halves_of_each_head_are_interleaved():
    rows = np.arange(8, dtype=np.float32).reshape(8, 1)
    assert permute(rows, 2).ravel().tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
