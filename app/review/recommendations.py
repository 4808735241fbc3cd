"""Recommendations: without a basis in the findings, or without modality or interval; and unanswered questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity
from app.review.reading import Cue, Reading
from app.review.scopes import Status

_DONE = re.compile(r"[\s-]*(?:proven|proved|confirmed|clip|marker|site|tract|cavity)\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\b(?:in|after|within)\s+(?:\w+\s+){0,2}(?:day|week|month|year)|\b(?:need|should|requir|necess|suggest|advis|pleas)",
    re.IGNORECASE,
)
_FOLLOW_UP = ("follow", "repeat", "surveillance", "control", "monitor", "check", "reassess")


def recommendation_flags(case: Case) -> Iterator[Flag]:
    """One flag a sentence of the impression that asks for something the findings do not ask for."""
    basis = [cue for cue in _asking(case.findings) if not _names_study(case.findings, cue)]
    for index, asks in _by_sentence(_asking(case.impression)).items():
        start, end = case.impression.sentences[index]
        modalities = _inside(case.impression, "modality", index)
        if not basis:
            yield Flag(
                "invented_recommendation",
                Severity.WARNING if case.is_by_model else Severity.NOTE,
                "The findings hold no such recommendation.",
                (start, end),
            )
        wants_interval = case.impression.text[slice(*asks[0].span)].lower().startswith(_FOLLOW_UP)
        missing = [
            word
            for word, lacks in (
                ("what with", not modalities),
                ("when", wants_interval and not _inside(case.impression, "interval", index)),
            )
            if lacks
        ]
        if missing:
            yield Flag(
                "incomplete_recommendation",
                Severity.NOTE,
                f"The recommendation does not say {' and '.join(missing)}.",
                (start, end),
            )


def _asking(reading: Reading) -> list[Cue]:
    return reading.cues_of("recommendation", "asks")


def _names_study(reading: Reading, cue: Cue) -> bool:
    """ "Follow-up CT thorax." says what was done, "biopsy-proven" what is known; neither asks for anything."""
    words = reading.text[slice(*cue.span)].lower()
    if words == "biopsy":
        return _DONE.match(reading.text, cue.span[1]) is not None
    begins = cue.span[0] == reading.sentences[cue.sentence][0]
    others = [other for other in _asking(reading) if other.sentence == cue.sentence and other != cue]
    return (
        begins
        and words.startswith(_FOLLOW_UP)
        and not others
        and _REQUEST.search(reading.text, *reading.sentences[cue.sentence]) is None
    )


def _by_sentence(cues: list[Cue]) -> dict[int, list[Cue]]:
    gathered: dict[int, list[Cue]] = {}
    for cue in cues:
        gathered.setdefault(cue.sentence, []).append(cue)
    return gathered


def _inside(reading: Reading, meaning: str, sentence: int) -> list[Cue]:
    return [cue for cue in reading.cues_of("recommendation", meaning) if cue.sentence == sentence]


def question_flags(case: Case) -> Iterator[Flag]:
    """A finding that the indication asks about and the impression neither asserts nor denies."""
    if not case.impression.text.strip() or _is_overall_normal(case):
        return
    for asked in case.indication.observations:
        is_question = asked.status in (Status.ASKED, Status.POSSIBLE)
        if not is_question or asked.is_generic:
            continue
        said = case.impression.observations
        if not any(case.matcher.same_finding(asked, o) or case.matcher.derived(asked, o) for o in said):
            yield Flag(
                "question_unanswered",
                Severity.NOTE,
                f"The indication asks about {asked.name}; the impression does not answer.",
            )


def _is_overall_normal(case: Case) -> bool:
    """ "Normal chest." or "No acute abnormality." answers every question."""
    denied = any(o.is_generic and o.status is Status.ABSENT for o in case.impression.observations)
    return denied or any(statement.normal is True for statement in case.impression.statements)
