"""Whether what an impression asks for answers something weighty that it says and the findings bear out.

Such a wish is no invention, though the findings do not ask for it; whether it is the right one is not judged.
"""

from __future__ import annotations

import re

from app.review.care import is_of_care
from app.review.case import Case
from app.review.compare import Nearness, follows, related
from app.review.grounds import grounds_for
from app.review.lexicon import Tier
from app.review.reading import Observation
from app.review.scopes import Status

# What tissue is taken from.
_GROWTHS = frozenset(
    {"mass", "nodule", "malignancy", "lymphadenopathy", "lesion", "infiltration", "infection", "polyp"}
)
# Said of a finding: nothing need be done.
_SETTLED = re.compile(
    r"\b(?:incidental\w*|benign|harmless|no\s+(?:clinical\s+)?(?:consequence|significance|concern)|too\s+small|nothing\s+further)\b",
    re.IGNORECASE,
)
_EXAMINATION = re.compile(r"\b(?:scan|survey|study|test|imaging|film|view)s?\b", re.IGNORECASE)
_HARMLESS = frozenset({"cyst", "hemangioma", "lipoma", "granuloma", "scar"})


def has_reason(case: Case, index: int, kinds: set[str], wishes: set[int]) -> bool:
    """The wish follows a weighty claim: in its sentence, the last before it, or anywhere for what people should do.

    Args:
        index: the wish's sentence; `wishes` all that ask for something.
        kinds: what is asked for ("ct", "tissue", "person"); empty if it is of no known kind.
    """
    places = frozenset[str]().union(*(s.own_places for s in case.impression.statements if s.sentence == index))
    before = max((o.sentence for o in case.claims if o.sentence < index and o.sentence not in wishes), default=index)
    if _is_for_growth(case, index):
        return False
    for claim in case.claims:
        if claim.sentence not in (index, before) and not kinds <= {"person"}:
            continue
        if claim.sentence != index and not _may_be_meant(case, claim, index, places, kinds):
            continue
        if claim.tier >= Tier.NOTABLE and _suits(case, claim, kinds) and _is_borne_out(case, claim):
            return True
    return False


def _is_for_growth(case: Case, index: int) -> bool:
    """ "To exclude an underlying mass" where the impression speaks of no such thing."""
    asked = [o for o in case.impression.observations if o.sentence == index and o.status is Status.ASKED]
    growths = [o for o in asked if {o.name, *o.finding.broader} & _GROWTHS - {"infection"}]
    return bool(growths) and not any(
        related(claim.finding, o.finding) or follows(o.finding, claim.finding) for claim in case.claims for o in growths
    )


def _may_be_meant(case: Case, claim: Observation, index: int, places: frozenset[str], kinds: set[str]) -> bool:
    """A claim of another sentence: of the part of the body that is named, and not called harmless."""
    if _SETTLED.search(case.impression.text, *case.impression.sentence_of(claim)):
        return False
    if places and _is_elsewhere(case, claim, places):
        return False
    return bool(kinds) or _is_of_people(case, index)


def _is_of_people(case: Case, index: int) -> bool:
    """Names who should know or act, and no examination: "discuss with the surgeons now"."""
    if _EXAMINATION.search(case.impression.text, *case.impression.sentences[index]):
        return False
    lexicon = case.matcher.lexicon
    return any(is_of_care(case.impression, s, lexicon) for s in case.impression.statements if s.sentence == index)


def _is_elsewhere(case: Case, claim: Observation, places: frozenset[str]) -> bool:
    """The places named are no part of where the claim or what it stands on lies."""
    there = case.matcher.places_of(claim).union(*(o.places for o in case.stated_for(claim)))
    near = case.matcher.nearness(places, there)
    return near in (Nearness.APART, Nearness.UNKNOWN) or case.matcher.is_in_other_region(claim, places)


def _suits(case: Case, claim: Observation, kinds: set[str]) -> bool:
    """Tissue is taken from growths, which are staged; what drains or opens wants something urgent."""
    is_bare = not claim.places and not claim.measures
    if is_bare and (claim.finding.is_vague or case.matcher.is_broad(claim.finding)):
        return False
    names = {claim.name, *claim.finding.broader}
    if kinds & {"tissue", "nuclear"}:
        return bool(names & _GROWTHS) and not names & _HARMLESS
    if "drainage" in kinds:
        return claim.tier >= Tier.URGENT
    return True


def _is_borne_out(case: Case, claim: Observation) -> bool:
    return bool(case.stated_for(claim) or case.evidence_for(claim) or grounds_for(case, claim))
