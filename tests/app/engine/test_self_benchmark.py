"""Speed is measured in about a second, whatever the device."""

from __future__ import annotations

import pytest

from app.engine.model import load_model
from app.engine.self_benchmark import Speed, measure


class Simulated:
    """A context on a device with a clock of its own: seconds a chunk and seconds a token."""

    def __init__(self, chunk_seconds: float, token_seconds: float, size: int = 4096, chunk: int = 64) -> None:
        self.size, self.chunk = size, chunk
        self._seconds = {1: token_seconds}
        self._chunk_seconds = chunk_seconds
        self.now = 0.0
        self.held = 0
        self.first = 30.0

    def evaluate(self, tokens: list[int]) -> None:
        self.held += len(tokens)
        assert self.held <= self.size
        self.now += self._seconds.get(len(tokens), self._chunk_seconds) + self.first
        self.first = 0.0

    def clear(self) -> None:
        self.held = 0

    def clock(self) -> float:
        return self.now


@pytest.mark.parametrize(("chunk_seconds", "token_seconds"), [(0.05, 0.01), (0.001, 0.0005), (7.0, 3.0)])
def test_the_speeds_are_those_of_the_device_and_its_first_use_is_not_counted(chunk_seconds, token_seconds):
    context = Simulated(chunk_seconds, token_seconds)
    speed = measure(context, context.clock)
    assert speed.reading == pytest.approx(64 / chunk_seconds)
    assert speed.writing == pytest.approx(1 / token_seconds)
    assert context.held == 0


def test_it_takes_about_a_second_beside_the_first_use():
    context = Simulated(0.05, 0.01)
    measure(context, context.clock)
    assert 0.9 < context.now - 30 < 1.3


def test_a_small_context_is_never_overfilled():
    context = Simulated(1e-6, 1e-6, size=100, chunk=512)
    assert measure(context, context.clock).writing == pytest.approx(1e6)


def test_a_usual_draft_reads_more_than_it_writes():
    assert Speed(reading=200, writing=40).draft_seconds == pytest.approx(2)
    assert Speed(reading=2000, writing=10).draft_seconds > Speed(reading=200, writing=40).draft_seconds


def test_a_real_model_is_measured_and_its_context_left_empty(tiny_model):
    model = load_model(tiny_model, gpu_layers=0, context=0, threads=1)
    speed = measure(model.context)
    assert speed.reading > 0 < speed.writing
    assert model.context.tokens == []
    model.close()
