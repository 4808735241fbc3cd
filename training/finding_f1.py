"""FindingF1: whether two impressions state the same findings, with the second reader's own eyes.

Overlap of words calls "No pleural effusion" and "Pleural effusion" nearly the same; this does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.review.reader import read
from app.review.reading import Observation
from app.review.scopes import Status

# (finding, status, sides, trend)
Fact = tuple[str, str, tuple[str, ...], str]


@dataclass(frozen=True)
class FindingF1:
    """Micro-averaged over all pairs, 0 to 100; 100 where neither side states anything.

    Attributes:
        all: over every fact, denied ones included.
        present: over what is there, surely or possibly.
    """

    all: float
    present: float


def facts(impression: str) -> Counter[Fact]:
    """What an impression states: each finding with its status, sides and trend; "normal" by itself is none."""
    return Counter(_fact(seen) for seen in read(impression).observations if _counts(seen))


def finding_f1(references: Sequence[str], candidates: Sequence[str]) -> FindingF1:
    """FindingF1 of candidates[i] against references[i]."""
    shared, wanted, given = [0, 0], [0, 0], [0, 0]
    for reference, candidate in zip(references, candidates, strict=True):
        human, model = facts(reference), facts(candidate)
        for place, only_present in enumerate((False, True)):
            one, two = (_present(human), _present(model)) if only_present else (human, model)
            shared[place] += (one & two).total()
            wanted[place] += one.total()
            given[place] += two.total()
    return FindingF1(*(_f1(*counts) for counts in zip(shared, wanted, given, strict=True)))


def _counts(seen: Observation) -> bool:
    return not seen.is_generic and seen.status is not Status.ASKED


def _fact(seen: Observation) -> Fact:
    status = "absent" if seen.status is Status.ABSENT else "present" if seen.is_asserted else seen.status.name.lower()
    return (seen.name, status, tuple(sorted(seen.sides)), seen.trend or "")


def _present(stated: Counter[Fact]) -> Counter[Fact]:
    return Counter({fact: count for fact, count in stated.items() if fact[1] == "present"})


def _f1(shared: int, wanted: int, given: int) -> float:
    return 200 * shared / (wanted + given) if wanted + given else 100.0
