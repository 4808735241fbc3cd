"""Cuts a sentence into statements: the pieces in which a side, a size or a place belongs to a finding.

It does not decide what a statement says.
"""

from __future__ import annotations

from itertools import pairwise

from app.review.mentions import Mention
from app.review.words import Words

_BREAKS = frozenset(
    {",", ";", "-", "(", ")", "and", "with", "but", "while", "whereas", "without", "plus", "although", "however", "."}
)


def pieces(words: Words, asserting: list[Mention]) -> list[tuple[int, int]]:
    """Word ranges of the statements of one sentence, in order, without gaps.

    A piece that asserts nothing ("… and right upper lobe") belongs to the piece before it, or, at the beginning of the
    sentence, to the one after it. A name is never cut.

    Args:
        asserting: mentions of findings and words such as "normal".
    """
    cuts = [0, *(at for at, form in enumerate(words.forms) if form in _BREAKS and at > 0), len(words)]
    raw = [(first, end) for first, end in pairwise(cuts) if first < end]
    merged: list[tuple[int, int]] = []
    waiting: int | None = None
    for first, end in raw:
        begin = first if waiting is None else waiting
        spanned = merged and any(m.first < begin < m.end for m in asserting)
        asserts = any(begin <= m.first < end for m in asserting)
        if words.forms[first] == ";" and waiting is not None:
            merged.append((waiting, first))
            begin = first
        if spanned or (merged and not asserts):
            merged[-1] = (merged[-1][0], end)
            waiting = None
        elif asserts:
            merged.append((begin, end))
            waiting = None
        else:
            waiting = begin
    if waiting is not None:
        merged.append((waiting, len(words)))
    return merged
