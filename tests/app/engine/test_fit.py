"""What of a model fits on a card, from its header alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.devices import DISCRETE, Device
from app.engine.fit import ModelSize, contexts, layers_that_fit, measure_model, room
from app.models.gguf_header import read_header
from app.models.llama_contract import Dimensions

GIGABYTE = 1 << 30
SEVEN_BILLION = ModelSize(
    layers=(120 << 20,) * 32,
    output=110 << 20,
    measures=Dimensions(
        layers=32,
        embedding=4096,
        feed_forward=11008,
        heads=32,
        heads_kv=32,
        head_size=128,
        context=4096,
        vocabulary=32000,
    ),
)


def card(free: float, total: float = 0) -> Device:
    return Device("Vulkan", "Vulkan0", "A card", DISCRETE, "", int(free * GIGABYTE), int((total or free) * GIGABYTE))


def test_a_models_parts_are_all_of_its_weights(tiny_model):
    size = measure_model(tiny_model)
    header = read_header(tiny_model)
    assert len(size.layers) == 2
    assert all(size.layers)
    names = {tensor.name: tensor.nbytes for tensor in header.tensors}
    output = names.get("output.weight", names["token_embd.weight"])
    assert size.output == output
    others = sum(count for name, count in names.items() if not name.startswith("blk."))
    assert sum(size.layers) + others == sum(names.values())


def test_a_layers_context_goes_where_the_layer_is():
    """LLaMA 7B keeps 512 KiB a token: 16 KiB in each of 32 layers."""
    whole = SEVEN_BILLION.on_device(32, 4096)
    assert whole == 32 * (120 << 20) + (110 << 20) + 4096 * (512 << 10)
    half = SEVEN_BILLION.on_device(16, 4096)
    assert half == 16 * (120 << 20) + (110 << 20) + 4096 * (256 << 10)


def test_only_the_last_layers_weights_are_counted():
    uneven = replace(SEVEN_BILLION, layers=(1, 10, 100))
    assert uneven.on_device(2, 0) - uneven.output == 110


def test_scratch_memory_grows_with_what_is_computed_at_once():
    assert SEVEN_BILLION.scratch(4096, 512) == 512 * SEVEN_BILLION.scratch(4096, 1)
    assert SEVEN_BILLION.scratch(8192, 512) > SEVEN_BILLION.scratch(4096, 512)


@pytest.mark.parametrize(
    ("trained", "wanted", "sizes"),
    [
        (8192, 0, [8192, 4096, 2048]),
        (131_072, 0, [8192, 4096, 2048]),
        (4096, 0, [4096, 2048]),
        (3000, 0, [3000, 2048]),
        (512, 0, [512]),
        (8192, 6000, [6000, 4096, 2048]),
        (8192, 1024, [1024]),
        (2048, 8192, [2048]),
    ],
)
def test_contexts_go_down_from_what_the_model_was_trained_for_or_the_user_wants(trained, wanted, sizes):
    assert contexts(trained, wanted) == sizes


def test_a_reserve_is_left_to_the_viewer():
    assert room(card(free=24)) == 21 * GIGABYTE
    assert room(card(free=4)) == 3 * GIGABYTE
    assert room(card(free=0.5, total=8)) == 0


def test_as_many_layers_fit_as_there_is_room_for():
    def fitting(*devices: Device) -> int:
        return layers_that_fit(SEVEN_BILLION, devices, 2048, 512)

    assert fitting(card(24)) == 32
    assert fitting(card(1.5)) == 0
    some = fitting(card(5))
    assert 0 < some < 32
    needed = SEVEN_BILLION.on_device(some, 2048) + SEVEN_BILLION.scratch(2048, 512)
    assert needed <= room(card(5)) < needed + (120 << 20) + (32 << 20)
    assert some < fitting(card(5), card(5)) <= 32
