"""Contradictions inside one text: the findings by themselves, the impression by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Matcher, related, satisfies
from app.review.conclusions import is_of_extent
from app.review.flags import Flag, Severity
from app.review.lexicon import Tier
from app.review.reading import Observation, Reading, Span, Statement
from app.review.scopes import Status
from app.review.words import words_of

_STEM = 5
# Adjectives that tell a kind; "focal" and "visible" tell none.
_OF_KIND = ("ed", "ing", "ous", "ive", "ic", "ory", "oid")

# A denial for a part of the organ leaves the rest of it.
_PART = re.compile(
    r"\b(?:distal\w*|proximal\w*|upper|lower|mid|middle|anterior|posterior|lateral|medial|first|second|third|fourth|end"
    r"|segments?|portion|remaining|rest|remainder|otherwise|elsewhere|other|intrahepatic|extrahepatic)\b",
    re.IGNORECASE,
)
# Findings of the same name that radiologists describe and deny side by side: here one, elsewhere none.
_BROAD = frozenset(
    {"thrombosis", "metastasis", "opacity", "fracture", "stenosis", "lymphadenopathy", "degenerative change"}
)


def contradiction_flags(case: Case) -> Iterator[Flag]:
    """In the findings and in the impression, each by itself."""
    for reading, is_impression in ((case.findings, False), (case.impression, True)):
        where = "impression contradicts itself" if is_impression else "findings contradict themselves"
        sure = [*_said_twice(reading), *_denied_heading(reading), *_normal_organ(reading, case.matcher)]
        unsure = [(message, span) for message, span in _said_twice(reading, in_other_words=True)]
        for severity, message, span in [
            *((Severity.CRITICAL, *found) for found in sure),
            *((Severity.WARNING, *found) for found in unsure),
        ]:
            yield Flag(
                "contradiction",
                severity,
                f"The {where}: {message}",
                span if is_impression else None,
                None if is_impression else span,
            )


def _said_twice(reading: Reading, in_other_words: bool = False) -> Iterator[tuple[str, Span]]:
    """Described and denied: in the same words, or in such as the lexicon takes for the same."""
    denials = [o for o in reading.observations if o.status is Status.ABSENT and not o.is_generic and not o.qualifiers]
    for there in reading.observations:
        if there.status is not Status.PRESENT or there.is_generic or there.trend == "better":
            continue
        for denial in denials:
            if there.name != denial.name or _share_words(reading, there, denial) is in_other_words:
                continue
            if is_of_extent(reading.text, denial) and not is_of_extent(reading.text, there):
                continue
            if _is_of_a_kind(reading, there, denial):
                continue
            if _same_place(there, denial, reading) and satisfies(there, denial):
                yield f"{there.name} is described and denied.", there.span
                break


def _is_of_a_kind(reading: Reading, there: Observation, denial: Observation) -> bool:
    """ "No infected necrosis" beside "necrosis": only a kind of it is denied."""
    before = words_of(reading.text, reading.sentence_of(denial)[0], denial.span[1]).forms[:-1][-2:]
    said = {form[:_STEM] for form in words_of(reading.text, *reading.sentence_of(there)).forms}
    return any(form.endswith(_OF_KIND) and form[:_STEM] not in said for form in before)


def _share_words(reading: Reading, one: Observation, two: Observation) -> bool:
    """ "Hemosiderin" and "microbleed" may be told apart by who writes both."""
    first, second = (
        {form[:_STEM] for form in words_of(reading.text, *o.span).forms if len(form) > 2} for o in (one, two)
    )
    return bool(first & second)


def _denied_heading(reading: Reading) -> Iterator[tuple[str, Span]]:
    """ "No stenosis: mild stenosis of the carotid artery"."""
    for denial in reading.observations:
        follows = reading.text[denial.span[1] : denial.span[1] + 1]
        if denial.status is not Status.ABSENT or denial.is_generic or follows != ":":
            continue
        said = [o for o in reading.observations if o.sentence == denial.sentence and o.span[0] > denial.span[1]]
        if any(o.is_asserted and (related(o.finding, denial.finding) or o.name == denial.name) for o in said):
            yield f"{denial.name} is denied and described.", denial.span


def _same_place(there: Observation, denial: Observation, reading: Reading) -> bool:
    """The denial covers the place and side of what is described, and nothing sets them apart."""
    if there.sentence == denial.sentence or there.measures or (denial.sides and denial.sides != there.sides):
        return False
    if not there.finding.organ or there.finding.tier is Tier.ROUTINE or {there.name, *there.finding.broader} & _BROAD:
        return False
    here, other = reading.statement_of(there), reading.statement_of(denial)
    if here.levels or other.levels or there.trend:
        return False
    if _parts(reading, other) - _parts(reading, here):
        return False
    return not denial.places or denial.places == there.places


def _parts(reading: Reading, statement: Statement) -> frozenset[str]:
    return frozenset(match[0].lower() for match in _PART.finditer(reading.text, *statement.span))


def _normal_organ(reading: Reading, matcher: Matcher) -> Iterator[tuple[str, Span]]:
    """ "The lungs are clear" beside an acute abnormality of the lungs: the commonest slip of dictation macros."""
    for statement in reading.statements:
        if not _is_whole_normal(reading, statement):
            continue
        for there in reading.observations:
            if there.status is not Status.PRESENT or there.tier is Tier.ROUTINE or there.sentence == statement.sentence:
                continue
            if statement.sides and statement.sides != there.sides:
                continue
            if _lies_in(there, statement, matcher):
                organ = ", ".join(sorted(statement.own_places))
                yield f"{organ} called normal, but {there.name} is described.", there.span
                break


def _is_whole_normal(reading: Reading, statement: Statement) -> bool:
    words = reading.text[slice(*statement.span)].lower()
    if statement.normal is not True or statement.facets or statement.observations or not statement.own_places:
        return False
    if any(word in words for word in ("otherwise", "remain", "rest of", "other ", "grossly", "elsewhere", "remaining")):
        return False
    return statement.own_places == {"lung"} and "clear" in words


def _lies_in(there: Observation, statement: Statement, matcher: Matcher) -> bool:
    known = matcher.lexicon.places
    places = {*there.places, there.finding.organ} & set(known)
    kinds = {there.name, *there.finding.broader}
    parenchymal = kinds & {"opacity", "pulmonary mass"} and not kinds & matcher.lexicon.word_lists["lasting_findings"]
    return bool(parenchymal) and any(known[place].within & statement.own_places for place in places)
