"""The placements that are worth trying, and what comes below each."""

from __future__ import annotations

from app.engine.devices import DISCRETE, INTEGRATED, Device
from app.engine.placement import Placement, Wanted, candidates, steps_down
from tests.app.engine.test_fit import GIGABYTE, SEVEN_BILLION, card


def named(name: str, free: float, kind: int = DISCRETE) -> Device:
    return Device("Vulkan", name, name, kind, name, int(free * GIGABYTE), int(free * GIGABYTE))


def found(*graphics: Device, **wanted) -> list[tuple[tuple[str, ...], int, int]]:
    placements = candidates(graphics, SEVEN_BILLION, Wanted(**wanted), 512)
    return [(placement.device_names, placement.layers, placement.context) for placement in placements]


def test_each_device_that_holds_the_model_is_a_candidate():
    assert found(named("large", 24), named("inside", 32, INTEGRATED)) == [
        (("large",), 32, 4096),
        (("inside",), 32, 4096),
    ]


def test_the_context_is_smaller_where_the_layers_fit_then():
    assert found(named("card", 6.5)) == [(("card",), 32, 2048)]


def test_layers_that_do_not_fit_are_left_out_in_eighths():
    ((_, layers, context),) = found(named("card", 4.5))
    assert (0 < layers < 32, layers % 4, context) == (True, 0, 2048)
    assert found(named("card", 4.5)) == found(named("card", 4.55))


def test_a_card_that_holds_nothing_is_no_candidate():
    assert found(named("card", 1.5)) == []


def test_two_cards_are_taken_together_where_neither_holds_the_model():
    assert found(named("one", 5.5), named("two", 5.5))[-1][:2] == (("one", "two"), 32)
    assert [names for names, _, _ in found(named("large", 24), named("small", 5))] == [("large",), ("small",)]


def test_what_the_user_wants_is_obeyed_and_compared_with_nothing():
    graphics = [named("card", 2), named("large", 24)]
    assert found(*graphics, layers=10) == [(("large",), 10, 4096)]
    assert found(*graphics, layers=-1) == [(("large",), 32, 4096)]
    assert found(*graphics, layers=99) == [(("large",), 32, 4096)]
    assert found(*graphics, layers=0) == []
    assert found(named("card", 2), layers=-1) == [(("card",), 32, 2048)]
    assert found(named("large", 24), context=3000) == [(("large",), 32, 3000)]


def test_the_steps_down_are_smaller_contexts_then_half_the_layers_then_the_processor():
    first = Placement((card(24),), 32, 8192)
    assert list(steps_down(first, 8192, Wanted())) == [
        Placement(first.devices, 32, 8192),
        Placement(first.devices, 32, 4096),
        Placement(first.devices, 32, 2048),
        Placement(first.devices, 16, 2048),
        Placement(),
    ]


def test_a_context_that_the_user_wants_stays_wanted_on_the_processor():
    first = Placement((card(24),), 1, 1024)
    assert list(steps_down(first, 8192, Wanted(None, 1024))) == [first, Placement(context=1024)]


def test_a_placement_is_told_with_its_devices_and_back_ends():
    assert Placement((card(8), named("other", 8))).title == "A card (Vulkan) + other (Vulkan)"
    assert Placement().title == "CPU"
