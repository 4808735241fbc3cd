"""Comparison with earlier examinations: claimed without one, or with the trend turned round."""

from __future__ import annotations

from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Mend, Severity, two_ends
from app.review.lexicon import Tier
from app.review.reading import Cue, Observation, Reading

_OPPOSED = frozenset({frozenset({"better", "worse"}), frozenset({"better", "new"})})


def prior_flags(case: Case) -> Iterator[Flag]:
    """Comparison wording although no earlier examination is given and the findings compare nothing."""
    if case.has_comparison or _claims(case.findings):
        return
    flagged: set[int] = set()
    for cue in _claims(case.impression):
        if cue.sentence in flagged:
            continue
        flagged.add(cue.sentence)
        words = case.impression.text[slice(*cue.span)]
        yield Flag(
            "invented_prior",
            Severity.WARNING if case.is_by_model else Severity.NOTE,
            f"No earlier examination is given: “{words}” has no basis.",
            cue.span,
        )


def _claims(reading: Reading) -> list[Cue]:
    """Comparison wording, but not "no new …", time spans and the like."""
    excused = [cue.span for cue in reading.cues_of("priors", "not_claims")]
    return [
        cue
        for cue in reading.cues_of("priors", "claims")
        # "The bones show no changes" compares with nothing.
        if not reading.text[slice(*cue.span)].lower().endswith("changes")
        and not any(start < cue.span[1] and cue.span[0] < end for start, end in excused)
    ]


def trend_flags(case: Case) -> Iterator[Flag]:
    """Better against worse, stable against changed, for the same finding."""
    for claim in case.claims:
        if claim.trend is None or claim.trend_span is None:
            continue
        matching = [o for o in case.stated_for(claim) if o.trend and o.trend_span]
        if not matching or any(_agree(claim, o) for o in matching):
            continue
        other = matching[0]
        yield Flag(
            "trend_flip",
            _trend_severity(claim, other),
            f"The impression says {_word(case.impression, claim)}, the findings {_word(case.findings, other)} "
            f"({claim.name}).",
            claim.trend_span,
            other.trend_span,
            _mends(case, claim, other),
        )


def _mends(case: Case, claim: Observation, other: Observation) -> tuple[Mend, ...]:
    """None where one of the courses is told by two sizes: no word can take its place."""
    mine, theirs = _word(case.impression, claim), _word(case.findings, other)
    if any(letter.isdigit() for letter in mine + theirs):
        return ()
    return two_ends(claim.trend_span, mine, other.trend_span, theirs)


def _agree(one: Observation, two: Observation) -> bool:
    return one.trend == two.trend or {one.trend, two.trend} == {"new", "worse"}


def _trend_severity(claim: Observation, other: Observation) -> Severity:
    turned = frozenset({claim.trend, other.trend}) in _OPPOSED
    urgent = max(claim.finding.tier, other.finding.tier) >= Tier.URGENT
    return Severity.CRITICAL if turned and urgent else Severity.WARNING


def _word(reading: Reading, observation: Observation) -> str:
    return reading.text[slice(*observation.trend_span)] if observation.trend_span else ""
