"""Contradictions inside one text, and "normal" over something that is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Matcher, Nearness, related, satisfies
from app.review.flags import Flag, Severity
from app.review.lexicon import Tier
from app.review.reading import Observation, Reading, Span, Statement
from app.review.scopes import Status

# Findings of the same name that radiologists describe and deny side by side: here one, elsewhere none.
_BROAD = frozenset(
    {"thrombosis", "metastasis", "opacity", "fracture", "stenosis", "lymphadenopathy", "degenerative change"}
)

# What a radiologist may call acute without a word more.
_ACUTE = frozenset(
    {
        "opacity",
        "effusion",
        "fracture",
        "inflammation",
        "infection",
        "edema",
        "hemorrhage",
        "thrombosis",
        "tear",
        "obstruction",
        "collection",
        "vascular congestion",
        "infarct",
        "ischemia",
        "dislocation",
        "abnormal gas",
        "restricted diffusion",
        "contusion",
        "mass effect",
        "bowel dilatation",
        "stone",
        "abscess",
        "mass",
    }
)

# Of the lexicon's words for anything at all, those that say by themselves that something is wrong.
_ABNORMAL = re.compile(r"abnormal|anomal|alterat|patholog|injur|trauma|significant", re.IGNORECASE)
_ANYTHING = re.compile(r"abnormal|anomal|alterat|patholog|significant|process|disease|finding|acute", re.IGNORECASE)
_STRONG = re.compile(r"\b(?:normal|unremarkable|negative|within normal|no abnormal\w+)\b", re.IGNORECASE)
_LASTING = frozenset({"atelectasis", "scar", "interstitial lung disease", "hernia", "hyperinflation"})


def contradiction_flags(case: Case) -> Iterator[Flag]:
    """In the findings and in the impression, each by itself."""
    for reading, is_impression in ((case.findings, False), (case.impression, True)):
        for message, span in [*_said_twice(reading), *_normal_organ(reading, case.matcher)]:
            yield Flag(
                "contradiction",
                Severity.CRITICAL,
                f"The {'impression contradicts itself' if is_impression else 'findings contradict themselves'}: {message}",
                span if is_impression else None,
                None if is_impression else span,
            )


def _said_twice(reading: Reading) -> Iterator[tuple[str, Span]]:
    denials = [o for o in reading.observations if o.status is Status.ABSENT and not o.is_generic and not o.qualifiers]
    for there in reading.observations:
        if there.status is not Status.PRESENT or there.is_generic or there.trend == "better":
            continue
        for denial in denials:
            if there.name == denial.name and _same_place(there, denial, reading) and satisfies(there, denial):
                yield f"{there.name} is described and denied.", there.span
                break


def _same_place(there: Observation, denial: Observation, reading: Reading) -> bool:
    """The denial covers the place and side of what is described, and nothing sets them apart."""
    if there.sentence == denial.sentence or there.measures or (denial.sides and denial.sides != there.sides):
        return False
    if not there.finding.organ or there.finding.tier is Tier.ROUTINE or {there.name, *there.finding.broader} & _BROAD:
        return False
    here, other = reading.statement_of(there), reading.statement_of(denial)
    if here.levels or other.levels or there.trend:
        return False
    return not denial.places or denial.places == there.places


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
    parenchymal = there.finding.is_kind_of("opacity") or there.finding.is_kind_of("pulmonary mass")
    return parenchymal and any(known[place].within & statement.own_places for place in places)


def normal_flags(case: Case) -> Iterator[Flag]:
    """ "Normal …" and "No acute …" in the impression over weighty findings that it does not mention."""
    for statement in case.impression.statements:
        generic = [
            o
            for o in (case.impression.observations[at] for at in statement.observations)
            if o.is_generic and o.status is Status.ABSENT and _ANYTHING.search(case.impression.text[slice(*o.span)])
        ]
        is_normal = (
            statement.normal is True
            and not statement.facets
            and _STRONG.search(case.impression.text[slice(*statement.span)])
        )
        if any(not case.impression.observations[at].is_generic for at in statement.observations):
            continue
        if not generic and not is_normal:
            continue
        acute_only = any(o.qualifiers for o in generic)
        ignored = [o for o in case.weighty if _is_ignored(case, o, statement, acute_only)]
        if ignored and not _speaks_of_rest(case, statement):
            worst = max(ignored, key=lambda o: o.tier)
            yield Flag(
                "normal_with_abnormal",
                Severity.WARNING,
                f"The impression calls this normal, but the findings describe {worst.name}.",
                statement.span,
                worst.span,
            )


def _speaks_of_rest(case: Case, statement: Statement) -> bool:
    start, end = case.impression.sentences[statement.sentence]
    words = case.impression.text[start:end].lower()
    return any(
        word in words for word in ("otherwise", "other", "rest of", "remain", "elsewhere", "additional", "further")
    )


def _is_ignored(case: Case, found: Observation, statement: Statement, acute_only: bool) -> bool:
    if found.status is Status.POSSIBLE or (acute_only and found.tier < Tier.URGENT):
        return False
    places = statement.own_places
    if places and case.matcher.nearness(places, case.matcher.places_of(found)) not in (Nearness.SAME,):
        return False
    mentioned = [o for o in case.impression.observations if not o.is_generic]
    return not any(related(o.finding, found.finding) for o in mentioned) and not any(
        case.matcher.derived(o, found) for o in mentioned if o.is_asserted
    )


def generic_flags(case: Case) -> Iterator[Flag]:
    """ "Acute abnormality", "not normal" or "abnormality of the liver" where the findings describe nothing of the kind."""
    for claim in case.impression.observations:
        if not claim.is_generic or claim.status not in (Status.PRESENT, Status.PROBABLE) or not _is_bare(case, claim):
            continue
        if not claim.is_acute and not _ABNORMAL.search(case.impression.text[slice(*claim.span)]):
            continue
        if not any(_explains(case, o, claim.places, claim.is_acute) for o in case.positives):
            yield _generic(claim.span, case.impression.text[slice(*claim.span)])
    for statement in case.impression.statements:
        bare = statement.normal is False and not statement.observations and bool(statement.own_places)
        if bare and not any(_explains(case, o, statement.own_places, acute=False) for o in case.positives):
            yield _generic(statement.span, "not normal")


def _generic(span: Span, words: str) -> Flag:
    return Flag(
        "negation_flip",
        Severity.WARNING,
        f"The findings describe nothing of the kind; the impression says “{words}”.",
        span,
    )


def _explains(case: Case, found: Observation, places: frozenset[str], acute: bool) -> bool:
    """Whether a positive finding may be what "abnormality" or "acute process" stands for."""
    if places - {"chest", "abdomen", "heart"}:
        near = case.matcher.nearness(places, case.matcher.places_of(found))
        if near in (Nearness.APART, Nearness.SAME_ORGAN) or (near is Nearness.UNKNOWN and found.tier < Tier.URGENT):
            return False
    return _is_acute(found) if acute else found.tier > Tier.ROUTINE


def _is_acute(found: Observation) -> bool:
    if found.tier >= Tier.URGENT:
        return True
    kinds = {found.name, *found.finding.broader}
    return found.tier > Tier.ROUTINE and bool(_ACUTE & kinds) and not _LASTING & kinds


def _is_bare(case: Case, generic: Observation) -> bool:
    """No acute finding stands beside it in its statement."""
    beside = [case.impression.observations[at] for at in case.impression.statement_of(generic).observations]
    return not any(o.is_asserted and not o.is_generic and (_is_acute(o) or not generic.is_acute) for o in beside)
