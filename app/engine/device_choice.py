"""Chooses where a model computes: where it was measured to be fastest, or below that; never what ended the engine.

It does not know llama.cpp: how a model is loaded somewhere and measured there is given to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from app.engine.placement import Placement, Wanted, steps_down
from app.engine.verdicts import Entry, Measured, Situation, Step, Verdicts


class Loaded(Protocol):
    """A model that was loaded somewhere."""

    def close(self) -> None: ...


M = TypeVar("M", bound=Loaded)


@dataclass(frozen=True)
class Ways(Generic[M]):
    """How a model is loaded and measured.

    Attributes:
        load: at a placement, proved by computing there; None when it is refused.
        draft_seconds: how long a usual draft takes with a loaded model; None when it cannot compute.
    """

    load: Callable[[Placement], M | None]
    draft_seconds: Callable[[M], float | None]


@dataclass(frozen=True)
class Question:
    """What is to be decided.

    Attributes:
        candidates: the best placement on each graphics device, discrete devices first; none: the processor it is.
        trained: tokens of context that the model was trained for.
    """

    situation: Situation
    candidates: Sequence[Placement]
    wanted: Wanted
    trained: int


@dataclass(frozen=True)
class Decision(Generic[M]):
    """Where a model was loaded, and what the notice to the user is made of.

    Attributes:
        model: None when it was refused everywhere.
        refused: placements that were tried now and refused.
        fatal: candidates that ended the engine on an earlier start.
        seconds: of a usual draft, by the devices' titles, where measured.
    """

    model: M | None
    placement: Placement
    refused: Sequence[Placement] = ()
    fatal: Sequence[Placement] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def decide(question: Question, ways: Ways[M], verdicts: Verdicts) -> Decision[M]:
    """Load a model where it drafts fastest.

    Each candidate and the processor are measured once in a situation; of what a user sets himself nothing is measured.
    With the processor alone nothing is measured and nothing kept.
    """
    if not question.candidates:
        alone = Placement(context=question.wanted.context)
        return Decision(ways.load(alone), alone)
    with verdicts.entry(question.situation) as entry:
        return _Choice(question, ways, verdicts, entry).decide()


class _Choice(Generic[M]):
    def __init__(self, question: Question, ways: Ways[M], verdicts: Verdicts, entry: Entry) -> None:
        self._question, self._ways = question, ways
        self._verdicts, self._entry = verdicts, entry

    def decide(self) -> Decision[M]:
        possible = [kept for first in self._question.candidates for kept in self._allowed(first)[:1] if kept.devices]
        fatal = [first for first in self._question.candidates if self._is_fatal(first)]
        first = possible[0] if possible else Placement(context=self._question.wanted.context)
        seconds: dict[str, float] = {}
        if possible and self._question.wanted.layers is None:
            first, seconds = self._fastest([*possible, Placement(context=self._question.wanted.context)])
        model, used, refused = self._load(first)
        return Decision(model, used, refused, fatal, seconds)

    def _fastest(self, possible: Sequence[Placement]) -> tuple[Placement, dict[str, float]]:
        """Of equals the one that comes first."""
        measured = {placement: self._draft_seconds(placement) for placement in possible}
        seconds = {placement: taken for placement, taken in measured.items() if taken is not None}
        fastest = min(seconds, key=lambda placement: seconds[placement], default=possible[-1])
        return fastest, {placement.title: taken for placement, taken in seconds.items()}

    def _draft_seconds(self, placement: Placement) -> float | None:
        """As remembered; measured now if it is not."""
        step = _step(placement)
        for known in self._entry.measured:
            if (known.step.devices, known.step.layers) == (step.devices, step.layers):
                return known.draft_seconds
        taken = None
        for lower in self._allowed(placement):
            # Below a graphics device stands the processor, which is measured by itself.
            if bool(lower.devices) == bool(placement.devices) and (found := self._measure(lower)) is not None:
                taken = found
                break
        self._entry.measured.append(Measured(step, taken))
        self._verdicts.save(self._entry)
        return taken

    def _measure(self, placement: Placement) -> float | None:
        with self._trying(placement):
            model = self._ways.load(placement)
            if model is None:
                return None
            try:
                return self._ways.draft_seconds(model)
            finally:
                model.close()

    def _load(self, first: Placement) -> tuple[M | None, Placement, list[Placement]]:
        refused: list[Placement] = []
        for placement in self._allowed(first):
            with self._trying(placement):
                model = self._ways.load(placement)
            if model is not None:
                return model, placement, refused
            refused.append(placement)
        return None, refused[-1], refused

    def _trying(self, placement: Placement) -> AbstractContextManager[None]:
        """Word of an attempt on a graphics device; what ends the engine on the processor has nothing below it."""
        return self._verdicts.trying(self._entry, _step(placement)) if placement.devices else nullcontext()

    def _allowed(self, first: Placement) -> list[Placement]:
        """A placement and the steps down from it, without those that ended the engine."""
        if not first.devices:
            return [first]
        below = steps_down(first, self._question.trained, self._question.wanted)
        return [placement for placement in below if not self._is_fatal(placement)]

    def _is_fatal(self, placement: Placement) -> bool:
        """Whether so many layers or fewer ended the engine on these devices. The processor is never given up."""
        return bool(placement.devices) and any(
            step.devices == placement.device_names and step.layers <= placement.layers for step in self._entry.fatal
        )


def _step(placement: Placement) -> Step:
    return Step(placement.device_names, placement.layers, placement.context)
