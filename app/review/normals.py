"""What "normal" covers, "normal" over something that is not, and "abnormal" over nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Nearness, related
from app.review.flags import Flag, Severity
from app.review.lexicon import Tier
from app.review.reading import Observation, Span, Statement
from app.review.scopes import Status

# Of the lexicon's words for anything at all, those that say by themselves that something is wrong.
_ABNORMAL = re.compile(r"abnormal|anomal|alterat|patholog|injur|trauma|significant", re.IGNORECASE)
_ANYTHING = re.compile(r"abnormal|anomal|alterat|patholog|significant|process|disease|finding|acute", re.IGNORECASE)
# Neither normal nor not: "at the upper limits of normal".
_BORDERLINE = re.compile(r"\b(?:upper|top|high|borderline)[\s-]+(?:limits?|normal|end)\b|\bborderline\b", re.IGNORECASE)
# Where a thing lies says little of how it is.
_MIDLINE = re.compile(r"\bmidline\b", re.IGNORECASE)
# Said of nothing in particular, as a sentence of its own: the "no" before it is lost.
_LIMITED = re.compile(
    r"\b(?:significant|other|demonstrable|visible|focal|definite|clear|suspicious|relevant|further)\s*$", re.IGNORECASE
)
# "The abnormal marrow" speaks of what has been described.
_REFERRING = ("the ", "this ", "these ", "its ", "their ")
_CONTRALATERAL = re.compile(
    r"\b(?:contralateral|opposite|other\s+(?:side|hip|knee|shoulder|kidney|eye|lung|ear|leg))\b", re.IGNORECASE
)
_CHAMBERS = (re.compile(r"\b(?:RV\w*|right\s+ventric\w+)\b"), re.compile(r"\b(?:LV\w*|left\s+ventric\w+)\b"))
_STRONG = re.compile(r"\b(?:normal|unremarkable|negative|within normal|no abnormal\w+)\b", re.IGNORECASE)


def normal_for(case: Case, claim: Observation) -> Statement | None:
    """The findings' statement that calls normal what a claim is about, if nothing abnormal is said of that place."""
    places = case.matcher.places_of(claim)
    for statement in case.findings.statements:
        if statement.normal is not True or (statement.observations and not _only_denies(case, statement)):
            continue
        if "other" in statement.facets and "size" not in statement.facets:
            continue
        if statement.facets and claim.finding.facet != "size":
            continue
        words = case.findings.text[slice(*statement.span)]
        if _BORDERLINE.search(words) or (_MIDLINE.search(words) and not _STRONG.search(words)):
            continue
        if claim.sides and statement.sides and not claim.sides & statement.sides:
            continue
        if _covers(case, statement, places) and not abnormal_there(case, claim):
            return statement
    return None


def _only_denies(case: Case, statement: Statement) -> bool:
    return all(case.findings.observations[at].status is Status.ABSENT for at in statement.observations)


def _covers(case: Case, statement: Statement, places: frozenset[str]) -> bool:
    known = case.matcher.lexicon.places
    return any(
        stated == place or (stated in known[place].within and len(known[stated].within) > 1)
        for place in places
        if place in known
        for stated in statement.own_places
        if stated in known
    )


def abnormal_there(case: Case, claim: Observation) -> bool:
    """Something abnormal is described in the same organ, whatever its name."""
    return any(
        case.matcher.near(claim, o) in (Nearness.SAME, Nearness.SAME_ORGAN) and o.tier > Tier.ROUTINE
        for o in case.positives
    )


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
            worst = max(ignored, key=lambda o: (_contradicts(case, o, statement), o.tier))
            yield Flag(
                "normal_with_abnormal",
                Severity.WARNING if _contradicts(case, worst, statement) else Severity.NOTE,
                f"The impression calls this normal, but the findings describe {worst.name}.",
                statement.span,
                worst.span,
            )


def _contradicts(case: Case, found: Observation, statement: Statement) -> bool:
    """Named, not only described; and urgent, or of the very place that is called normal, or the impression holds
    nothing else, so that "normal" means all."""
    if found.by_sign:
        return False
    if found.tier >= Tier.URGENT or not case.claims:
        return True
    return not found.finding.is_vague and bool(statement.own_places & case.matcher.places_of(found))


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
    if _is_of_another(case, found, statement):
        return False
    if statement.sides and found.sides and not statement.sides & found.sides:
        return False
    if places and case.matcher.nearness(places, case.matcher.places_of(found)) not in (Nearness.SAME,):
        return False
    mentioned = [o for o in case.impression.observations if not o.is_generic]
    return not any(related(o.finding, found.finding) for o in mentioned) and not any(
        case.matcher.derived(o, found) for o in mentioned if o.is_asserted
    )


def _is_of_another(case: Case, found: Observation, statement: Statement) -> bool:
    """The other side's hip, or the other ventricle, is called normal."""
    mine = case.impression.text[slice(*statement.span)]
    theirs = case.findings.text[slice(*case.findings.statement_of(found).span)]
    if _CONTRALATERAL.search(mine):
        return True
    said, told = ([bool(chamber.search(text)) for chamber in _CHAMBERS] for text in (mine, theirs))
    return said.count(True) == 1 and not told[said.index(True)]


def generic_flags(case: Case) -> Iterator[Flag]:
    """ "Acute abnormality", "abnormality of the liver", "not normal" where the findings describe nothing like it."""
    for claim in case.impression.observations:
        if not claim.is_generic or claim.status not in (Status.PRESENT, Status.PROBABLE) or not _is_bare(case, claim):
            continue
        if not claim.is_acute and not _ABNORMAL.search(case.impression.text[slice(*claim.span)]):
            continue
        before = case.impression.text[: claim.span[0]]
        if before.lower().endswith(_REFERRING):
            continue
        alone = not any(o.sentence == claim.sentence for o in case.claims) and not claim.places
        vague = alone and bool(claim.qualifiers or _LIMITED.search(before)) and not claim.is_acute
        if vague or not any(_explains(case, o, claim.places, claim.is_acute) for o in case.positives):
            words = case.impression.text[slice(*claim.span)]
            yield _generic(claim.span, words, is_sure=vague or not _is_measured(case, claim))
    for statement in case.impression.statements:
        bare = statement.normal is False and not statement.observations and bool(statement.own_places)
        theirs = (other for other in case.findings.statements if other.normal is False)
        if any(other.own_places & statement.own_places for other in theirs):
            continue
        if bare and not any(_explains(case, o, statement.own_places, acute=False) for o in case.positives):
            yield _generic(statement.span, "not normal", is_sure=True)


def _is_measured(case: Case, claim: Observation) -> bool:
    """The findings describe something of that place in words that the lexicon does not know, and measure it."""
    tissue = claim.places & case.matcher.lexicon.places.keys()
    return any(s.measures and tissue & s.own_places and s.normal is not True for s in case.findings.statements)


def _generic(span: Span, words: str, *, is_sure: bool) -> Flag:
    return Flag(
        "negation_flip",
        Severity.WARNING if is_sure else Severity.NOTE,
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
    """Nobody calls an opacity an acute process without naming it: only what is urgent or called acute explains that."""
    return found.tier >= Tier.URGENT or (found.is_acute and found.tier > Tier.ROUTINE) or found.trend == "new"


def _is_bare(case: Case, generic: Observation) -> bool:
    """No acute finding stands beside it in its statement."""
    beside = [case.impression.observations[at] for at in case.impression.statement_of(generic).observations]
    named = [o for o in beside if o.is_asserted and not o.is_generic]
    return not any(o.tier >= Tier.URGENT or not generic.is_acute for o in named)
