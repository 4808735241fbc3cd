"""Slips of the text itself: placeholders left in, another section's words, a draft that breaks off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity

_BLANK = (
    r"\[\s*\]|\[[^\]\n]{0,40}(?:\*|___|\?\?|insert|fill|select|choose|xx)[^\]\n]{0,40}\]"
    r"|_{2,}|\*{3}|\?{3}|<\s*>|\{\s*\}"
)
_IN_FINDINGS = re.compile(_BLANK, re.IGNORECASE)
_IN_IMPRESSION = re.compile(rf"{_BLANK}|\bX{{3,}}\b", re.IGNORECASE)
_HEADER = re.compile(
    r"^[ \t]*(?:findings|technique|comparison|indication|clinical (?:history|information)|history"
    r"|procedure|examination)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_TECHNIQUE = re.compile(
    r"\b(?:(?:was|were) (?:performed|acquired|obtained) (?:with|without|using|in|on|after|before)"
    r"|intravenous (?:administration|contrast)|axial (?:images|slices)|slice thickness|dose[- ]length product)\b",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"(?:\b(?:a|an|and|or|of|the|with|in|at|on|to|from|is|are|no|without|for|by|than|may|there)|[,(:–-]|(?:^|\n|\.\s)\s*\d{1,2}\.)\s*$",
    re.IGNORECASE,
)


def placeholder_flags(case: Case) -> Iterator[Flag]:
    """Fields nobody filled. XXXX in the findings is left alone: it is what de-identification leaves behind."""
    for match in _IN_IMPRESSION.finditer(case.impression.text):
        yield Flag("placeholder", Severity.CRITICAL, f"Not filled in: “{match[0]}”.", match.span())
    for match in _IN_FINDINGS.finditer(case.findings.text):
        yield Flag("placeholder", Severity.CRITICAL, f"Not filled in: “{match[0]}”.", None, match.span())


def section_flags(case: Case) -> Iterator[Flag]:
    """Words that belong above the impression."""
    for pattern, what in ((_HEADER, "a header of another section"), (_TECHNIQUE, "technique")):
        match = pattern.search(case.impression.text)
        if match:
            yield Flag("wrong_section", Severity.NOTE, f"The impression holds {what}.", match.span())


def incomplete_flags(case: Case) -> Iterator[Flag]:
    """The text ends in the middle of a sentence or opens a parenthesis that nobody closes."""
    text = case.impression.text.rstrip()
    if not text:
        return
    match = _BROKEN.search(text)
    if match or (text.count("(") > text.count(")") and text[-1] not in ".!?"):
        start = match.start() if match else text.rindex("(")
        yield Flag("incomplete_draft", Severity.WARNING, "The impression breaks off.", (start, len(text)))


def quoted(text: str, span: tuple[int, int]) -> str:
    """The words of a text as they stand in a message, on one line."""
    return f"“{' '.join(text[slice(*span)].split())}”"
