"""What two sizes say of a course: "2.1 cm, formerly 3.5 cm" has become smaller.

It does not know what was measured.
"""

from __future__ import annotations

import re

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
_FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)


def course_of(text: str, measures: tuple[Measure, ...]) -> tuple[str, Span] | None:
    """ "better" or "worse" and where the earlier size stands; None where two sizes do not tell."""
    if len(measures) == 1 and len(measures[0].values) == _TWO and _FROM.search(text, 0, measures[0].span[0]):
        then_size, now_size = measures[0].values
        return _course(then_size, now_size, measures[0].span)
    if len(measures) != _TWO or measures[0].quantity != measures[1].quantity:
        return None
    now, then = measures
    if not _EARLIER.fullmatch(text, now.span[1], then.span[0]):
        return None
    return _course(then.largest, now.largest, then.span)


def _course(then: float, now: float, span: Span) -> tuple[str, Span] | None:
    if abs(now - then) < _CHANGE * then:
        return None
    return "worse" if now > then else "better", span
