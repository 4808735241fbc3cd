"""Severity and certainty that change on the way from findings to impression."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity, two_ends
from app.review.lexicon import Tier
from app.review.reading import Observation
from app.review.scopes import Status

_STEM = 6
_TWO_GRADES = 2
_PROOF = re.compile(
    r"\b(?:proven|proving|proves|diagnostic\s+of|definite|definitely|certain(?!\s+(?:to|extent|degree))|certainly|confirms"
    r"|confirmed|confirming|established(?!\s+infarct)|with\s+(?:\w+\s+)?certainty|definitive(?:ly)?|clearly\s+(?:is|represents)"
    r"|beyond\s+doubt|conclusive(?:ly)?|pathognomonic(?:\s+of)?|undoubtedly|unequivocally?|without\s+doubt|caused\s+by)\b",
    re.IGNORECASE,
)
# Before it in its sentence: not proven, to be confirmed, or known from elsewhere.
_UNPROVEN = re.compile(
    r"\b(?:no|not|non|without|nor|cannot|if|should|could|may|might|to\s+be|histolog\w*|biopsy|patholog\w*|known|recommend\w*|advis\w*"
    r"|follow|less|un)\b",
    re.IGNORECASE,
)


def severity_flags(case: Case) -> Iterator[Flag]:
    """By two grades or more: a warning; by one: a note."""
    for claim in case.claims:
        if claim.severity is None or claim.severity_span is None:
            continue
        matching = [o for o in _same_named(case, claim) if o.severity is not None and o.severity_span]
        if not matching or len(matching) < len(_same_named(case, claim)):
            continue
        nearest = min(matching, key=lambda o: abs((o.severity or 0) - (claim.severity or 0)))
        difference = abs((nearest.severity or 0) - claim.severity)
        if not difference or (nearest.name != claim.name and difference < _TWO_GRADES):
            continue
        here = case.impression.text[slice(*claim.severity_span)]
        there = case.findings.text[slice(*nearest.severity_span)] if nearest.severity_span else ""
        yield Flag(
            "severity_shift",
            Severity.WARNING if difference >= _TWO_GRADES else Severity.NOTE,
            f"The impression says {here}, the findings {there} ({claim.name}).",
            claim.severity_span,
            nearest.severity_span,
            two_ends(claim.severity_span, here, nearest.severity_span, there),
        )


def _same_named(case: Case, claim: Observation) -> list[Observation]:
    """The findings' observations of the claim's name; where none has it, those of a broader or narrower name."""
    beside = [o for o in case.stated_for(claim) if not claim.sides or not o.sides or claim.sides & o.sides]
    same = [o for o in beside if o.name == claim.name]
    if same:
        return same
    return [o for o in beside if not case.matcher.is_broad(o.finding) and not claim.finding.is_vague]


def certainty_flags(case: Case) -> Iterator[Flag]:
    """Possible in the findings and definite in the impression: a warning if urgent; hedging added: a note."""
    for claim in case.claims:
        matching = case.stated_for(claim)
        if not matching:
            continue
        nearest = min(matching, key=lambda o: o.status)
        if claim.status is Status.PRESENT and nearest.status is Status.POSSIBLE:
            urgent = claim.finding.tier >= Tier.URGENT and not claim.is_chronic
            yield Flag(
                "certainty_shift",
                Severity.WARNING if urgent else Severity.NOTE,
                f"The findings call {nearest.name} possible, the impression states it as a fact.",
                claim.span,
                nearest.span,
            )
        elif claim.status is Status.POSSIBLE and nearest.status is Status.PRESENT and claim.name == nearest.name:
            yield Flag(
                "certainty_shift",
                Severity.NOTE,
                f"The findings state {nearest.name} as a fact, the impression calls it possible.",
                claim.span,
                nearest.span,
            )


def proof_flags(case: Case) -> Iterator[Flag]:
    """ "Proven", "diagnostic of", "definite": sure beyond what the findings say; a note."""
    theirs = case.findings.text.lower()
    for match in _PROOF.finditer(case.impression.text):
        sentence = next((span for span in case.impression.sentences if span[0] <= match.start() < span[1]), None)
        if sentence is None or match[0].lower()[:_STEM] in theirs:
            continue
        if not _UNPROVEN.search(case.impression.text[sentence[0] : match.start()]):
            message = f"The impression says {match[0]}; the findings do not."
            yield Flag("certainty_shift", Severity.NOTE, message, match.span())
