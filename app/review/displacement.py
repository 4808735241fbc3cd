"""A fracture or tear called displaced in one text and undisplaced in the other.

It looks at texts that hold one of the two words alone: where both stand, which fracture is meant is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity, two_ends
from app.review.reading import Reading, Span

_STAYS = re.compile(
    r"\b(?:un-?displaced|non-?\s?displaced|not\s+(?:significantly\s+)?displaced|minimally\s+displaced"
    r"|(?:no|without)\s+(?:significant\s+|appreciable\s+)?displacement)\b",
    re.IGNORECASE,
)
# "Displaced to the right" may be said of a trachea.
_MOVES = re.compile(
    r"(?<![\w-])(?<!not )(?<!non )(?<!no )(?<!minimally )(?<!significantly )displaced(?!\s+(?:to|toward|by\s+the)\b)",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"\b(?:fractur\w+|#|tears?|torn|fragment\w*|avuls\w+|flap)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|while)\b")
_DENIED = re.compile(r"\b(?:no|not|without|nor|never)\b", re.IGNORECASE)
# In the sentence after that of the fracture nothing else may be meant: "It is displaced", not "the uncus is displaced".
_REFERRING = re.compile(
    r"\W*(?:(?:it|this|these|they|both|the|is|are|was|were|mildly|slightly|markedly|laterally|medially|dorsally|volarly)\b\W*)*",
    re.IGNORECASE,
)


def displacement_flags(case: Case) -> Iterator[Flag]:
    """ "Undisplaced fracture" where the findings know a displaced one alone, or the other way round."""
    stays, moves = _said(case.impression, _STAYS), _said(case.impression, _MOVES)
    if bool(stays) is bool(moves):
        return
    known_to_stay, known_to_move = _said(case.findings, _STAYS), _said(case.findings, _MOVES)
    against = known_to_move if stays else known_to_stay
    if not against or (known_to_stay and known_to_move):
        return
    span, other = (stays or moves)[0], against[0]
    mine, theirs = case.impression.text[slice(*span)], case.findings.text[slice(*other)]
    yield Flag(
        "severity_shift",
        Severity.WARNING,
        f"The impression says {mine}, the findings {theirs}.",
        span,
        other,
        two_ends(span, mine, other, theirs),
    )


def _said(reading: Reading, pattern: re.Pattern[str]) -> list[Span]:
    """Where a pattern stands in a sentence about something broken or torn, or in the sentence after one."""
    found = []
    begin = 0
    for start, end in reading.sentences:
        is_told = _BROKEN.search(reading.text, start, end) is not None
        if is_told or _BROKEN.search(reading.text, begin, start):
            for match in pattern.finditer(reading.text, start, end):
                clause = _CLAUSE.split(reading.text[start : match.start()])[-1]
                is_denied = pattern is _MOVES and _DENIED.search(clause)
                if not is_denied and (is_told or pattern is _STAYS or _REFERRING.fullmatch(clause)):
                    found.append(match.span())
        begin = start
    return found
