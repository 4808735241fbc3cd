"""Whoever expects a graphics card to compute is told in one sentence why it does not."""

from __future__ import annotations

import pytest

from app.engine.device_choice import Decision
from app.engine.fallback_notice import fallback_notice
from app.engine.placement import Placement, Wanted
from tests.app.engine.test_device_choice import ANYTHING, CARD, INSIDE, ON_CARD, PROCESSOR

HALF = Placement((CARD,), 15, 2048)


def told(decision: Decision, wanted: Wanted = ANYTHING, graphics=(CARD,)) -> str:
    return fallback_notice(decision, wanted, graphics, layers=30, trained=8192)


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (Decision(None, ON_CARD), ""),
        (
            Decision(None, HALF, fatal=[ON_CARD]),
            "A card (Vulkan) ended the engine on an earlier start: computing 15 of 30 layers there.",
        ),
        (
            Decision(None, PROCESSOR, fatal=[ON_CARD]),
            "A card (Vulkan) ended the engine on an earlier start: computing on the processor.",
        ),
        (
            Decision(None, PROCESSOR, refused=[ON_CARD]),
            "A card (Vulkan) refused the model: computing on the processor.",
        ),
        (
            Decision(None, HALF, refused=[ON_CARD]),
            "A card (Vulkan) refused the model: computing 15 of 30 layers there, with a context of 2,048 tokens.",
        ),
        (
            Decision(None, PROCESSOR, seconds={"CPU": 0.51, "A card (Vulkan)": 1.26}),
            "The processor drafts in 0.5 s, A card (Vulkan) in 1.3 s: computing on the processor.",
        ),
        (
            Decision(None, PROCESSOR, seconds={"CPU": 0.5}),
            "A card (Vulkan) cannot compute with this model: computing on the processor.",
        ),
        (Decision(None, PROCESSOR), "The graphics memory is too small for this model: computing on the processor."),
        (Decision(None, HALF), "The graphics memory holds 15 of 30 layers; the rest is computed on the processor."),
        (
            Decision(None, Placement((CARD,), 30, 4096)),
            "The graphics memory holds a context of 4,096 tokens instead of 8,192.",
        ),
    ],
)
def test_the_reason_is_one_sentence(decision, sentence):
    assert told(decision) == sentence


def test_what_the_user_wanted_needs_no_reason():
    assert told(Decision(None, HALF), Wanted(15, 2048)) == ""
    assert told(Decision(None, PROCESSOR), Wanted(0)) == ""
    assert told(Decision(None, PROCESSOR), graphics=()) == ""


def test_a_wish_that_nothing_here_can_fulfil_is_answered():
    sentence = "There is no graphics device that this engine can use: computing on the processor."
    assert told(Decision(None, PROCESSOR), Wanted(-1), graphics=()) == sentence


def test_that_a_device_inside_the_processor_is_slower_surprises_nobody():
    slower = Decision(None, PROCESSOR, seconds={"CPU": 1.0, "Inside (Vulkan)": 2.0})
    assert told(slower, graphics=[INSIDE]) == ""
