"""Comparison with earlier examinations: claimed without one, or with the trend turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.domain.comparison_words import COMPARING
from app.review.case import Case
from app.review.flags import Flag, Mend, Severity, two_ends
from app.review.lexicon import Tier
from app.review.reading import Cue, Observation, Reading, Span

_OPPOSED = frozenset({frozenset({"better", "worse"}), frozenset({"better", "new"})})
_COMPARING = re.compile(COMPARING, re.IGNORECASE | re.VERBOSE)
# Asked for, or said not to be there: "comparison with earlier films would help", "no prior imaging".
_NO_EARLIER = re.compile(
    r"\b(?:no|any|without|if|lack\s+of|absence\s+of)\s+(?:\w+\s+)?(?:priors?|previous|earlier|comparison|old|older|outside)\b"
    r"|\b(?:comparison|compare|correlat\w+|review)\s+(?:\w+\s+){0,4}(?:priors?|previous|earlier|old|older|outside)\s+"
    r"(?:\w+\s+){1,4}(?:if\b|recommend|advis|suggest|request|help|useful|of\s+value)"
    r"|\b(?:please|recommend|suggest|advise|obtain|request)\s+(?:\w+\s+){0,4}(?:priors?|previous|earlier|old|older|outside)\b",
    re.IGNORECASE,
)
# The space between two bones or tendons.
_ANATOMICAL = re.compile(
    r"(?:scapho|lunate|atlant|dental|dens|odontoid|rotator|cuff|triquetr|costo|interspinous|clavicular|tibio|fibul|radio|carpal|QT|PR)"
    r"[\w-]*\s+interval$",
    re.IGNORECASE,
)


def prior_flags(case: Case) -> Iterator[Flag]:
    """Comparison wording although no earlier examination is given and the findings compare nothing."""
    if case.has_comparison:
        return
    said = _claims(case.impression)
    if not said or _claims(case.findings):
        return
    flagged: set[int] = set()
    for sentence, span in said:
        if sentence in flagged:
            continue
        flagged.add(sentence)
        yield Flag(
            "invented_prior",
            Severity.WARNING if case.is_by_model else Severity.NOTE,
            f"No earlier examination is given: “{case.impression.text[slice(*span)]}” has no basis.",
            span,
        )


def _claims(reading: Reading) -> list[tuple[int, Span]]:
    """Comparison wording with its sentence, in order; not "no new …", time spans, nor a wish for earlier films."""
    excused = [cue.span for cue in reading.cues_of("priors", "not_claims")]
    said = [(cue.sentence, cue.span) for cue in reading.cues_of("priors", "claims") if _compares(reading, cue)]
    for number, (start, end) in enumerate(reading.sentences):
        said += [(number, match.span()) for match in _COMPARING.finditer(reading.text, start, end)]
    return sorted(
        (sentence, span)
        for sentence, span in said
        if not any(start < span[1] and span[0] < end for start, end in excused)
        and not _NO_EARLIER.search(reading.text, *reading.sentences[sentence])
    )


def _compares(reading: Reading, cue: Cue) -> bool:
    """ "The bones show no changes" compares with nothing, a scapholunate interval neither."""
    text = reading.text
    if text[slice(*cue.span)].lower().endswith("changes"):
        return False
    line = text[max(0, cue.span[0] - 40) : cue.span[1]]
    return _ANATOMICAL.search(line) is None


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
