"""What two sizes say of a course: "2.1 cm, formerly 3.5 cm" has become smaller.

It does not know what was measured.
"""

from __future__ import annotations

import re
from itertools import pairwise

from app.review.measures import Measure
from app.review.reading import Span

# Less than this share of the earlier size is no change.
_CHANGE = 0.1
_TWO = 2
_EARLIER = re.compile(
    r"[^.;]{0,40}?\b(?:previously|formerly|before|earlier|initially|compared\s+(?:to|with)|versus|vs|against|prior|previous"
    r"|last\s+\w+|was|were|then|had\s+been|in\s+(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|\d{4}))\b[^.;]{0,25}",
    re.IGNORECASE,
)
# "The previously noted 8 mm nodule measures 5 mm today."
_PREVIOUS = re.compile(r"\b(?:previous\w*|formerly|earlier|old|prior|then|was)\b[^.;\d]{0,30}$", re.IGNORECASE)
_NOW = re.compile(r"\b(?:now|today|currently|at\s+present|presently|measures)\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)


def course_of(text: str, measures: tuple[Measure, ...]) -> tuple[str, Span] | None:
    """ "better" or "worse" and where the earlier size stands; None where two sizes do not tell."""
    if len(measures) == 1 and len(measures[0].values) == _TWO and _FROM.search(text, 0, measures[0].span[0]):
        then_size, now_size = measures[0].values
        return _course(then_size, now_size, measures[0].span)
    for now, then in pairwise(measures):
        if now.quantity == then.quantity and _EARLIER.fullmatch(text, now.span[1], then.span[0]):
            return _course(then.largest, now.largest, then.span)
    for then, now in pairwise(measures):
        if then.quantity == now.quantity and _PREVIOUS.search(text, max(0, then.span[0] - 40), then.span[0]):
            return _course(then.largest, now.largest, then.span) if _NOW.search(text, *_around(then, now)) else None
    return None


def _around(then: Measure, now: Measure) -> Span:
    return then.span[1], now.span[1] + 20


def _course(then: float, now: float, span: Span) -> tuple[str, Span] | None:
    if abs(now - then) < _CHANGE * then:
        return None
    return "worse" if now > then else "better", span
