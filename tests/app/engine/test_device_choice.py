"""The device that drafts fastest is chosen by measuring, remembered, and left for the next step when it fails."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from app.engine.device_choice import Decision, Question, Ways, decide
from app.engine.devices import DISCRETE, INTEGRATED, Device
from app.engine.placement import Placement, Wanted
from app.engine.verdicts import Situation, Verdicts

SITUATION = Situation("model.gguf", 7, 11, "0.5.0", ("Vulkan Vulkan0",), ("6.1",), None, 0)
CARD = Device("Vulkan", "Vulkan0", "A card", DISCRETE, "1", 8, 8)
INSIDE = Device("Vulkan", "Vulkan1", "Inside", INTEGRATED, "2", 8, 8)
ON_CARD = Placement((CARD,), 30, 8192)
ON_INSIDE = Placement((INSIDE,), 30, 8192)
PROCESSOR = Placement()
ANYTHING = Wanted()


class FakeLibrary:
    """Loads a model where it is not refused, and drafts as fast as the devices' table says; keeps what was asked."""

    def __init__(self, seconds: dict[str, float | None], refuses=lambda placement: False) -> None:
        self.seconds, self.refuses = seconds, refuses
        self.asked: list[Placement] = []
        self.measured: list[Placement] = []
        self.open = 0
        self.ways = Ways(self.load, self.draft_seconds)

    def load(self, placement: Placement) -> FakeModel | None:
        self.asked.append(placement)
        if self.refuses(placement):
            return None
        self.open += 1
        return FakeModel(self, placement)

    def draft_seconds(self, model: FakeModel) -> float | None:
        self.measured.append(model.placement)
        return self.seconds[model.placement.title]


class FakeModel:
    def __init__(self, library: FakeLibrary, placement: Placement) -> None:
        self.library, self.placement = library, placement

    def close(self) -> None:
        self.library.open -= 1


def question(*candidates: Placement, wanted: Wanted = ANYTHING, situation: Situation = SITUATION) -> Question:
    return Question(situation, candidates, wanted, trained=8192)


@pytest.fixture
def verdicts(tmp_path):
    return Verdicts(tmp_path / "devices.json")


def ask(library: FakeLibrary, verdicts: Verdicts, *candidates: Placement, **more) -> Decision:
    decision = decide(question(*candidates, **more), library.ways, verdicts)
    assert library.open == (decision.model is not None), "what was only measured is closed again"
    return decision


SLOW_INSIDE = {"CPU": 1.0, "A card (Vulkan)": 0.2, "Inside (Vulkan)": 3.0}


def test_the_fastest_is_chosen_not_the_first(verdicts):
    library = FakeLibrary({"CPU": 1.0, "A card (Vulkan)": 0.9, "Inside (Vulkan)": 0.3})
    decision = ask(library, verdicts, ON_CARD, ON_INSIDE)
    assert decision.placement == ON_INSIDE
    assert decision.seconds == library.seconds
    assert library.measured == [ON_CARD, ON_INSIDE, PROCESSOR]


@pytest.mark.parametrize("slow", [ON_CARD, ON_INSIDE])
def test_no_graphics_device_is_used_that_the_processor_beats(verdicts, slow):
    decision = ask(FakeLibrary({"CPU": 1.0, slow.title: 1.1}), verdicts, slow)
    assert decision.placement == PROCESSOR
    assert (decision.refused, decision.fatal) == ([], [])


def test_the_second_start_measures_nothing(verdicts):
    ask(FakeLibrary(SLOW_INSIDE), verdicts, ON_CARD, ON_INSIDE)
    again = FakeLibrary({})
    decision = ask(again, verdicts, ON_CARD, ON_INSIDE)
    assert (decision.placement, again.measured, again.asked) == (ON_CARD, [], [ON_CARD])
    assert decision.seconds == SLOW_INSIDE


@pytest.mark.parametrize(
    "changed", [{"drivers": ("6.2",)}, {"devices": ("other",)}, {"model_changed": 12}, {"library": "0.6.0"}]
)
def test_another_driver_device_model_or_library_is_measured(verdicts, changed):
    ask(FakeLibrary(SLOW_INSIDE), verdicts, ON_CARD)
    again = FakeLibrary({"CPU": 0.1, "A card (Vulkan)": 0.2})
    situation = msgspec.structs.replace(SITUATION, **changed)
    assert ask(again, verdicts, ON_CARD, situation=situation).placement == PROCESSOR
    assert again.measured == [ON_CARD, PROCESSOR]


def test_only_what_is_new_is_measured_when_fewer_layers_fit_than_last_time(verdicts):
    ask(FakeLibrary(SLOW_INSIDE), verdicts, ON_CARD)
    fewer = Placement((CARD,), 9, 2048)
    library = FakeLibrary({"A card (Vulkan)": 0.8})
    assert ask(library, verdicts, fewer).placement == fewer
    assert library.measured == [fewer]


def test_with_the_processor_alone_nothing_is_measured_and_nothing_written(verdicts, tmp_path):
    library = FakeLibrary({})
    assert ask(library, verdicts).placement == PROCESSOR
    assert (library.asked, library.measured) == ([PROCESSOR], [])
    assert list(tmp_path.iterdir()) == []


def test_what_the_user_wants_is_measured_against_nothing(verdicts):
    library = FakeLibrary({})
    wanted = Placement((CARD,), 12, 8192)
    assert ask(library, verdicts, wanted, wanted=Wanted(12)).placement == wanted
    assert library.measured == []


def test_refused_steps_go_down_to_smaller_contexts_half_the_layers_and_the_processor(verdicts):
    library = FakeLibrary({}, refuses=lambda placement: bool(placement.devices))
    decision = ask(library, verdicts, ON_CARD, wanted=Wanted(-1))
    steps = [(placement.layers, placement.context) for placement in library.asked]
    assert steps == [(30, 8192), (30, 4096), (30, 2048), (15, 2048), (0, 0)]
    assert decision.placement == PROCESSOR
    assert list(decision.refused) == library.asked[:-1]


def test_what_is_refused_while_measuring_counts_as_it_runs_below(verdicts):
    library = FakeLibrary({"CPU": 1.0, "A card (Vulkan)": 0.4}, refuses=lambda placement: placement.layers > 15)
    decision = ask(library, verdicts, ON_CARD)
    assert (decision.placement.layers, decision.placement.context) == (15, 2048)
    assert decision.refused[0] == ON_CARD


def test_a_device_that_cannot_compute_is_not_chosen(verdicts):
    library = FakeLibrary({"CPU": 1.0, "A card (Vulkan)": None})
    decision = ask(library, verdicts, ON_CARD)
    assert (decision.placement, decision.seconds) == (PROCESSOR, {"CPU": 1.0})


def test_a_model_that_is_refused_everywhere_is_none(verdicts):
    library = FakeLibrary({}, refuses=lambda _: True)
    assert ask(library, verdicts, ON_CARD).model is None
    assert ask(library, verdicts).model is None


# Loads on the card as llama.cpp does when its memory ends there: the process is aborted.
DYING = """
import os, sys
from pathlib import Path
from app.engine.verdicts import Verdicts
from tests.app.engine.test_device_choice import ON_CARD, FakeLibrary, decide, question
class Aborting(FakeLibrary):
    def load(self, placement):
        if placement.layers > int(sys.argv[2]):
            os.abort()
        return super().load(placement)
decide(question(ON_CARD), Aborting({"CPU": 1.0, "A card (Vulkan)": 0.5}).ways, Verdicts(Path(sys.argv[1])))
"""
REPOSITORY = Path(__file__).parents[3]


def die_above(layers: int, tmp_path: Path) -> int:
    command = [sys.executable, "-c", DYING, str(tmp_path / "devices.json"), str(layers)]
    return subprocess.run(command, cwd=REPOSITORY, check=False, stderr=subprocess.DEVNULL).returncode


def test_a_step_that_ended_the_engine_is_not_tried_again(verdicts, tmp_path):
    """All layers, then half of them, then the processor, a start each."""
    assert die_above(20, tmp_path) == -signal.SIGABRT
    assert die_above(20, tmp_path) == 0
    library = FakeLibrary({"CPU": 1.0, "A card (Vulkan)": 0.5})
    decision = ask(library, verdicts, ON_CARD)
    assert decision.placement == Placement((CARD,), 15, 2048)
    assert list(decision.fatal) == [ON_CARD]
    assert library.measured == [], "measured by the process that lived"


def test_where_every_step_ended_the_engine_the_processor_computes(verdicts, tmp_path):
    assert [die_above(0, tmp_path) for _ in range(3)] == [-signal.SIGABRT, -signal.SIGABRT, 0]
    library = FakeLibrary({"CPU": 1.0})
    decision = ask(library, verdicts, ON_CARD)
    assert (decision.placement, list(decision.fatal)) == (PROCESSOR, [ON_CARD])
    assert all(not placement.devices for placement in library.asked)


def test_another_driver_gets_another_chance(verdicts, tmp_path):
    assert die_above(0, tmp_path) == -signal.SIGABRT
    library = FakeLibrary({"CPU": 1.0, "A card (Vulkan)": 0.5})
    newer = msgspec.structs.replace(SITUATION, drivers=("6.2",))
    assert ask(library, verdicts, ON_CARD, situation=newer).placement == ON_CARD
