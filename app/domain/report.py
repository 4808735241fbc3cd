"""A report's text as the sections a radiologist knows: free text in, sections out, text again.

It does not know models, files or formats of exchange.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Study:
    """One examination's identity; every field is optional text.

    Attributes:
        sex: "F", "M", "O" or "".
        age: years, as written ("58").
        exam: what was done ("CT CHEST").
        exam_date: date and time as written in the worklist.
    """

    accession: str = ""
    patient: str = ""
    sex: str = ""
    age: str = ""
    exam: str = ""
    exam_date: str = ""

    @property
    def is_identified(self) -> bool:
        return bool(self.accession.strip() or self.patient.strip())


@dataclass(frozen=True)
class Findings:
    """What was seen, and the two sections that put it into context: the model's only input."""

    text: str
    indication: str = ""
    comparison: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the text with white space collapsed: a draft made from other findings is stale."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()


@dataclass(frozen=True)
class Report:
    """A report's sections; `other` holds text under no known header."""

    exam: str = ""
    indication: str = ""
    comparison: str = ""
    technique: str = ""
    findings: str = ""
    impression: str = ""
    recommendation: str = ""
    other: str = ""

    @property
    def for_drafting(self) -> Findings:
        return Findings(self.findings, self.indication, self.comparison)

    def with_impression(self, impression: str) -> Report:
        return replace(self, impression=impression)

    def to_text(self) -> str:
        """The report as text, a header a section, empty sections left out; line ends are `\\n`."""
        parts = [self.other] if self.other else []
        for section in _ORDER:
            body = getattr(self, section)
            if body:
                parts.append(f"{section.upper()}:\n{body}")
        return "\n\n".join(parts) + ("\n" if parts else "")


_ORDER = ("exam", "indication", "comparison", "technique", "findings", "impression", "recommendation")

# Wordings met in MIMIC-CXR, Open-i, PARROT and hospital templates, lower case, without the colon.
_HEADERS: dict[str, str] = {
    wording: section
    for section, wordings in {
        "exam": "exam|examination|exam type|study|procedure|type of exam|type of examination",
        "indication": "indication|indications|clinical indication|clinical indications|history|clinical history"
        "|clinical information|clinical data|reason for exam|reason for examination|reason for this examination"
        "|reason for study|clinical question|indication/history|clinical background|clinical context",
        "comparison": "comparison|comparisons|comparison study|comparison studies|prior studies|comparison exam",
        "technique": "technique|procedure comments|protocol|exam technique|imaging technique|technical information",
        "findings": "findings|finding|description|description and findings|findings/description|report|observations"
        "|results|imaging findings|radiological findings",
        "impression": "impression|impressions|conclusion|conclusions|opinion|summary|imaging comment"
        "|diagnostic impression|diagnosis|impression and recommendation|impression/recommendation",
        "recommendation": "recommendation|recommendations|advice",
    }.items()
    for wording in wordings.split("|")
}
_HEADER_LINE = re.compile(r"^[ \t]*(?P<name>[A-Za-z][A-Za-z /&]{2,40}?)[ \t]*(?P<colon>:)(?P<rest>.*)$")
_BARE_HEADER = re.compile(r"^[ \t]*(?P<name>[A-Za-z][A-Za-z /&]{2,40}?)[ \t]*$")


def _header(line: str) -> tuple[str, str] | None:
    """The section that a line opens and what follows on the same line."""
    if match := _HEADER_LINE.match(line):
        section = _HEADERS.get(match["name"].lower())
        return (section, match["rest"].strip()) if section else None
    match = _BARE_HEADER.match(line)
    if match and (match["name"].isupper() or match["name"].istitle() or " and " in match["name"]):
        section = _HEADERS.get(match["name"].lower())
        return (section, "") if section else None
    return None


def as_typed(text: str) -> str:
    """Text as an editor gives it back: line ends are `\\n`, a no-break space is a space; one character for one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate({0x00A0: " ", 0x2028: "\n", 0x2029: "\n"})


def parse_report(text: str) -> Report:
    """Split free text into sections.

    Text without any known header is taken as findings. A header that comes again continues its section.
    Line ends of any system are accepted; nothing but headers and surrounding blank lines is dropped.
    """
    gathered: dict[str, list[str]] = {}
    current = "other"
    for line in as_typed(text).split("\n"):
        opened = _header(line)
        if opened:
            current, line = opened
            if gathered.get(current):
                gathered[current].append("")
        gathered.setdefault(current, []).append(line.rstrip())
    sections = {name: "\n".join(lines).strip() for name, lines in gathered.items()}
    if set(sections) == {"other"}:
        return Report(findings=sections["other"])
    return Report(**sections)


def is_whole_report(text: str) -> bool:
    """Whether text holds a findings or impression header besides its findings: more than findings alone."""
    named = {opened[0] for line in text.splitlines() if (opened := _header(line))}
    return len(named) >= 2 and bool(named & {"findings", "impression"})
