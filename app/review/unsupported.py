"""Findings of the impression that the findings neither state, nor imply, nor deny."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.care import is_of_care, verdict_stems
from app.review.case import Case
from app.review.compare import follows
from app.review.flags import Flag, Severity
from app.review.grounds import grounds_for, is_described
from app.review.lexicon import Tier
from app.review.normals import abnormal_there, normal_for
from app.review.reading import Observation
from app.review.scopes import Status

# A statement of fewer content words says too little to be looked for; half of them must stand in the findings.
_MIN_WORDS = 2
_SHARED = 0.5
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
    if not case.is_by_model or claim.tier is Tier.ROUTINE or _is_context(case, claim):
        return Severity.NOTE
    if is_described(case, claim):
        return Severity.NOTE
    if claim.tier is Tier.NOTABLE:
        return Severity.WARNING
    # A hedged conclusion from something abnormal in the same organ is an interpretation, not an invention.
    hedged = claim.status is not Status.PRESENT and abnormal_there(case, claim)
    return Severity.WARNING if hedged else Severity.CRITICAL


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
