"""What the findings' words say of a flipped side: whether anything in them can contradict it.

A rule over words that shares nothing with the second reader: of the findings' sentences those are asked that share most
words with the impression's sentence around the flipped word. It decides nothing; the benchmark prints its counts.
"""

from __future__ import annotations

import re

from app.domain.report import Report
from app.domain.sentences import sentence_spans

RIGHTED = "the findings name only the flipped side: the untouched side may be the wrong one"
BOTH = "the findings name both sides, or both at once"
NEITHER = "the findings name no side"
ONLY_ITS_OWN = "the findings name only the untouched side"

_WORDS = re.compile(r"[a-z]{4,}")
_SIDES = re.compile(r"\b(left|right|bilateral(?:ly)?|both)\b", re.IGNORECASE)
_EMPTY = frozenset({"left", "right", "with", "from", "side", "sided", "there", "than", "that", "this", "both"})
_STEM = 6


def side_basis(report: Report, flipped: str) -> str:
    """One of the four bases above for an impression in which one side word was turned round.

    Args:
        flipped: the impression after the flip.
    """
    start, end, side = _flip(report.impression, flipped)
    sentence = next((span for span in sentence_spans(flipped) if span[0] <= start < span[1]), (0, len(flipped)))
    context = _stems(flipped[sentence[0] : start] + " " + flipped[end : sentence[1]])
    findings = report.findings
    shared = {span: len(context & _stems(findings[slice(*span)])) for span in sentence_spans(findings)}
    most = max(shared.values(), default=0)
    named = {
        match[1].lower()
        for span, count in shared.items()
        if count == most and most
        for match in _SIDES.finditer(findings[slice(*span)])
    }
    if not named:
        return NEITHER
    if named == {side}:
        return RIGHTED
    return ONLY_ITS_OWN if len(named) == 1 and named <= {"left", "right"} else BOTH


def _flip(text: str, flipped: str) -> tuple[int, int, str]:
    """Where the flipped word stands in the flipped text, and the side that it says."""
    after = list(_SIDES.finditer(flipped))
    before = list(_SIDES.finditer(text))
    turned = next(two for one, two in zip(before, after, strict=True) if one[0] != two[0])
    return turned.start(), turned.end(), turned[1].lower()


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORDS.findall(text.lower()) if word not in _EMPTY}
