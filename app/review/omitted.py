"""Weighty findings that the impression does not mention, and critical results that somebody must be told of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from app.review.case import Case
from app.review.compare import Nearness, follows, related, sides_agree
from app.review.doubts import doubts_of
from app.review.flags import Flag, Severity
from app.review.levels import Level
from app.review.lexicon import Tier
from app.review.reading import Observation, Reading
from app.review.scopes import Status

# "As described above" takes the findings into the impression; for what is urgent that is not enough.
_REFERS = re.compile(
    r"\b(?:as|see)\s+(?:\w+\s+){0,2}(?:above|described|detailed|findings|body|report(?:ed)?)\b|\babove[\s-]+(?:described|mentioned)",
    re.IGNORECASE,
)

_MILD = 2
# Names that tell how a fracture is, not of which bone.
_UNPLACED = frozenset({"acute fracture", "occult fracture", "avulsion fracture", "bone fragment"})


class Telling(IntEnum):
    """How much of a finding the impression tells."""

    NOTHING = 0
    HINTED = 1
    TOLD = 2


def omitted_flags(case: Case) -> Iterator[Flag]:
    """Critical and urgent findings that are acute: critical; notable ones: a note."""
    if not case.impression.text.strip():
        return
    refers = _REFERS.search(case.impression.text) is not None
    told: list[Observation] = []
    for found in sorted(case.weighty, key=lambda o: -o.tier):
        if found.status is Status.POSSIBLE or any(_same(case, found, o) for o in told):
            continue
        telling = _telling(case, found)
        if telling is Telling.TOLD:
            continue
        told.append(found)
        severity = None if _is_detail(case, found) else _severity(case, found, refers, telling)
        if severity:
            message = f"The impression does not mention {found.name}."
            yield Flag("omitted_finding", severity, message, None, found.span, finding=found.name)


def _severity(case: Case, found: Observation, refers: bool, telling: Telling) -> Severity | None:
    """None for what "as described above" may cover."""
    if found.tier < Tier.URGENT:
        return None if refers or telling is Telling.HINTED else Severity.NOTE
    overshadowed = _is_overshadowed(case, found)
    if found.tier is Tier.URGENT and telling is Telling.NOTHING and (overshadowed or _is_mild_widening(found)):
        return None if refers else Severity.NOTE
    doubts = doubts_of(case, found)
    if doubts.is_told_otherwise:
        return Severity.NOTE
    is_half_told = refers or telling is Telling.HINTED or overshadowed
    return Severity.WARNING if is_half_told or doubts.is_any else Severity.CRITICAL


def _is_detail(case: Case, found: Observation) -> bool:
    """A notable sign of what the impression says: at its place and side, or a mere "widened" in a sentence of it."""
    if found.tier > Tier.NOTABLE or found.measures:
        return False
    beside = [o for o in case.positives if o.sentence == found.sentence and o is not found]
    if found.finding.is_vague and any(_is_said(case, other) for other in beside):
        return True
    if {found.name, *found.finding.broader} & case.matcher.lexicon.word_lists["of_their_own"]:
        return False
    return any(
        claim.tier >= Tier.NOTABLE and sides_agree(claim, found) and case.matcher.near(claim, found) is Nearness.SAME
        for claim in case.claims
    )


def _is_said(case: Case, found: Observation) -> bool:
    return any(related(claim.finding, found.finding) and sides_agree(claim, found) for claim in case.claims)


def _is_mild_widening(found: Observation) -> bool:
    """Mild hydronephrosis and the like may wait."""
    return found.finding.is_kind_of("dilatation") and found.severity is not None and found.severity <= _MILD


def _is_overshadowed(case: Case, found: Observation) -> bool:
    """The impression already holds something as weighty of the same organ: what goes with that is detail."""
    return any(
        claim.tier >= found.tier and case.matcher.near(claim, found) in (Nearness.SAME, Nearness.SAME_ORGAN)
        for claim in case.claims
    )


def _same(case: Case, one: Observation, two: Observation) -> bool:
    return related(one.finding, two.finding) and case.matcher.near(one, two) is not Nearness.APART


def _telling(case: Case, found: Observation) -> Telling:
    """Named, broadly or narrowly; concluded from; denied; in its own words; or only hinted at by a lighter word."""
    best = max((_telling_of(case, found, said) for said in case.impression.observations), default=Telling.NOTHING)
    if best is not Telling.TOLD and (_is_worded(case, found) or _is_sized(case, found)):
        return Telling.TOLD
    return best


def _telling_of(case: Case, found: Observation, said: Observation) -> Telling:
    near = case.matcher.near(said, found)
    if said.is_generic:
        return Telling.HINTED if said.is_asserted and near is Nearness.SAME else Telling.NOTHING
    # What a perforation has let out lies anywhere.
    anywhere = found.tier is Tier.CRITICAL and follows(said.finding, found.finding)
    if said.is_asserted and (anywhere or case.matcher.derived(said, found)):
        return Telling.HINTED if said.finding.is_vague and found.tier >= Tier.URGENT else Telling.TOLD
    # A sign says little about the place of what it stands for.
    somewhere = found.finding.is_vague or found.by_sign or said.by_sign or near is not Nearness.APART
    if said.is_asserted and near is not Nearness.APART and _is_other_fracture(case, said, found):
        return Telling.TOLD
    if somewhere and related(said.finding, found.finding) and not _is_denied_elsewhere(case, said, found):
        return _weighed(said, found)
    there = near in (Nearness.SAME, Nearness.SAME_ORGAN) or found.tier < Tier.URGENT
    if said.is_asserted and there and case.matcher.derived(found, said):
        return _weighed(said, found)
    return Telling.NOTHING


def _weighed(said: Observation, found: Observation) -> Telling:
    """ "Effusion" or "fracture" only hints at a hemothorax or an unstable spine."""
    lighter = found.tier is Tier.CRITICAL and said.tier < Tier.URGENT and not said.finding.is_kind_of(found.name)
    return Telling.HINTED if lighter and said.is_asserted else Telling.TOLD


def _is_denied_elsewhere(case: Case, said: Observation, found: Observation) -> bool:
    """ "No radial head fracture" and "not compressing the conus" at L1 do not speak of the humerus or of T8."""
    if said.is_asserted:
        return False
    here, there = _levels_about(case.impression, said), _levels_about(case.findings, found)
    known = frozenset[str]().union(*(level.members for level in there))
    if here and there and not any(level.members & known for level in here):
        return True
    if not found.finding.is_kind_of(said.name):
        return True
    near = case.matcher.near(said, found)
    return near is Nearness.APART or (bool(said.places) and near is Nearness.SAME_ORGAN)


def _levels_about(reading: Reading, observation: Observation) -> tuple[Level, ...]:
    """The levels of its statement, else of its sentence."""
    stated = reading.levels[observation.statement]
    about = zip(reading.statements, reading.levels, strict=True)
    beside = (levels for statement, levels in about if statement.sentence == observation.sentence)
    return stated or tuple(level for levels in beside for level in levels)


def _is_other_fracture(case: Case, said: Observation, found: Observation) -> bool:
    """An "acute fracture" of ribs is one of the "rib fractures"; fractures of two bones are two."""
    plain = _UNPLACED & {said.name, found.name}
    fractures = said.finding.is_kind_of("fracture") and found.finding.is_kind_of("fracture")
    return bool(plain) and fractures and case.matcher.nearness(said.places, found.places) is not Nearness.APART


def _is_sized(case: Case, found: Observation) -> bool:
    """The impression speaks of something of its very size, on no other side."""
    lengths = {measure.largest for measure in found.measures if measure.quantity == "length"}
    for said in case.impression.statements:
        if found.sides and said.sides and not found.sides & said.sides:
            continue
        if case.matcher.nearness(found.places, said.places) is Nearness.APART or said.stems == said.denied_stems:
            continue
        if any(measure.quantity == "length" and measure.largest in lengths for measure in said.measures):
            return True
    return False


def _is_worded(case: Case, found: Observation) -> bool:
    """The impression's own words for it: most content words of the findings' statement occur in one statement."""
    stems = case.findings.statement_of(found).stems
    if len(stems) < 2:
        return False
    return any(len(stems & said.stems) * 2 > len(stems) for said in case.impression.statements)


def critical_results(case: Case) -> Iterator[Flag]:
    """A task, not an error: each critical finding of the impression wants to be told and documented."""
    seen: set[str] = set()
    for claim in case.claims:
        if claim.tier is Tier.CRITICAL and claim.status is not Status.POSSIBLE and claim.name not in seen:
            seen.add(claim.name)
            yield Flag(
                "critical_result",
                Severity.NOTE,
                f"Critical result: {claim.name}. Document whom you told, when and how.",
                claim.span,
                finding=claim.name,
            )
