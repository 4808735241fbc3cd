"""A study's work as one text: the whole report or its impression, with everything a reader elsewhere must be told."""

from __future__ import annotations

from datetime import datetime

from app.domain.copy_text import marked
from app.domain.study_work import Signed, StudyWork, Writing


def signed_text(work: StudyWork, *, whole: bool) -> str:
    """The signed report or impression with its addenda; "" when nothing is signed."""
    base, addenda = _split(work.signatures)
    if base is None:
        return ""
    parts = [_headed(base, work.signatures, base.report.to_text() if whole else base.impression.text)]
    parts += [
        f"{addendum_heading(number, one.impression.signed_at, one.impression.signed_by)}\n{one.impression.text}"
        for number, one in enumerate(addenda, start=1)
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def whole_report(work: StudyWork) -> str:
    """The report as it would be copied now: marked at both ends unless it is signed; "" when there is no text."""
    return _composed(work, whole=True)


def impression_alone(work: StudyWork) -> str:
    """The impression as it would be copied now, likewise; "" when there is none."""
    return _composed(work, whole=False)


def section_count(work: StudyWork) -> int:
    """How many sections the whole report has."""
    report = work.report.with_impression(work.impression_text)
    named = (report.exam, report.indication, report.comparison, report.technique, report.findings, report.impression)
    return sum(1 for text in named if text.strip())


def addendum_number(work: StudyWork) -> int:
    """The number of the addendum that is being written, or would be."""
    return len(_split(work.signatures)[1]) + 1


def addendum_heading(number: int, at: datetime, by: str) -> str:
    return f"ADDENDUM {number} – {_day(at)}, {by}:"


def _composed(work: StudyWork, *, whole: bool) -> str:
    if work.is_signed:
        return signed_text(work, whole=whole)
    if work.writing is Writing.ADDENDUM:
        if not work.impression_text.strip():
            return ""
        addendum = f"ADDENDUM {addendum_number(work)}:\n{work.impression_text.strip()}"
        return marked(f"{signed_text(work, whole=True)}\n{addendum}" if whole else addendum)
    report = work.report.with_impression(work.full_impression)
    text = report.to_text() if whole else report.impression
    if not text.strip():
        return ""
    if work.writing is Writing.CORRECTION:
        text = f"{_correction_heading(work.signatures)}\n\n{text}"
    return marked(text)


def _split(signatures: list[Signed]) -> tuple[Signed | None, list[Signed]]:
    """The report that holds now, and the addenda signed after it."""
    base: Signed | None = None
    addenda: list[Signed] = []
    for one in signatures:
        if one.kind is Writing.ADDENDUM:
            addenda.append(one)
        else:
            base, addenda = one, []
    return base, addenda


def _headed(base: Signed, signatures: list[Signed], text: str) -> str:
    before = signatures[: signatures.index(base)]
    return f"{_correction_heading(before)}\n\n{text}" if before else text


def _correction_heading(before: list[Signed]) -> str:
    given = [one.impression for one in before if one.kind is not Writing.ADDENDUM][-1]
    return f"CORRECTED – replaces the report signed {_day(given.signed_at)} by {given.signed_by}"


def _day(at: datetime) -> str:
    return f"{at:%d %b %Y %H:%M}"
