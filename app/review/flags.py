"""What the second reader reports: flags with severity, spans and mends, and links from sentences to their evidence.

It does not know how they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from app.review.reading import Span

Kind = Literal[
    "side_mismatch",
    "negation_flip",
    "size_mismatch",
    "level_mismatch",
    "unsupported_finding",
    "omitted_finding",
    "invented_prior",
    "trend_flip",
    "severity_shift",
    "certainty_shift",
    "invented_recommendation",
    "incomplete_recommendation",
    "sex_mismatch",
    "age_mismatch",
    "exam_mismatch",
    "identity_mismatch",
    "contradiction",
    "normal_with_abnormal",
    "question_unanswered",
    "number_not_in_findings",
    "placeholder",
    "wrong_section",
    "guarded_word",
    "incomplete_draft",
    "critical_result",
]

Origin = Literal["model", "human"]
Support = Literal["stated", "normal", "derived", "none"]


class Severity(StrEnum):
    """How loudly a flag speaks: signing asks about a critical one, a note is folded."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)

    @property
    def quieter(self) -> Severity:
        """One step down; a note stays one."""
        return list(Severity)[min(self.rank + 1, len(Severity) - 1)]


@dataclass(frozen=True)
class Mend:
    """One way to resolve a flag: replace characters of one of the two texts."""

    text: Literal["impression", "findings"]
    span: Span
    replacement: str


@dataclass(frozen=True)
class Flag:
    """One observation of the second reader.

    Attributes:
        message: a sentence for the radiologist.
        impression_span, findings_span: characters in the given texts; None where the flag has no such end.
        mends: the impression's end first; either text may be the wrong one.
        finding: name of the finding that is not mentioned, or that somebody must be told of; "" for other kinds.
    """

    kind: Kind
    severity: Severity
    message: str
    impression_span: Span | None = None
    findings_span: Span | None = None
    mends: tuple[Mend, ...] = ()
    finding: str = ""


@dataclass(frozen=True)
class Link:
    """One sentence of the impression with the findings that support it."""

    impression_span: Span
    findings_spans: tuple[Span, ...]
    support: Support


@dataclass(frozen=True)
class Review:
    """Flags, the loudest first, and one link a sentence of the impression, in order."""

    flags: tuple[Flag, ...]
    links: tuple[Link, ...]


def side_mends(impression: tuple[str, Span] | None, findings: tuple[str, Span] | None, said: str) -> tuple[Mend, ...]:
    """The mends of a side that the impression says and the findings say otherwise.

    Args:
        impression, findings: the word as written and where it stands; None where no word stands for the side.
        said: the impression's side.
    """
    other = {"left": "right", "right": "left"}[said]
    mends = []
    if impression and (word := _turned(impression[0], other)):
        mends.append(Mend("impression", impression[1], word))
    if findings and (word := _turned(findings[0], said)):
        mends.append(Mend("findings", findings[1], word))
    return tuple(mends)


def _turned(word: str, side: str) -> str | None:
    """The word for the other side, in the same letters: "Left" → "Right", "RLL" → "LLL"; None for other words."""
    if word.lower() in ("left", "right"):
        return side.upper() if word.isupper() else side.capitalize() if word[0].isupper() else side
    if word in ("L", "R"):
        return side[0].upper()
    if word.isupper() and word[0] in "LR" and 3 <= len(word) <= 4:
        return side[0].upper() + word[1:]
    return None


def two_ends(
    impression_span: Span | None, in_impression: str, findings_span: Span | None, in_findings: str
) -> tuple[Mend, ...]:
    """The mends of a contradiction: put the findings' word into the impression, or the other way round."""
    mends = []
    if impression_span:
        mends.append(Mend("impression", impression_span, in_findings))
    if findings_span:
        mends.append(Mend("findings", findings_span, in_impression))
    return tuple(mends)
