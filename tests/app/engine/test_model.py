"""A model is put where it drafts fastest: llama.cpp itself, with the processor posing as a graphics card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine import model as module
from app.engine.binding import open_library
from app.engine.devices import DISCRETE, Device, find_devices
from app.engine.model import load_model
from app.engine.self_benchmark import Speed
from app.engine.verdicts import Verdicts

GIGABYTE = 1 << 30


@pytest.fixture
def card(monkeypatch) -> Device:
    """A card that llama.cpp can use: this processor under another name."""
    open_library()
    posing = replace(find_devices()[0], backend="Vulkan", name="Vulkan0", description="A card", kind=DISCRETE)
    posing = replace(posing, free=8 * GIGABYTE, total=8 * GIGABYTE)
    monkeypatch.setattr(module, "find_devices", lambda: [*find_devices(), posing])
    return posing


@pytest.fixture
def speeds(monkeypatch) -> list[float]:
    """What is measured, one after the other: tokens a second."""
    left: list[float] = []

    def measure(context) -> Speed:
        context.evaluate([1, 2, 3])
        context.clear()
        return Speed(left[0], left.pop(0))

    monkeypatch.setattr(module, "measure", measure)
    return left


def loaded(tiny_model, verdicts, gpu_layers=None):
    model = load_model(tiny_model, gpu_layers=gpu_layers, context=0, threads=1, verdicts=verdicts)
    try:
        logits = model.context.evaluate([1, 2, 3])
        assert logits.shape[-1] == model.vocabulary.size
        return model.device, model.gpu_layers, model.notice
    finally:
        model.close()


def test_a_faster_card_computes_all_layers_and_is_remembered(card, speeds, tiny_model, tmp_path):
    speeds += [900, 100]
    verdicts = Verdicts(tmp_path / "devices.json")
    assert loaded(tiny_model, verdicts) == ("A card (Vulkan)", 2, "")
    assert speeds == []
    assert loaded(tiny_model, verdicts) == ("A card (Vulkan)", 2, "")


def test_a_slower_card_is_left_to_others_with_the_reason(card, speeds, tiny_model, tmp_path):
    speeds += [100, 200]
    notice = "The processor drafts in 1.2 s, A card (Vulkan) in 2.4 s: computing on the processor."
    assert loaded(tiny_model, Verdicts(tmp_path / "devices.json")) == ("CPU", 0, notice)


def test_a_model_that_was_written_anew_is_measured_anew(card, speeds, tiny_model, tmp_path):
    copy = tmp_path / "model.gguf"
    copy.write_bytes(tiny_model.read_bytes())
    verdicts = Verdicts(tmp_path / "devices.json")
    speeds += [900, 100]
    assert loaded(copy, verdicts)[0] == "A card (Vulkan)"
    copy.write_bytes(tiny_model.read_bytes())
    speeds += [100, 900]
    assert loaded(copy, verdicts)[0] == "CPU"


def test_a_wish_is_obeyed_without_measuring(card, speeds, tiny_model, tmp_path):
    assert loaded(tiny_model, Verdicts(tmp_path / "devices.json"), gpu_layers=1) == ("A card (Vulkan)", 1, "")
    assert loaded(tiny_model, Verdicts(tmp_path / "devices.json"), gpu_layers=0) == ("CPU", 0, "")


def test_a_card_without_room_is_no_candidate(card, speeds, tiny_model, tmp_path, monkeypatch):
    full = replace(card, free=GIGABYTE // 2)
    monkeypatch.setattr(module, "find_devices", lambda: [full])
    notice = "The graphics memory is too small for this model: computing on the processor."
    assert loaded(tiny_model, Verdicts(tmp_path / "devices.json")) == ("CPU", 0, notice)
    assert list(tmp_path.iterdir()) == []


def test_with_the_processor_alone_nothing_is_measured_or_written(speeds, tiny_model, tmp_path):
    assert loaded(tiny_model, Verdicts(tmp_path / "devices.json")) == ("CPU", 0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_wish_without_a_card_is_answered(speeds, tiny_model):
    device, layers, notice = loaded(tiny_model, None, gpu_layers=-1)
    assert (device, layers) == ("CPU", 0)
    assert notice.startswith("There is no graphics device")
