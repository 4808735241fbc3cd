"""Vertebral levels, digits, segments and lobes of the impression against those of the findings."""

from __future__ import annotations

from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity, two_ends
from app.review.levels import Level
from app.review.reading import Observation, Statement

_ENOUGH = 2.0
_LOBES = frozenset({"upper lobe", "middle lobe", "lower lobe"})
_NAMES = {
    "spine": "level",
    "digit": "digit",
    "segment": "segment",
    "clock": "position",
    "station": "level",
    "part": "part",
}
_MILD = frozenset({"segment", "part"})


def level_flags(case: Case) -> Iterator[Flag]:
    """A level or digit that the findings do not know, or know of something else."""
    levels = case.findings.levels
    stated = [
        (level, statement) for number, statement in enumerate(case.findings.statements) for level in levels[number]
    ]
    for statement in case.impression.statements:
        for level in statement.levels:
            flag = _level_flag(case, level, statement, [item for item in stated if item[0].kind == level.kind])
            if flag:
                yield flag


def _level_flag(case: Case, level: Level, statement: Statement, stated: list[tuple[Level, Statement]]) -> Flag | None:
    text = case.impression.text[slice(*level.span)]
    if any(text.lower() in reading.text.lower() for reading in (case.exam, case.indication, case.prior)):
        return None
    if not stated:
        return Flag(
            "number_not_in_findings",
            Severity.NOTE,
            f"The findings name no such {_NAMES[level.kind]}: {text}.",
            level.span,
        )
    known = frozenset[str]().union(*(other.members for other, _ in stated))
    ends = _ends(level)
    scored = [
        (
            case.matcher.likeness(statement, case.impression, other_statement, case.findings),
            other,
        )
        for other, other_statement in stated
    ]
    best = max(score for score, _ in scored)
    closest = next(other for score, other in scored if score == best)
    exact = case.findings.text[slice(*closest.span)]
    severity = Severity.WARNING if level.kind in _MILD else Severity.CRITICAL
    flag = Flag(
        "level_mismatch",
        severity,
        f"The impression says {text}, the findings {exact}.",
        level.span,
        closest.span,
        two_ends(level.span, text, closest.span, exact),
    )
    if not ends <= known:
        return flag
    if any(ends <= other.members or other.members <= ends for score, other in scored if score >= best - 1.0):
        return None
    alike = [other_statement for (score, _), (_, other_statement) in zip(scored, stated, strict=True) if score == best]
    if any(ends <= _of_sentence(stated, other_statement) for other_statement in alike):
        return None
    if len(level.members) > 2 or any(ends & other.members for score, other in scored if score >= _ENOUGH):
        return None
    return flag if best >= _ENOUGH + 1 else None


def _of_sentence(stated: list[tuple[Level, Statement]], statement: Statement) -> frozenset[str]:
    """Every level of a sentence: "of L3 and L4" is cut into two statements."""
    levels = [level.members for level, other in stated if other.sentence == statement.sentence]
    return frozenset[str]().union(*levels)


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
                Severity.WARNING,
                f"The impression says {next(iter(lobes))}, the findings {', '.join(sorted(known))} ({claim.name}).",
                claim.span,
                matching[0].span,
            )


def _lobes_of(case: Case, observation: Observation) -> frozenset[str]:
    known = case.matcher.lexicon.places
    return frozenset(
        lobe for place in observation.places if place in known for lobe in _LOBES if lobe in known[place].within
    )


def _shares_side(one: Observation, two: Observation) -> bool:
    return not one.sides or not two.sides or bool(one.sides & two.sides)
