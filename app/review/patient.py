"""Another patient's words: sex, age, examined side, name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity, side_mends
from app.review.reading import Cue, Reading, opposite

_WORDS = {"F": "a woman", "M": "a man"}
_AGE = re.compile(r"\b(\d{1,3})[\s-]*(?:year|yr)s?[\s-]*old\b|\b(\d{1,3})\s*(?:y/?o|yo)\b", re.IGNORECASE)
_TITLED = re.compile(r"\b(?:Mrs?|Ms|Miss)\.?\s+(?P<name>[A-Z][\w'’-]+)")
_NAMED = re.compile(r"\bpatient(?:'s)?\s+name\s*:?\s*(?P<name>[A-Z][\w'’-]+(?:,?\s+[A-Z][\w'’-]+)?)", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?:MRN|accession(?:\s+(?:no|number))?)\.?\s*[:#]?\s*(?P<name>[A-Z]{0,4}\d{4,})", re.IGNORECASE
)
_LETTER = re.compile(r"\b\d{1,3}[ -]?(?:y/?o|yrs?[ -]?old|years?[ -]old|y)[ -]?(?P<sex>[MF])\b")
_PERSONS_IN_CAPITALS = frozenset({"MAN", "BOY", "SHE", "HIM"})
_IN_CAPITALS_ONLY = frozenset({"HE", "HER", "HIS"})
_RECEPTOR = re.compile(r"[ -]?(?:2|/?neu)\b", re.IGNORECASE)
_CHILD = re.compile(r"\b(?:newborn|neonat\w+|infant|toddler)\b", re.IGNORECASE)


def sex_flags(case: Case) -> Iterator[Flag]:
    """Organs and words of one sex where the patient, or the findings, are of the other."""
    for reading, is_impression in ((case.impression, True), (case.findings, False)):
        known = case.sex or _sex_elsewhere(case, is_impression)
        for sex in ("F", "M"):
            if not known or sex == known:
                continue
            cues = _sexed(reading, sex)
            if cues:
                words = reading.text[slice(*cues[0].span)]
                where = "impression" if is_impression else "findings"
                yield Flag(
                    "sex_mismatch",
                    Severity.CRITICAL,
                    f"The patient is {_WORDS[known]}; the {where} say “{words}”.",
                    cues[0].span if is_impression else None,
                    None if is_impression else cues[0].span,
                )


def _sexed(reading: Reading, sex: str) -> list[Cue]:
    organs, person = ("female", "woman") if sex == "F" else ("male", "man")
    cues = [*reading.cues_of("sex", organs), *reading.cues_of("sex", person)]
    cues = [cue for cue in cues if not _is_abbreviation(reading, cue)]
    return sorted(cues + _lettered(reading, sex), key=lambda cue: cue.span)


def _lettered(reading: Reading, sex: str) -> list[Cue]:
    """ "62 y/o M"."""
    return [Cue("sex", sex, m.span(), 0) for m in _LETTER.finditer(reading.text) if m["sex"] == sex]


def _is_abbreviation(reading: Reading, cue: Cue) -> bool:
    """ "MR", "HE" and "HER2" in capitals are none of mister, he and her, but in a sentence all in capitals "HER" is.

    "mr" alone is the modality as often as the man.
    """
    word = reading.text[slice(*cue.span)]
    if cue.meaning in ("female", "male"):
        return False
    if word in _PERSONS_IN_CAPITALS:
        return False
    if word in _IN_CAPITALS_ONLY:
        sentence = reading.text[slice(*reading.sentences[cue.sentence])]
        return not sentence.isupper() or _RECEPTOR.match(reading.text, cue.span[1]) is not None
    return (word.isupper() and len(word) <= 3) or word == "mr"


def _sex_elsewhere(case: Case, is_impression: bool) -> str:
    """The sex that indication and findings agree on, for a study that does not state it."""
    readings = [case.indication, case.findings] if is_impression else [case.indication]
    female = any(_sexed(reading, "F") for reading in readings)
    male = any(_sexed(reading, "M") for reading in readings)
    return "" if female == male else "F" if female else "M"


def age_flags(case: Case) -> Iterator[Flag]:
    """An age in the impression that is not the patient's."""
    known = {case.age} if case.age is not None else _ages(case.indication.text) | _ages(case.findings.text)
    if not known:
        return
    for match in _AGE.finditer(case.impression.text):
        age = int(match[1] or match[2])
        if all(abs(age - other) > 1 for other in known if other is not None):
            yield Flag("age_mismatch", Severity.NOTE, f"The patient is not {age} years old.", match.span())
    child = _CHILD.search(case.impression.text)
    if child and case.age is not None and case.age > 3:
        yield Flag("age_mismatch", Severity.NOTE, f"The patient is {case.age} years old.", child.span())


def _ages(text: str) -> set[int | None]:
    return {int(match[1] or match[2]) for match in _AGE.finditer(text)}


def exam_flags(case: Case) -> Iterator[Flag]:
    """The impression speaks of the other side of the body part that was examined."""
    if len(case.exam_sides) != 1:
        return
    side = next(iter(case.exam_sides))
    examined = frozenset[str]().union(*(statement.places for statement in case.exam.statements))
    for statement in case.impression.statements:
        if statement.sides != {opposite(side)} or not _is_examined(case, statement.places, examined):
            continue
        if any(s.sides == {opposite(side)} for s in case.findings.statements):
            continue
        span = (
            next(span for word, span in statement.side_spans if word == opposite(side))
            if statement.side_spans
            else None
        )
        if span:
            yield Flag(
                "exam_mismatch",
                Severity.CRITICAL,
                f"The examination was of the {side} side; the impression says {opposite(side)}.",
                span,
                None,
                side_mends((case.impression.text[slice(*span)], span), None, opposite(side)),
            )


def _is_examined(case: Case, places: frozenset[str], examined: frozenset[str]) -> bool:
    known = case.matcher.lexicon.places
    around = {outer for place in examined for outer in known[place].within}
    return not places or any(known[place].within & around for place in places)


def identity_flags(case: Case) -> Iterator[Flag]:
    """A patient's name or number in the impression that stands nowhere else in the report."""
    elsewhere = " ".join(r.text for r in (case.findings, case.indication, case.exam, case.prior)).lower()
    for pattern in (_TITLED, _NAMED, _NUMBERED):
        for match in pattern.finditer(case.impression.text):
            if match["name"].lower() not in elsewhere:
                yield Flag(
                    "identity_mismatch",
                    Severity.CRITICAL,
                    "The impression names a patient or a number that the report does not know.",
                    match.span(),
                )
