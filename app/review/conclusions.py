"""Conclusions that the findings' own signs speak against: denied over signs, or asserted though a sign is denied.

It looks at what a diagnosis follows from; the same finding present here and denied there stands in negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Nearness, follows, related, sides_agree
from app.review.denied_words import place_stems
from app.review.flags import Flag, Severity
from app.review.lexicon import Tier
from app.review.normals import normal_for
from app.review.reading import Observation
from app.review.scopes import Status
from app.review.wording import quoted

STEM = 7
_MANY_SIGNS = 2
# "No cavernous sinus invasion" denies how far something reaches, not that it is there.
_EXTENT = re.compile(
    r"\b(?:extension|extends?|extending|invasion|invad\w+|involve\w*|infiltrat\w+|spread\w*|reach\w*|component)\b",
    re.IGNORECASE,
)


def is_of_extent(text: str, observation: Observation) -> bool:
    """Named by how far it reaches."""
    return _EXTENT.search(text, *observation.span) is not None


def denied_conclusions(case: Case) -> Iterator[Flag]:
    """A weighty diagnosis denied that the findings do not deny: a warning over several signs, a note over one."""
    for denial in case.claimed_denials:
        if denial.is_generic or denial.finding.is_vague or denial.finding.tier is Tier.ROUTINE or denial.trend:
            continue
        if is_of_extent(case.impression.text, denial) or _is_spoken_of(case, denial):
            continue
        signs = [o for o in case.weighty if case.matcher.derived(denial, o) and sides_agree(denial, o)]
        if len({o.span for o in signs}) >= _MANY_SIGNS and not any(o.status is Status.POSSIBLE for o in signs):
            words = quoted(case.findings.text, signs[0].span)
            message = f"The impression denies {denial.name}; the findings describe {words} and do not deny it."
            yield Flag("negation_flip", Severity.WARNING, message, denial.span, signs[0].span)
        elif _points_at_something(case, denial, signs) and not normal_for(case, denial):
            message = f"The findings do not say that there is no {denial.name}."
            yield Flag("negation_flip", Severity.NOTE, message, denial.span)


def _points_at_something(case: Case, denial: Observation, signs: list[Observation]) -> bool:
    """A sign of it, a broader name, or anything weighty at the very place and side that is denied;
    what the impression explains otherwise is none."""
    pointed = denial.side_span is not None
    for found in case.weighty:
        if any(found in case.stated_for(claim) or found in case.evidence_for(claim) for claim in case.claims):
            continue
        if found.finding.is_vague or case.matcher.is_broad(found.finding):
            known = False
        else:
            broader = denial.finding.is_kind_of(found.name) and sides_agree(denial, found)
            known = found in signs or (broader and case.matcher.near(denial, found) is not Nearness.APART)
        there = pointed and found.sides == denial.sides and case.matcher.near(denial, found) is Nearness.SAME
        if known or there:
            return True
    return False


def _is_spoken_of(case: Case, denial: Observation) -> bool:
    """The findings state it, or deny it or something related or a sign of it, or use its words in a denial."""
    denied = [o for o in case.denials if not o.is_generic and sides_agree(o, denial)]
    if any(o.finding.is_kind_of(denial.name) for o in case.positives):
        return True
    if any(related(o.finding, denial.finding) or follows(denial.finding, o.finding) for o in denied):
        return True
    return is_worded_denial(case, denial)


def is_worded_denial(case: Case, denial: Observation, words: frozenset[str] | None = None) -> bool:
    """The findings use a word of it in denials only; one of `words`, if given."""
    theirs = case.findings.statements
    said = frozenset(stem[:STEM] for s in theirs for stem in s.stems - s.denied_stems)
    mine = _stems(case, denial) if words is None else _stems(case, denial) & words
    return bool(mine & (frozenset(stem[:STEM] for s in theirs for stem in s.denied_stems) - said))


def _stems(case: Case, observation: Observation) -> frozenset[str]:
    words = re.findall(r"[a-z]{5,}", case.impression.text[slice(*observation.span)].lower())
    return frozenset(word[:STEM] for word in words)


def unsupported_conclusions(case: Case) -> Iterator[Flag]:
    """A diagnosis stated as a fact whose sign the findings deny: "pneumonia" beside "no infiltrates"."""
    for claim in case.claims:
        if claim.status is not Status.PRESENT or claim.tier < Tier.URGENT or case.stated_for(claim):
            continue
        signs = case.evidence_for(claim)
        if not signs or case.denied_for(claim):
            continue
        denial = next((o for o in case.denials if _speaks_against(case, claim, o, signs)), None)
        if denial:
            words = quoted(case.findings.text, denial.span)
            message = f"The findings deny {words}, from which {claim.name} would follow."
            # A place of its own, which the denied sign does not share: the conclusion stands on something else.
            places = _stems(case, claim) & place_stems(STEM)
            elsewhere = places or (claim.places and case.matcher.near(claim, denial) is not Nearness.SAME)
            severity = Severity.NOTE if elsewhere else Severity.WARNING
            yield Flag("negation_flip", severity, message, claim.span, denial.span)


def _speaks_against(case: Case, claim: Observation, denial: Observation, signs: list[Observation]) -> bool:
    """A sign of it is denied to which nothing described is related; or its only kind that the findings speak of."""
    if denial.is_generic or denial.qualifiers or not sides_agree(claim, denial):
        return False
    if case.matcher.near(claim, denial) is Nearness.APART:
        return False
    if any(related(sign.finding, denial.finding) or sign.is_acute for sign in signs):
        return False
    if follows(claim.finding, denial.finding):
        return all(sign.finding.tier <= denial.finding.tier for sign in signs)
    return claim.name != denial.name and denial.finding.is_kind_of(claim.name)
