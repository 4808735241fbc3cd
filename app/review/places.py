"""Vertebral levels, digits, segments and lobes of the impression against those of the findings."""

from __future__ import annotations

from collections.abc import Iterator

from app.review.case import Case
from app.review.digits import digits_in
from app.review.flags import Flag, Severity, two_ends
from app.review.levels import Level
from app.review.reading import Observation, Statement

_LOBES = frozenset({"upper lobe", "middle lobe", "lower lobe"})
_NAMES = {
    "spine": "level",
    "digit": "digit",
    "segment": "segment",
    "clock": "position",
    "station": "level",
    "part": "part",
    "tooth": "tooth",
    "nodal station": "station",
    "zone": "zone",
}
_MILD = frozenset({"segment", "part", "nodal station", "zone"})


def level_flags(case: Case) -> Iterator[Flag]:
    """A level or digit that the findings do not know of anything."""
    levels = case.findings.levels
    stated = [
        (level, statement) for number, statement in enumerate(case.findings.statements) for level in levels[number]
    ]
    for statement in case.impression.statements:
        for level in statement.levels:
            flag = _level_flag(case, level, statement, [item for item in stated if _parts(item[0]) & _parts(level)])
            if flag:
                yield flag


def _parts(level: Level) -> frozenset[str]:
    """What is counted: vertebrae, or ribs rather than toes."""
    return frozenset(member.rpartition(" ")[0] or level.kind for member in level.members)


def _level_flag(case: Case, level: Level, statement: Statement, stated: list[tuple[Level, Statement]]) -> Flag | None:
    text = case.impression.text[slice(*level.span)]
    if any(text.lower() in reading.text.lower() for reading in (case.exam, case.indication, case.prior)):
        return None
    if not stated:
        message = f"The findings name no such {_NAMES[level.kind]}: {text}."
        return Flag("number_not_in_findings", Severity.NOTE, message, level.span)
    known = frozenset[str]().union(*(other.members for other, _ in stated))
    if _ends(level) <= known or _ends(level) <= known | _in_whole_lists(case):
        return None
    closest, _ = max(stated, key=lambda item: case.matcher.likeness(statement, case.impression, item[1], case.findings))
    exact = case.findings.text[slice(*closest.span)]
    return Flag(
        "level_mismatch",
        Severity.WARNING if level.kind in _MILD else Severity.CRITICAL,
        f"The impression says {text}, the findings {exact}.",
        level.span,
        closest.span,
        two_ends(level.span, text, closest.span, exact),
    )


def _in_whole_lists(case: Case) -> frozenset[str]:
    """Digits and ribs of lists that run over several statements: "of the right fifth, sixth and seventh ribs"."""
    text = case.findings.text
    return frozenset[str]().union(*(members for members, _ in digits_in(text, 0, len(text))))


def _ends(level: Level) -> frozenset[str]:
    """A range needs only its two ends in the findings."""
    if level.kind != "spine" or len(level.members) <= 2:
        return level.members
    order = sorted(level.members, key=lambda name: ("CTLS".index(name[0]), int(name[1:])))
    return frozenset({order[0], order[-1]})


def lobe_flags(case: Case) -> Iterator[Flag]:
    """A finding in another lobe than the findings say."""
    for claim in case.claims:
        lobes = _lobes_of(case, claim)
        if len(lobes) != 1:
            continue
        matching = [o for o in case.stated_for(claim) if _shares_side(claim, o)]
        known = frozenset[str]().union(*(_lobes_of(case, o) for o in matching))
        if matching and known and not known & lobes and all(_lobes_of(case, o) for o in matching):
            yield Flag(
                "level_mismatch",
                Severity.WARNING if _is_surely_elsewhere(case, claim, matching, lobes) else Severity.NOTE,
                f"The impression says {next(iter(lobes))}, the findings {', '.join(sorted(known))} ({claim.name}).",
                claim.span,
                matching[0].span,
            )


def _is_surely_elsewhere(case: Case, claim: Observation, matching: list[Observation], lobes: frozenset[str]) -> bool:
    """The findings name the very finding, and assert nothing in the impression's lobe on that side."""
    if not any(o.name == claim.name and not o.by_sign for o in matching):
        return False
    known = case.matcher.lexicon.places
    return not any(
        lobes & known[place].within
        for statement in case.findings.statements
        if statement.normal is not True and (not claim.sides or claim.sides & statement.sides)
        for place in statement.places
        if place in known
    )


def _lobes_of(case: Case, observation: Observation) -> frozenset[str]:
    known = case.matcher.lexicon.places
    return frozenset(
        lobe for place in observation.places if place in known for lobe in _LOBES if lobe in known[place].within
    )


def _shares_side(one: Observation, two: Observation) -> bool:
    return not one.sides or not two.sides or bool(one.sides & two.sides)
