"""A course told the other way round: by the value that both texts name, or by the words for what has moved."""

from __future__ import annotations

from collections.abc import Iterator

from app.review.case import Case
from app.review.course_words import Course, Quantity, courses_by_sizes, courses_by_words
from app.review.flags import Flag, Severity
from app.review.reading import Reading

_SAME_VALUE = 1e-6
_OPPOSED = frozenset({("up", "down"), ("down", "up"), ("up", "gone"), ("gone", "up")})
_SIDES = frozenset({"left", "right"})
_MOVED = frozenset({"up", "down"})


def told_course_flags(case: Case) -> Iterator[Flag]:
    """ "Grown to 7 mm" where the findings say "7 mm, formerly 13 mm"; "has cleared" against "more numerous"."""
    claims = list(_by_words(case.impression))
    if not claims:
        return
    measured = [c for s in case.findings.sentences for c in courses_by_sizes(case.findings.text, *s)]
    told = [*measured, *_by_words(case.findings)]
    for claim in claims:
        other = _against_value(claim, measured) or _against_words(claim, told)
        if other:
            mine, theirs = case.impression.text[slice(*claim.span)], case.findings.text[slice(*other.span)]
            message = f"The impression says {mine}; the findings tell another course ({theirs})."
            yield Flag("trend_flip", Severity.WARNING, message, claim.span, other.span)


def _by_words(reading: Reading) -> Iterator[Course]:
    for start, end in reading.sentences:
        yield from courses_by_words(reading.text, start, end)


def _against_value(claim: Course, measured: list[Course]) -> Course | None:
    """The findings' course of the value that the claim names, if none of its courses agrees."""
    same = [c for c in measured if any(_is_same(a, b) for a in claim.now for b in c.now)]
    if not same or any(not _turned(claim, c, is_sure=True) for c in same):
        return None
    return same[0]


def _against_words(claim: Course, told: list[Course]) -> Course | None:
    """The findings' course of what shares most words with the claim, if none of the best agrees."""
    mine = claim.about - _SIDES
    shared = [(len(mine & c.about), c) for c in told if not _on_other_side(claim, c)]
    best = max((count for count, _ in shared), default=0)
    if not best or 2 * best < len(mine):
        return None
    closest = [c for count, c in shared if count == best]
    if any(not _turned(claim, c, is_sure=False) for c in closest):
        return None
    return closest[0]


def _on_other_side(claim: Course, other: Course) -> bool:
    here, there = claim.about & _SIDES, other.about & _SIDES
    return bool(here and there) and not here & there


def _turned(claim: Course, other: Course, *, is_sure: bool) -> bool:
    """Whether two courses exclude each other; what only a value ties together also if one of them stayed."""
    here: str = claim.direction
    there = other.direction
    if claim.is_judged != other.is_judged and (claim.is_of_health or other.is_of_health):
        here = {"up": "down", "down": "up"}.get(here, here)
    if (here, there) in _OPPOSED:
        return True
    return is_sure and not other.is_slight and "same" in (here, there) and bool({here, there} & _MOVED)


def _is_same(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit and any(abs(one.largest - value) < _SAME_VALUE for value in other.values)
