"""What is drafted from while measuring: the invented reports that come with the program, never real ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.domain.report import Findings, parse_report

# Findings of this many words are what the first word's figures are stated for.
LONG = 150


@dataclass(frozen=True)
class Sample:
    """One invented report, by its file's name."""

    name: str
    findings: Findings
    exam: str

    @property
    def words(self) -> int:
        return len(self.findings.text.split())


def samples(folder: Path) -> list[Sample]:
    """All samples in the folder, by name."""
    return [_read(file) for file in sorted(folder.glob("*.txt"))]


def longest(of: list[Sample]) -> Sample:
    """The sample with the longest findings."""
    return max(of, key=lambda sample: sample.words)


def _read(file: Path) -> Sample:
    report = parse_report(file.read_text(encoding="utf-8"))
    return Sample(file.stem, report.for_drafting, report.exam)
