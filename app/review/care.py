"""Tells what somebody should do, who was told and what is made of a finding from what was found.

Such words stand in an impression only; the findings need not hold them.
"""

from __future__ import annotations

from functools import cache

from app.review.lexicon import Lexicon, lexicon
from app.review.reading import Reading, Statement

# As `Statement.stems` are cut.
_STEM = 7


def is_of_care(reading: Reading, statement: Statement, known: Lexicon) -> bool:
    """ "Surgeon to the bedside.", "Discuss at the oncology meeting.", "Urgent anticoagulation."."""
    words = reading.words[statement.sentence]
    start, end = statement.span
    care = known.word_lists["care"]
    return any(form in care and start <= span[0] < end for form, span in zip(words.forms, words.spans, strict=True))


def verdict_stems(known: Lexicon) -> frozenset[str]:
    """The words of judgement, cut to compare."""
    return _verdicts() if known is lexicon() else _cut(known)


@cache
def _verdicts() -> frozenset[str]:
    return _cut(lexicon())


def _cut(known: Lexicon) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in known.word_lists["verdicts"])
