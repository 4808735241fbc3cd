"""What a command reads: a report as text, or one JSON object a line; nothing is guessed silently."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from app.domain.errors import FileUnreadable
from app.domain.report import Findings, Report, parse_report

_STDIN = Path("-")
_NOTHING = Findings("")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Line:
    """One line of a `--jsonl` input; `problem` says why it cannot be used."""

    id: str | int | float | None = None
    findings: Findings = _NOTHING
    exam: str = ""
    problem: str = ""


@contextmanager
def open_input(file: Path) -> Iterator[IO[bytes]]:
    """The file, or stdin for "-".

    Raises:
        FileUnreadable: it cannot be opened.
    """
    if file == _STDIN:
        yield sys.stdin.buffer
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise FileUnreadable(file, error.strerror or "it cannot be opened") from None
    with stream:
        yield stream


def read_report(file: Path) -> Report:
    """The report in a text file; text without headers is its findings.

    Raises:
        FileUnreadable: it cannot be opened, or is not UTF-8 text (UTF-16 is accepted with its mark).
    """
    try:
        with open_input(file) as stream:
            content = stream.read()
        encoding = "utf-16" if content.startswith(_UTF16_MARKS) else "utf-8-sig"
        report = parse_report(content.decode(encoding))
    except OSError as error:
        raise FileUnreadable(file, error.strerror or "it cannot be read") from None
    except UnicodeDecodeError:
        raise FileUnreadable(file, "it is not UTF-8 text") from None
    # "The lungs are clear. COMPARISON: None": what stands before the first header is what was seen.
    return report if report.findings else replace(report, findings=report.other)


def read_line(raw: bytes) -> Line:
    """What a line asks for, or why it cannot be used."""
    try:
        given = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Line(problem="it is not JSON in UTF-8")
    if not isinstance(given, dict):
        return Line(problem="it is not an object")
    line = Line(id=_identity(given.get("id")))
    if line.id is None:
        return replace(line, problem='it has no "id" (a text or a number)')
    if not isinstance(given.get("findings"), str):
        return replace(line, problem='it has no "findings" (a text)')
    texts = {name: given.get(name) or "" for name in ("indication", "comparison", "exam")}
    strange = [name for name, text in texts.items() if not isinstance(text, str)]
    if strange:
        return replace(line, problem=f'"{strange[0]}" is not a text')
    findings = Findings(given["findings"], texts["indication"], texts["comparison"])
    return replace(line, findings=findings, exam=texts["exam"])


def _identity(value: Any) -> str | int | float | None:
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else None
