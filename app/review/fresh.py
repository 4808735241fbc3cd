"""What the impression calls new, recent or active, though the findings describe nothing so.

It compares words for time; whether the finding is there at all stands in negation.
"""

from __future__ import annotations

import re

from app.review.case import Case
from app.review.compare import related
from app.review.lexicon import Tier
from app.review.reading import Observation

# Words that want something new or growing in the findings.
_FRESH = frozenset({"progressive", "recent", "active"})
_ONE_MORE = frozenset({"new", "additional", "further", "other"})
_NOT_NEW = ("better", "stable")
_TWO = 2
# What two texts call new or growing in other words.
_MORE = re.compile(
    r"\b(?:new|newly|recent(?:ly)?|fresh|appeared|developed|more\s+(?:numerous|extensive|marked|prominent|widespread)"
    r"|larger|bigger|wider|thicker|increas\w+|grow[ns]?|growing|grew|progress\w+|spread|enlarg(?:ed|ing)|worse\w*"
    r"|not\s+(?:\w+\s+){0,2}(?:before|previously|earlier)|for\s+the\s+first\s+time|not\s+(?:present|seen|visible|there)"
    r"\s+(?:on|in|at)|a\s+change\s+from|was\s+(?:\w+\s+)?(?:patent|open|normal|clear|intact|absent)|second|another|third)\b",
    re.IGNORECASE,
)
# Right before such a word: "no new focus".
_DENYING = re.compile(r"\b(?:no|without|nor|any)\s+(?:\w+\s+)?$", re.IGNORECASE)


def fresh_from_old(case: Case, claim: Observation) -> Observation | None:
    """ "New metastases" or "active inflammation" concluded from what the findings call neither new nor growing."""
    evidence = case.evidence_for(claim)
    return evidence[0] if evidence and _is_beyond(case, claim, evidence, evidence) else None


def stated_as_old(case: Case, claim: Observation, stated: list[Observation]) -> Observation | None:
    """What the findings describe in place of a "new lesion" or "active disease": a denial of such, or an old one."""
    if claim.qualifiers & _ONE_MORE and claim.trend not in _NOT_NEW and (denial := _newness_denied(case, claim)):
        return denial
    return stated[0] if _is_beyond(case, claim, stated, stated + case.evidence_for(claim)) else None


def _is_beyond(case: Case, claim: Observation, found: list[Observation], signs: list[Observation]) -> bool:
    """The claim is worded as new or active, and nothing in the findings is."""
    fresh = claim.qualifiers & (_FRESH | _ONE_MORE) if claim.trend not in _NOT_NEW else frozenset[str]()
    said = fresh | _ONE_MORE if fresh & _ONE_MORE else fresh
    if not fresh or _say_so(case, said) or _are_told_as_fresh(case, claim, signs if fresh & _ONE_MORE else found):
        return False
    if any(_is_fresh(o, bool(fresh & _ONE_MORE)) for o in found):
        return False
    return not _is_lively(case, fresh, signs)


def _newness_denied(case: Case, claim: Observation) -> Observation | None:
    """ "New metastases" beside "no new focus": nothing new is described."""
    if any(o.trend == "new" or o.qualifiers & _ONE_MORE for o in case.positives):
        return None
    denied = (o for o in case.denials if o.qualifiers & _ONE_MORE and not _is_of_other_side(case, claim, o))
    return next((o for o in denied if related(o.finding, claim.finding) or o.finding.is_vague), None)


def _is_of_other_side(case: Case, claim: Observation, denial: Observation) -> bool:
    """ "Right breast: no new finding" denies nothing on the left."""
    sentence = case.findings.text[slice(*case.findings.sentence_of(denial))].lower()
    said = {side for side in ("left", "right") if side in sentence}
    return bool(claim.sides and said) and not claim.sides & said


def _are_told_as_fresh(case: Case, claim: Observation, found: list[Observation]) -> bool:
    """Their sentences or the next ones tell of something new, more or growing; or of a fracture not called old."""
    text, sentences = case.findings.text, case.findings.sentences
    for o in found:
        last = min(o.sentence + 1, len(sentences) - 1)
        told = _MORE.finditer(text, sentences[o.sentence][0], sentences[last][1])
        if any(not _DENYING.search(text, sentences[o.sentence][0], match.start()) for match in told):
            return True
    is_fracture = claim.finding.is_kind_of("fracture")
    return is_fracture and any(not o.is_chronic and o.trend != "stable" for o in found)


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
