"""Present in one text, denied in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Matcher, Nearness, related, satisfies, sides_agree
from app.review.conclusions import STEM, is_of_extent, is_worded_denial
from app.review.denied_words import place_stems
from app.review.evidence import quieter, weakness_of_claim, weakness_of_denial
from app.review.flags import Flag, Severity
from app.review.fresh import fresh_from_old, stated_as_old
from app.review.lexicon import GENERIC, Tier
from app.review.normals import normal_for
from app.review.reading import Observation
from app.review.scopes import Status
from app.review.wording import quoted

# Words that stand beside a finding without limiting it.
_NOT_LIMITING = frozenset({"focal", "visible", "other", "further", "additional", "abnormal", "pathological", "clear"})
# The severity that may stand for "significant".
_HIGH = 4
# "After removal of the drain", "after drain removal": it was there.
_REMOVED = re.compile(r"\W*(?:removal|extraction|withdrawal|explantation)\b", re.IGNORECASE)
_PREFIX = 9
_SHORTEST = 4
_SPINE = "spine"
_ONE = re.compile(r"\b(left|right)\s+one\b", re.IGNORECASE)
# A fracture of which this is said is told as a healed one.
_HEALED = re.compile(r"\b(?:healed|united|union|consolidated|knitted|bridged|fused)\b", re.IGNORECASE)


def flipped_to_present(case: Case) -> Iterator[Flag]:
    """The impression asserts what the findings deny."""
    for claim in case.claims:
        if _REMOVED.match(case.impression.text, claim.span[1]) or _is_told_as_healed(case, claim):
            continue
        if stated := case.stated_for(claim):
            if narrower := _denied_by_name(case, claim, stated) or _denied_on_sides(case, claim, stated):
                message = f"The findings say there is no {narrower.name}."
                yield Flag("negation_flip", Severity.WARNING, message, claim.span, narrower.span)
            elif denial := _limit_denied(case, claim, stated):
                words = case.findings.text[slice(*denial.span)]
                message = f"The findings describe nothing of the kind (“{words}”)."
                yield Flag("negation_flip", Severity.WARNING, message, claim.span, denial.span)
            continue
        if fresh := fresh_from_old(case, claim):
            words = quoted(case.findings.text, fresh.span)
            message = f"The findings describe nothing new or active; the impression concludes so from {words}."
            yield Flag("negation_flip", Severity.WARNING, message, claim.span, fresh.span)
            continue
        denied = [o for o in case.denied_for(claim) if not at_other_level(case, claim, o)]
        named = any(o.name == claim.name for o in denied)
        if denied and (named or claim.status is Status.PRESENT or not case.evidence_for(claim)):
            message = f"The findings say there is no {denied[0].name}."
            yield _flip(case.matcher, claim, denied[0], message, min(weakness_of_claim(case, claim, o) for o in denied))
            continue
        normal = normal_for(case, claim) if claim.tier > Tier.ROUTINE else None
        if normal and not case.evidence_for(claim) and not denied:
            severity = Severity.CRITICAL if claim.status is Status.PRESENT else Severity.WARNING
            yield Flag(
                "negation_flip",
                severity,
                f"The findings call this normal; the impression says {claim.name}.",
                claim.span,
                normal.span,
            )


def _is_told_as_healed(case: Case, claim: Observation) -> bool:
    """ "Fracture united" beside "the fracture line is no longer visible"."""
    statement = case.impression.statement_of(claim)
    return claim.finding.is_kind_of("fracture") and _HEALED.search(case.impression.text, *statement.span) is not None


def at_other_level(case: Case, claim: Observation, denial: Observation) -> bool:
    """ "No root contact" at L3-L4 does not speak of L5-S1."""
    if claim.finding.region != _SPINE:
        here, there = case.impression.statement_of(claim).levels, case.findings.statement_of(denial).levels
    else:
        here, there = case.impression.levels[claim.statement], case.findings.levels[denial.statement]
    known = frozenset[str]().union(*(level.members for level in there))
    return bool(here and there) and not any(level.members & known for level in here)


def _denied_by_name(case: Case, claim: Observation, stated: list[Observation]) -> Observation | None:
    """ "No midline shift" beside "mass effect", of which it is a kind: the broader finding does not state it."""
    if claim.finding.is_vague or any(o.name == claim.name or not claim.finding.is_kind_of(o.name) for o in stated):
        return None
    named = [o for o in case.denied_for(claim) if o.name == claim.name and not o.qualifiers]
    return next((o for o in named if not at_other_level(case, claim, o)), None)


def _denied_on_sides(case: Case, claim: Observation, stated: list[Observation]) -> Observation | None:
    """ "Bilateral effusions" beside pericardial fluid and "no pleural effusion": the pericardium has no sides."""
    if not claim.sides or _is_single(case, claim) or any(o.sides or not _is_single(case, o) for o in stated):
        return None
    denied = (o for o in case.denials if o.finding.is_kind_of(claim.name) and not o.qualifiers)
    return next((o for o in denied if not _is_single(case, o)), None)


def _is_single(case: Case, observation: Observation) -> bool:
    places = case.matcher.lexicon.places
    return any(places[name].is_single for name in case.matcher.places_of(observation) if name in places)


def _limit_denied(case: Case, claim: Observation, stated: list[Observation]) -> Observation | None:
    """ "Significant stenosis" or "new lesion" where the findings describe only some other one."""
    if old := stated_as_old(case, claim, stated):
        return old
    limits = claim.qualifiers - _NOT_LIMITING
    if not limits or any(limits & o.qualifiers or (o.severity or 0) >= _HIGH or o.is_acute for o in stated):
        return None
    return next(
        (
            o
            for o in case.denials
            if limits & o.qualifiers
            and o.name == claim.name
            and case.matcher.near(o, claim) is not Nearness.APART
            and sides_agree(o, claim)
        ),
        None,
    )


def flipped_to_absent(case: Case) -> Iterator[Flag]:
    """The impression denies what the findings assert."""
    for denial in case.claimed_denials:
        if denial.is_generic:
            continue
        present = [
            o
            for o in case.positives
            if o.status in (Status.PRESENT, Status.PROBABLE)
            and not (o.by_sign and any(related(claim.finding, o.finding) for claim in case.claims))
            and _is_denied_by(case, denial, o)
            and sides_agree(denial, o)
            and satisfies(o, denial)
            and (is_of_extent(case.findings.text, o) or not is_of_extent(case.impression.text, denial))
        ]
        present = [
            o for o in present if not _is_denied_elsewhere(case, denial, o) and not _is_the_other_one(case, denial, o)
        ]
        if present and not _is_also_denied(case, denial):
            weakness = min(weakness_of_denial(case, denial, o) for o in present)
            heaviest = max(present, key=lambda o: o.tier)
            yield _flip(case.matcher, denial, heaviest, f"The findings describe {present[0].name}.", weakness)


def _is_denied_elsewhere(case: Case, denial: Observation, found: Observation) -> bool:
    """ "No acetabular fracture" beside a sacral one, when the findings deny something of the acetabulum only."""
    if denial.name != found.name or _has_own_denied_word(case, denial, found):
        return is_worded_denial(case, denial)
    return bool(found.places) and is_worded_denial(case, denial, place_stems(STEM))


def _is_the_other_one(case: Case, denial: Observation, found: Observation) -> bool:
    """ "The left effusion has resolved, a small right one persists": the right one is not denied."""
    rest = _ONE.search(case.impression.text, *case.impression.sentence_of(denial))
    return rest is not None and found.sides == frozenset({rest[1].lower()})


def _has_own_denied_word(case: Case, denial: Observation, found: Observation) -> bool:
    """ "Perinephric collection" and "perinephric stranding" go by one name, but a collection is denied by itself."""
    mine, theirs = case.impression.text[slice(*denial.span)].lower(), case.findings.text[slice(*found.span)].lower()
    return any(word not in theirs for word in mine.split())


def _is_denied_by(case: Case, denial: Observation, found: Observation) -> bool:
    if not case.matcher.same_finding(denial, found):
        # The side must be the denial's own: "left opacity, no sign of tuberculosis" denies nothing on the left.
        pointed = denial.side_span and denial.sides == found.sides and denial.places and denial.places == found.places
        if pointed and case.matcher.derived(denial, found) and found.tier > Tier.ROUTINE:
            return True
        return _is_sibling(case, denial, found)
    if denial.finding.is_vague and case.matcher.nearness(denial.places, found.places) is not Nearness.SAME:
        return denial.name == found.name and denial.places == found.places
    return found.finding.is_kind_of(denial.name) or _is_pointed(case, denial, found)


def _is_sibling(case: Case, denial: Observation, found: Observation) -> bool:
    """A "rib fracture" denied and an "acute fracture" of a rib described: of one kind, in one place, on one side."""
    shared = (denial.finding.broader & found.finding.broader) - {GENERIC}
    kinds = [case.matcher.lexicon.findings[name] for name in shared]
    if not any(kind.tier > Tier.ROUTINE and not kind.is_vague for kind in kinds) or denial.sides != found.sides:
        return False
    if found.finding.tier is Tier.ROUTINE or not _share_a_word(case, denial, found):
        return False
    return case.matcher.near(denial, found) is Nearness.SAME


def _share_a_word(case: Case, denial: Observation, found: Observation) -> bool:
    """No midline shift is denied by effaced sulci, though both are mass effect."""
    mine, theirs = case.impression.text[slice(*denial.span)].lower(), case.findings.text[slice(*found.span)].lower()
    return any(word[:STEM] in theirs for word in mine.split() if len(word) >= _SHORTEST)


def _is_pointed(case: Case, denial: Observation, found: Observation) -> bool:
    """A denial of something narrower that points at the very side and place of what the findings describe."""
    near = case.matcher.near(denial, found)
    if denial.sides and denial.sides == found.sides:
        return near in (Nearness.SAME, Nearness.UNKNOWN)
    same_weight = denial.finding.tier is found.finding.tier
    # A disruption in the Achilles tendon is a "rupture of the Achilles tendon", however broad a word "disruption" is.
    words = case.impression.text[slice(*denial.span)].lower()
    # "Retroperitoneal" is of the retroperitoneum.
    if denial.finding.is_kind_of(found.name) and any(place.lower()[:_PREFIX] in words for place in found.places):
        return True
    return near is Nearness.SAME and same_weight and not case.matcher.is_broad(found.finding)


def _is_also_denied(case: Case, denial: Observation) -> bool:
    """The findings deny it too, in the same words: their own contradiction is flagged elsewhere."""
    extent = is_of_extent(case.impression.text, denial)
    same = [
        o
        for o in case.denials
        if o.name == denial.name and sides_agree(o, denial) and is_of_extent(case.findings.text, o) is extent
    ]
    return any(bool(o.qualifiers) == bool(denial.qualifiers) and o.sides == denial.sides for o in same)


def _flip(matcher: Matcher, claim: Observation, other: Observation, message: str, weakness: int) -> Flag:
    differ = claim.name != other.name
    # Of two names the lighter one counts: a scar is no pneumonia, though "no pneumonia" may be said beside it.
    tier = (min if differ else max)(claim.finding.tier, other.tier)
    chronic = claim.is_chronic or other.is_chronic
    heavy = tier > Tier.ROUTINE and not chronic and other.status is not Status.POSSIBLE
    if claim.finding.is_vague or (
        differ and any(matcher.is_broad(o.finding) or o.finding.is_vague for o in (claim, other))
    ):
        heavy = False
    if claim.status is Status.POSSIBLE or differ:
        heavy = False
    severity = quieter(Severity.CRITICAL if heavy else Severity.WARNING, weakness)
    return Flag("negation_flip", severity, message, claim.span, other.span)
