"""Findings of the impression that the findings neither state, nor imply, nor deny."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.care import is_of_care, verdict_stems
from app.review.case import Case
from app.review.compare import Nearness, follows
from app.review.flags import Flag, Severity
from app.review.grounds import grounds_for, is_described
from app.review.lexicon import Tier
from app.review.normals import abnormal_there, normal_for
from app.review.phrases import STEM
from app.review.reading import Observation
from app.review.scopes import Status

# A statement of fewer content words says too little to be looked for; half of them must stand in the findings.
_MIN_WORDS = 2
_SHARED = 0.5
# The share from which a statement is taken for one in the findings' words.
_MOST = 0.6
_SEVERAL = 2
# What is better or as before was there before.
_KNOWN = ("better", "stable")
ASKED = re.compile(
    r"\?|\b(?:suspi|exclu|rule|question|evaluat|assess|search|possib|investigat|verif|detect)", re.IGNORECASE
)


def unsupported_flags(case: Case) -> Iterator[Flag]:
    """Findings of the impression that the findings neither state, nor imply, nor deny."""
    for claim in case.claims:
        if case.stated_for(claim) or case.evidence_for(claim) or case.denied_for(claim):
            continue
        if claim.tier > Tier.ROUTINE and normal_for(case, claim):
            continue
        if _is_covered(case, claim) or grounds_for(case, claim):
            continue
        yield Flag(
            "unsupported_finding",
            _unsupported_severity(case, claim),
            f"The findings do not describe {claim.name}.",
            claim.span,
        )


def unsupported_words(case: Case) -> Iterator[Flag]:
    """A statement without a finding of the lexicon whose words the findings do not hold: a note."""
    stems = frozenset[str]().union(*(s.stems for s in case.findings.statements))
    verdicts = verdict_stems(case.matcher.lexicon)
    asking = {cue.sentence for cue in case.impression.cues_of("recommendation", "asks")}
    for statement in case.impression.statements:
        said = statement.stems - statement.denied_stems - verdicts
        if statement.observations or statement.normal is not None or statement.sentence in asking:
            continue
        if is_of_care(case.impression, statement, case.matcher.lexicon):
            continue
        if len(said) >= _MIN_WORDS and not statement.denied_stems and len(said & stems) < _SHARED * len(said):
            yield Flag("unsupported_finding", Severity.NOTE, "The findings do not say this.", statement.span)


def _unsupported_severity(case: Case, claim: Observation) -> Severity:
    """An interpretation of what the findings describe speaks one step more quietly than a thing out of nothing."""
    if not case.is_by_model or claim.tier is Tier.ROUTINE or _is_context(case, claim):
        return Severity.NOTE
    if is_described(case, claim):
        return Severity.NOTE
    if claim.tier is Tier.NOTABLE:
        return Severity.NOTE if _is_tied(case, claim) else Severity.WARNING
    hedged = claim.status is not Status.PRESENT or claim.trend in _KNOWN
    loud = not hedged and not _supported_beside(case, claim) and not _is_tied(case, claim)
    return Severity.CRITICAL if loud else Severity.WARNING


def _is_tied(case: Case, claim: Observation) -> bool:
    """A vague word for what is described, or told as a part of it; or something abnormal is described at its place, and
    it is hedged, told beside that or in its words."""
    if _is_worded_in_denials(case, claim):
        return False
    if claim.finding.is_vague and any(case.matcher.near(claim, o) is not Nearness.APART for o in case.weighty):
        return True
    beside = _supported_beside(case, claim)
    if beside >= _SEVERAL or (beside and not claim.finding.organ):
        return True
    if not abnormal_there(case, claim):
        return False
    return bool(beside) or claim.status is not Status.PRESENT or _share_of_words(case, claim) >= _MOST


def _supported_beside(case: Case, claim: Observation) -> int:
    """How many other findings of its sentence are described or concluded."""
    others = (o for o in case.claims if o is not claim and o.sentence == claim.sentence)
    return sum(1 for other in others if case.stated_for(other) or case.evidence_for(other))


def _is_worded_in_denials(case: Case, claim: Observation) -> bool:
    """The findings hold a word of its name only in what they deny."""
    words = (word.strip(".,;:()") for word in case.impression.text[slice(*claim.span)].lower().split())
    return any(word[:STEM] in case.denied_stems for word in words if len(word) >= STEM)


def _share_of_words(case: Case, claim: Observation) -> float:
    """How many of the content words of its statement the findings assert."""
    statement = case.impression.statement_of(claim)
    said = {stem[:STEM] for stem in statement.stems - statement.denied_stems}
    return len(said & case.asserted_stems) / len(said) if len(said) >= _MIN_WORDS else 0.0


def _is_context(case: Case, claim: Observation) -> bool:
    """Known, not asked about, in the indication, the exam or the earlier report."""
    return any(
        o.status in (Status.PRESENT, Status.PROBABLE)
        and case.matcher.same_finding(claim, o)
        and not ASKED.search(reading.text[slice(*reading.sentence_of(o))])
        for reading in (case.indication, case.exam, case.prior)
        for o in reading.observations
    )


def _is_covered(case: Case, claim: Observation) -> bool:
    """Part of a longer conclusion of the impression that is supported, or restates a supported claim more broadly."""
    for other in case.claims:
        if other is claim or other.sentence != claim.sentence:
            continue
        supported = bool(case.stated_for(other) or case.evidence_for(other))
        if supported and (other.finding.is_kind_of(claim.name) or follows(claim.finding, other.finding)):
            return True
    return False
