"""Reasons to say more quietly that an impression leaves something out: weak evidence, or words that may mean it.

It does not look for the finding by name; that stands in omitted.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.review.case import Case
from app.review.compare import Nearness
from app.review.lexicon import Tier
from app.review.reading import Observation, Statement
from app.review.scopes import Status

# Of the content words of the findings' statement, the share that the impression takes up in other company.
_SHARE = 0.3
_WORDS = 2
# Growths and their deposits: weeks, not hours.
_SLOW = "mass"


@dataclass(frozen=True)
class Doubts:
    """What speaks against a loud flag.

    Attributes:
        is_sign: read from a description, not named.
        is_unsure: only probable in the findings, or of the things that grow over months.
        is_told_otherwise: the impression tells the words of the description, or their sentence, by another name.
        may_be_meant: a statement of the impression without a known finding speaks of its place or in its words.
        is_alarming_anyway: the impression already holds something that urgent; for what is critical, of its region.
    """

    is_sign: bool
    is_unsure: bool
    is_told_otherwise: bool
    may_be_meant: bool
    is_alarming_anyway: bool

    @property
    def is_any(self) -> bool:
        return self.is_sign or self.is_unsure or self.may_be_meant or self.is_alarming_anyway


def doubts_of(case: Case, found: Observation) -> Doubts:
    """The doubts about an urgent or critical finding that the impression seems to leave out."""
    return Doubts(
        is_sign=found.by_sign,
        is_unsure=found.status is not Status.PRESENT or found.finding.is_kind_of(_SLOW),
        is_told_otherwise=found.by_sign and _is_told_otherwise(case, found),
        may_be_meant=any(_may_mean(case, found, said) for said in case.impression.statements),
        is_alarming_anyway=any(_is_as_alarming(claim, found) for claim in case.claims),
    )


def _is_as_alarming(claim: Observation, found: Observation) -> bool:
    """Whoever reads of it will look at the findings at once."""
    if found.tier is Tier.CRITICAL and claim.finding.region != found.finding.region:
        return False
    return claim.tier >= found.tier


def _is_told_otherwise(case: Case, found: Observation) -> bool:
    """The words of a sign are another finding's too, or stand beside an urgent one, that the impression tells."""
    for other in case.positives:
        if other is found or other.sentence != found.sentence:
            continue
        overlaps = other.span[0] < found.span[1] and found.span[0] < other.span[1]
        if other.tier >= (Tier.NOTABLE if overlaps else Tier.URGENT) and _is_told(case, other):
            return True
    return False


def _is_told(case: Case, found: Observation) -> bool:
    return any(found in case.stated_for(claim) or found in case.evidence_for(claim) for claim in case.claims)


def _may_mean(case: Case, found: Observation, said: Statement) -> bool:
    """Says something of its place for which the lexicon has no name, or takes up some of its words."""
    stems = said.stems - said.denied_stems
    if said.normal is True or not stems:
        return False
    shared = stems & case.findings.statement_of(found).stems
    if len(shared) >= _WORDS and len(shared) >= _SHARE * len(case.findings.statement_of(found).stems):
        return True
    named = (case.impression.observations[at] for at in said.observations)
    if any(o.status is not Status.ABSENT or not o.is_generic for o in named):
        return False
    return bool(said.own_places) and case.matcher.nearness(said.own_places, found.places) is Nearness.SAME
