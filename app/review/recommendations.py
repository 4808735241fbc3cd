"""Recommendations: without a basis in the findings, or without modality or interval; and unanswered questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.domain.asking_words import ASKED_FOR, ASKING_FOR, ASKING_WORDS
from app.review.case import Case
from app.review.flags import Flag, Severity
from app.review.reading import Cue, Reading
from app.review.scopes import Status

_DONE = re.compile(r"[\s-]*(?:proven|proved|confirmed|clip|marker|site|tract|cavity)\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:prior|previous|recent|earlier|known|last|negative|positive|post|after|following)[\s-]+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:in|after|within)\s+(?:\w+\s+){0,2}(?:day|week|month|year)|\b(?:need|should|requir|necess|suggest|advis|pleas)",
    re.IGNORECASE,
)
_ASKING = re.compile(f"{ASKING_WORDS}|{ASKING_FOR}", re.IGNORECASE | re.VERBOSE | re.MULTILINE)
_STUDY = re.compile(rf"\b{ASKED_FOR}(?![\w-])", re.IGNORECASE | re.VERBOSE)
# "No further cardiac imaging": before what would be asked for.
_DENIED = re.compile(r"\b(?:no|not|without|nor|neither)\s+(?:[\w-]+\s+){0,4}$", re.IGNORECASE)
# "No CT correlate", "a sclerotic correlate".
_NOUN = re.compile(r"\b(?:an?|no|any|the|without|ct|mri?|pet|[a-z]+(?:ic|al|ous|ar))\s+$", re.IGNORECASE)
# Of what is asked for, the kinds that are told apart.
_KINDS: dict[str, tuple[str, ...]] = {
    "ct": ("ct", "hrct", "cbct"),
    "mri": ("mr", "cmr"),
    "ultrasound": ("us", "ultrason", "ultrasound", "sonogr", "doppler", "duplex", "elasto"),
    "radiograph": ("radiogr", "x-ray", "xray", "film", "view"),
    "mammography": ("mammo", "tomosy"),
    "nuclear": ("pet", "spect", "scintigr"),
    "echo": ("echo",),
    "tissue": ("biops", "fna", "cytol", "histol", "sampl"),
    "endoscopy": ("endosc", "gastrosc", "colonosc", "sigmoidosc", "bronchosc", "cystosc", "ogd", "ercp", "eus", "ebus"),
    "angiography": ("angiogr", "arteriogr", "aortogr", "venogr"),
    "drainage": ("drain", "aspirat", "thoracent", "paracent", "decompr"),
    "person": ("referral", "consult", "opinion", "review", "discussion", "mdt", "board"),
}
_FOLLOW_UP = ("follow", "repeat", "surveillance", "control", "monitor", "check", "reassess")


def recommendation_flags(case: Case) -> Iterator[Flag]:
    """One flag a sentence of the impression that asks for something the findings do not ask for."""
    wishes = _wishes(case.impression)
    basis = (
        [case.findings.text[slice(*case.findings.sentences[at])] for at in _grounds(case.findings)] if wishes else []
    )
    for index in sorted(wishes):
        start, end = case.impression.sentences[index]
        sentence = case.impression.text[start:end]
        if not any(_same_wish(sentence, other) for other in basis):
            yield Flag(
                "invented_recommendation",
                Severity.WARNING if case.is_by_model else Severity.NOTE,
                f"The findings do not ask for this: {_what(sentence) or sentence[:60].rstrip('. ')}.",
                (start, end),
            )
        if missing := _missing(case.impression, index):
            yield Flag(
                "incomplete_recommendation",
                Severity.NOTE,
                f"The recommendation does not say {' and '.join(missing)}.",
                (start, end),
            )


def _wishes(reading: Reading) -> set[int]:
    """The sentences that ask for something."""
    asking = (cue for cue in _asking(reading) if not _is_done(reading, cue) and not _is_correlate(reading, cue))
    return {cue.sentence for cue in asking} | _asked_in_other_words(reading)


def _grounds(reading: Reading) -> set[int]:
    """The findings' sentences that ask for something; the name of a study does not."""
    names = {cue.sentence for cue in _asking(reading) if _names_study(reading, cue)}
    return _wishes(reading) - names


def _asked_in_other_words(reading: Reading) -> set[int]:
    """ "Please obtain …", "… would help"; "no follow-up CT needed" asks for nothing."""
    return {
        number
        for number, (start, end) in enumerate(reading.sentences)
        if any(
            not _DENIED.search(reading.text, start, match.start())
            for match in _ASKING.finditer(reading.text, start, end)
        )
    }


def _same_wish(one: str, other: str) -> bool:
    """Not for two different things; a wish that names nothing ("clinical correlation") may be any."""
    mine, theirs = _kinds(one), _kinds(other)
    return not mine or not theirs or bool(mine & theirs)


def _kinds(sentence: str) -> set[str]:
    words = {match[0].lower() for match in _STUDY.finditer(sentence)}
    return {kind for kind, begins in _KINDS.items() if any(word.startswith(begins) for word in words)}


def _what(sentence: str) -> str:
    """What is asked for, as written: "CT, biopsy"."""
    return ", ".join(dict.fromkeys(match[0] for match in _STUDY.finditer(sentence)))


def _missing(reading: Reading, index: int) -> list[str]:
    asks = [cue for cue in _asking(reading) if cue.sentence == index]
    if not asks:
        return []
    wants_interval = reading.text[slice(*asks[0].span)].lower().startswith(_FOLLOW_UP)
    missing = [] if _inside(reading, "modality", index) else ["what with"]
    return missing + (["when"] if wants_interval and not _inside(reading, "interval", index) else [])


def _asking(reading: Reading) -> list[Cue]:
    """The cues of asking, none of them denied."""
    return [
        cue
        for cue in reading.cues_of("recommendation", "asks")
        if not _DENIED.search(reading.text, reading.sentences[cue.sentence][0], cue.span[0])
    ]


def _is_done(reading: Reading, cue: Cue) -> bool:
    """ "Biopsy-proven", "a biopsy clip" and "the previous biopsy" say what is known."""
    if reading.text[slice(*cue.span)].lower() != "biopsy":
        return False
    return bool(
        _DONE.match(reading.text, cue.span[1]) or _BEFORE.search(reading.text, max(0, cue.span[0] - 40), cue.span[0])
    )


def _is_correlate(reading: Reading, cue: Cue) -> bool:
    """ "A sclerotic correlate on CT", "Correlation: MRI of 3 May" ask for nothing."""
    words = reading.text[slice(*cue.span)].lower()
    if words == "correlate":
        return _NOUN.search(reading.text, max(0, cue.span[0] - 20), cue.span[0]) is not None
    return words == "correlation" and reading.text[cue.span[1] : cue.span[1] + 1] == ":"


def _names_study(reading: Reading, cue: Cue) -> bool:
    """ "Follow-up CT thorax." says what was done and asks for nothing."""
    words = reading.text[slice(*cue.span)].lower()
    begins = cue.span[0] == reading.sentences[cue.sentence][0]
    others = [other for other in _asking(reading) if other.sentence == cue.sentence and other != cue]
    return (
        begins
        and words.startswith(_FOLLOW_UP)
        and not others
        and _REQUEST.search(reading.text, *reading.sentences[cue.sentence]) is None
    )


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
