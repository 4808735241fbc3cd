"""Which layers to try on a graphics card, most first, the processor last."""

from __future__ import annotations

import pytest

from app.engine.devices import find_graphics, ladder, layers_that_fit

GIGABYTE = 1 << 30


@pytest.mark.parametrize(
    ("wanted", "fitting", "steps"),
    [
        (None, 32, [32, 16, 0]),
        (None, 0, [0]),
        (-1, 5, [32, 16, 0]),
        (4, 32, [4, 2, 0]),
        (99, 1, [32, 16, 0]),
        (0, 32, [0]),
    ],
)
def test_the_ladder_ends_on_the_processor(wanted, fitting, steps):
    assert ladder(wanted, fitting, layers=32) == steps


def test_a_reserve_of_graphics_memory_is_left_to_others():
    assert layers_that_fit(4 * GIGABYTE, 32, free=24 * GIGABYTE) == 32
    assert 0 < layers_that_fit(4 * GIGABYTE, 32, free=4 * GIGABYTE) < 32
    assert layers_that_fit(4 * GIGABYTE, 32, free=GIGABYTE) == 0


def test_a_build_without_graphics_support_finds_none():
    assert find_graphics() == []
