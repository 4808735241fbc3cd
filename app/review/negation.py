"""Present in one text, denied in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Matcher, Nearness, satisfies, sides_agree
from app.review.conclusions import STEM, is_of_extent, is_worded_denial
from app.review.denied_words import place_stems
from app.review.flags import Flag, Severity
from app.review.lexicon import GENERIC, Tier
from app.review.normals import normal_for
from app.review.reading import Observation
from app.review.scopes import Status
from app.review.wording import quoted

# Words that stand beside a finding without limiting it.
_NOT_LIMITING = frozenset({"focal", "visible", "other", "further", "additional", "abnormal", "pathological", "clear"})
# Words that want something new or growing in the findings, and the severity that may stand for "significant".
_FRESH = frozenset({"progressive", "recent", "active"})
_ONE_MORE = frozenset({"new", "additional", "further", "other"})
_HIGH = 4
_TWO = 2
# "After removal of the drain", "after drain removal": it was there.
_REMOVED = re.compile(r"\W*(?:removal|extraction|withdrawal|explantation)\b", re.IGNORECASE)
_PREFIX = 9
_SHORTEST = 4
_ONE = re.compile(r"\b(left|right)\s+one\b", re.IGNORECASE)
# What two texts call new or growing in other words.
_MORE = re.compile(
    r"\b(?:new|newly|recent(?:ly)?|fresh|appeared|developed|more\s+(?:numerous|extensive|marked|prominent|widespread)"
    r"|larger|bigger|wider|thicker|increas\w+|grow[ns]?|growing|grew|progress\w+|spread|enlarg(?:ed|ing)|worse\w*"
    r"|not\s+(?:\w+\s+){0,2}(?:before|previously|earlier)|for\s+the\s+first\s+time)\b",
    re.IGNORECASE,
)
# A fracture of which this is said is told as a healed one.
_HEALED = re.compile(r"\b(?:healed|united|union|consolidated|knitted|bridged|fused)\b", re.IGNORECASE)


def flipped_to_present(case: Case) -> Iterator[Flag]:
    """The impression asserts what the findings deny."""
    for claim in case.claims:
        if _REMOVED.match(case.impression.text, claim.span[1]) or _is_told_as_healed(case, claim):
            continue
        if stated := case.stated_for(claim):
            if narrower := _denied_by_name(case, claim, stated):
                message = f"The findings say there is no {narrower.name}."
                yield Flag("negation_flip", Severity.WARNING, message, claim.span, narrower.span)
            elif denial := _limit_denied(case, claim, stated):
                words = case.findings.text[slice(*denial.span)]
                message = f"The findings describe nothing of the kind (“{words}”)."
                yield Flag("negation_flip", Severity.WARNING, message, claim.span, denial.span)
            continue
        if fresh := _fresh_from_old(case, claim):
            words = quoted(case.findings.text, fresh.span)
            message = f"The findings describe nothing new or active; the impression concludes so from {words}."
            yield Flag("negation_flip", Severity.WARNING, message, claim.span, fresh.span)
            continue
        denied = [o for o in case.denied_for(claim) if not _at_other_level(case, claim, o)]
        named = any(o.name == claim.name for o in denied)
        if denied and (named or claim.status is Status.PRESENT or not case.evidence_for(claim)):
            yield _flip(case.matcher, claim, denied[0], f"The findings say there is no {denied[0].name}.")
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


def _at_other_level(case: Case, claim: Observation, denial: Observation) -> bool:
    """ "No root contact" at L3-L4 does not speak of L5-S1."""
    here, there = case.impression.levels[claim.statement], case.findings.levels[denial.statement]
    known = frozenset[str]().union(*(level.members for level in there))
    return bool(here and there) and not any(level.members & known for level in here)


def _denied_by_name(case: Case, claim: Observation, stated: list[Observation]) -> Observation | None:
    """ "No midline shift" beside "mass effect", of which it is a kind: the broader finding does not state it."""
    if claim.finding.is_vague or any(o.name == claim.name or not claim.finding.is_kind_of(o.name) for o in stated):
        return None
    named = [o for o in case.denied_for(claim) if o.name == claim.name and not o.qualifiers]
    return next((o for o in named if not _at_other_level(case, claim, o)), None)


def _fresh_from_old(case: Case, claim: Observation) -> Observation | None:
    """ "New metastases" or "active inflammation" concluded from what the findings call neither new nor growing."""
    fresh = claim.qualifiers & (_FRESH | _ONE_MORE) if claim.trend not in ("better", "stable") else frozenset()
    evidence = case.evidence_for(claim) if fresh else []
    if not evidence or _say_so(case, fresh) or _are_told_as_fresh(case, claim, evidence) or any(_is_fresh(o, bool(fresh & _ONE_MORE)) for o in evidence):
        return None
    if _is_lively(case, fresh, evidence):
        return None
    return evidence[0]


def _limit_denied(case: Case, claim: Observation, stated: list[Observation]) -> Observation | None:
    """ "Significant stenosis" or "new lesion" where the findings describe only some other one."""
    fresh = claim.qualifiers & (_FRESH | _ONE_MORE) if claim.trend not in ("better", "stable") else frozenset()
    told = _say_so(case, fresh) or _are_told_as_fresh(case, claim, stated) if fresh else True
    if not told and not any(_is_fresh(o, bool(fresh & _ONE_MORE)) for o in stated):
        return None if _is_lively(case, fresh, stated + case.evidence_for(claim)) else stated[0]
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
            and _is_denied_by(case, denial, o)
            and sides_agree(denial, o)
            and satisfies(o, denial)
            and (is_of_extent(case.findings.text, o) or not is_of_extent(case.impression.text, denial))
        ]
        present = [o for o in present if not _is_denied_elsewhere(case, denial, o) and not _is_the_other_one(case, denial, o)]
        if present and not _is_also_denied(case, denial):
            yield _flip(
                case.matcher, denial, max(present, key=lambda o: o.tier), f"The findings describe {present[0].name}."
            )


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


def _is_fresh(found: Observation, one_more: bool) -> bool:
    """New or growing; what is urgent by itself may be called active, but not one more."""
    return found.trend in ("new", "worse") or found.is_acute or (found.tier >= Tier.URGENT and not one_more)


def _is_lively(case: Case, fresh: frozenset[str], signs: list[Observation]) -> bool:
    """ "Active" inflammation may be concluded from several things in one sentence, none of them old or unchanged."""
    sentences = {o.sentence for o in signs}
    found = {o.span for o in case.weighty if o.sentence in sentences and not o.is_chronic and o.trend != "stable"}
    return fresh == {"active"} and len(found) >= _TWO


def _say_so(case: Case, words: frozenset[str]) -> bool:
    """The findings use one of these words of anything, without denying it."""
    stems = {word[:7] for word in words}
    return any(stems & (statement.stems - statement.denied_stems) for statement in case.findings.statements)


def _are_told_as_fresh(case: Case, claim: Observation, found: list[Observation]) -> bool:
    """Their sentences, or the ones that follow, tell of something new, more or growing; or of a fracture not called old."""
    text, sentences = case.findings.text, case.findings.sentences
    for o in found:
        last = min(o.sentence + 1, len(sentences) - 1)
        if _MORE.search(text, sentences[o.sentence][0], sentences[last][1]):
            return True
    is_fracture = claim.finding.is_kind_of("fracture")
    return is_fracture and any(not o.is_chronic and o.trend != "stable" for o in found)


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


def _flip(matcher: Matcher, claim: Observation, other: Observation, message: str) -> Flag:
    differ = claim.name != other.name
    # Of two names the lighter one counts: a scar is no pneumonia, though "no pneumonia" may be said beside it.
    tier = (min if differ else max)(claim.finding.tier, other.tier)
    chronic = claim.is_chronic or other.is_chronic
    heavy = tier > Tier.ROUTINE and not chronic and other.status is not Status.POSSIBLE
    if claim.finding.is_vague or (
        differ and any(matcher.is_broad(o.finding) or o.finding.is_vague for o in (claim, other))
    ):
        heavy = False
    if claim.status is Status.POSSIBLE:
        heavy = False
    return Flag("negation_flip", Severity.CRITICAL if heavy else Severity.WARNING, message, claim.span, other.span)
