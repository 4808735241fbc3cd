"""Training sees the weights as the model file will hold them, to the last bit, and still learns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, GGUFReader
from gguf.quants import dequantize, quantize
from hypothesis import given
from hypothesis import strategies as st
from peft import LoraConfig, get_peft_model
from peft.tuners.lora import Linear
from torch.nn import functional

from convert.adapter import open_adapter
from convert.build import build
from convert.huggingface import open_folder
from convert.plan import make_plan
from tests.training.test_finetune import RECIPE
from training.base import load_base
from training.finetune import LINEAR_LAYERS, finetune
from training.rounded_weights import round_to_q4_0, train_rounded

Q4_0 = GGMLQuantizationType.Q4_0


@given(st.integers(0, 2**32 - 1), st.sampled_from((1e-6, 0.02, 1.0, 300.0)))
def test_rounding_is_the_file_format_s_own(seed: int, scale: float) -> None:
    weights = np.random.default_rng(seed).normal(0, scale, (3, 64)).astype(np.float32)
    weights[0, :32] = 0
    expected = dequantize(quantize(weights, Q4_0), Q4_0)
    assert np.array_equal(round_to_q4_0(torch.from_numpy(weights)).numpy(), expected)


@pytest.fixture
def adapted(tiny_base: Path):
    """A tiny model with an adapter that changes something, trained on rounded weights."""
    torch.manual_seed(0)
    config = LoraConfig(r=4, lora_alpha=8, target_modules=list(LINEAR_LAYERS), task_type="CAUSAL_LM")
    model = get_peft_model(load_base(tiny_base, torch.float32), config)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    train_rounded(model)
    return model


def test_a_layer_computes_with_its_merged_weights_rounded(adapted) -> None:
    layer = next(module for module in adapted.modules() if isinstance(module, Linear))
    hidden = torch.randn(5, layer.base_layer.in_features)
    merged = layer.base_layer.weight + layer.scaling["default"] * (
        layer.lora_B["default"].weight @ layer.lora_A["default"].weight
    )
    expected = functional.linear(hidden, round_to_q4_0(merged))
    assert torch.allclose(layer(hidden), expected, atol=1e-5)
    assert not torch.allclose(layer(hidden), functional.linear(hidden, merged), atol=1e-3)


def test_the_rounding_lets_gradients_through(adapted) -> None:
    layer = next(module for module in adapted.modules() if isinstance(module, Linear))
    layer(torch.randn(5, layer.base_layer.in_features)).square().sum().backward()
    for matrix in (layer.lora_A["default"], layer.lora_B["default"]):
        assert matrix.weight.grad is not None
        assert float(matrix.weight.grad.abs().sum()) > 0


def test_the_file_holds_the_weights_that_were_trained(tiny_base: Path, pairs_folder: Path, tmp_path: Path) -> None:
    told: list[str] = []
    recipe = replace(RECIPE, epochs=2, trained_for="Q4_0", bfloat16=True)
    card = finetune(pairs_folder, tiny_base, recipe, tmp_path / "adapter", told.append)
    assert card.trained_for == "Q4_0"
    losses = [float(line.rsplit(" ", 1)[1]) for line in told if "validation loss" in line]
    assert losses[1] < losses[0]
    plan = make_plan(open_folder(tiny_base), open_adapter(tmp_path / "adapter"), tmp_path / "model.gguf")
    assert plan.card.quantization == "Q4_0"
    build(plan, lambda *_: None)
    tensors = {tensor.name: tensor for tensor in GGUFReader(tmp_path / "model.gguf").tensors}
    assert {tensor.tensor_type.name for tensor in tensors.values()} == {"Q4_0", "F32"}
    found = tensors["blk.0.ffn_down.weight"]
    held = dequantize(found.data, found.tensor_type)
    base = load_base(tiny_base, torch.float32)
    # As saved, in float16, which is what the converter merges.
    adapter = open_adapter(tmp_path / "adapter")
    merged = base.model.layers[0].mlp.down_proj.weight.detach().numpy() + adapter.delta("blk.0.ffn_down.weight", 4, 2)
    assert np.array_equal(held, round_to_q4_0(torch.from_numpy(merged.astype(np.float32))).numpy())
