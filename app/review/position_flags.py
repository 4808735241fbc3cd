"""A finding that the impression puts at another position than the findings: the tail for the head, the LAD for the RCA.

It needs no name for the finding: what stands around both positions tells that they speak of the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import sqrt

from app.review.case import Case
from app.review.flags import Flag, Severity, two_ends
from app.review.lexicon import GENERIC
from app.review.positions import Position, positions

# From which likeness another position counts, and by how much it must fit better than the same one.
_ENOUGH, _TIMES, _MORE = 0.4, 1.25, 0.05
# Less is enough where the findings do not name the position of anything like it.
_UNKNOWN_ENOUGH = 0.22
# Much is denied and called normal in like words.
_ENOUGH_TO_DENY = 0.8
# Of what seems denied or normal: in dictation without stops that may be the word before.
_ENOUGH_OF_NORMAL = 0.5
# A word that the findings do not hold weighs less: impressions conclude.
_NOT_IN_FINDINGS = 0.25
_A_NUMBER = 2.0
# From which share of its likeness another position of the impression is what the findings speak of.
_AS_WELL = 0.8
# How nearly two positions must fit as they stand, measured by how they fit the other way round.
_TURNED = 0.9
# From which likeness a position without a number in common is more than a note, and how much likeness of its own
# position leaves a doubt.
_CLEAR, _CLEAR_IF_NAMED, _DOUBTFUL = 0.4, 0.28, 0.3
# Words of a sentence that is several, written without stops.
_RUN_ON = 60
# Somebody may be treated at the wrong one of these.
_COUNTED = frozenset({"spine", "digit", "finger", "toe", "ray", "metacarpal", "metatarsal", "rib", "tooth"})
# What the other text denies or calls normal is hardly what this one describes.
_OTHER_POLARITY = 0.6


def position_flags(case: Case) -> Iterator[Flag]:
    """A position whose surroundings stand in the findings at another position rather than at this one."""
    mine = [position for position in positions(case.impression, case.matcher.lexicon) if position.is_written]
    theirs = positions(case.findings, case.matcher.lexicon) if mine else []
    if not theirs:
        return
    weights = _weights(theirs)
    for claim in mine:
        source = _other_place(claim, mine, theirs, weights)
        if source is None:
            continue
        said, found = (
            reading.text[slice(*position.span)]
            for reading, position in ((case.impression, claim), (case.findings, source))
        )
        yield Flag(
            "level_mismatch",
            _severity(case, claim, source, theirs, weights),
            f"The impression says {said}; what the findings describe like this is {found}.",
            claim.span,
            source.span,
            two_ends(claim.span, said, source.span, found),
        )


def _severity(
    case: Case, claim: Position, source: Position, theirs: list[Position], weights: Mapping[str, float]
) -> Severity:
    """As loud as the likeness is great; a number in common is much, a text without stops joins what is apart."""
    best = likeness(claim, source, weights)
    if not any(_is_number(token) and token in source.context for token in claim.context):
        own = max((likeness(claim, other, weights) for other in theirs if claim.agrees(other)), default=0.0)
        is_named = any(_is_finding(token) and token in source.context for token in claim.context)
        if best < (_CLEAR_IF_NAMED if is_named else _CLEAR):
            return Severity.NOTE
        if own >= _DOUBTFUL:
            return Severity.WARNING
    elif _is_run_on(case, source):
        return Severity.NOTE
    return Severity.CRITICAL if claim.is_positive and not _COUNTED.isdisjoint(claim.where) else Severity.WARNING


def _is_run_on(case: Case, source: Position) -> bool:
    start, end = next(s for s in case.findings.sentences if s[0] <= source.span[0] < s[1])
    return len(case.findings.text[start:end].split()) > _RUN_ON


def _is_finding(token: str) -> bool:
    return token.startswith("finding ") and token != f"finding {GENERIC}"


def _is_number(token: str) -> bool:
    return token.replace(".", "").replace(",", "").isdigit()


def _other_place(
    claim: Position, mine: list[Position], theirs: list[Position], weights: Mapping[str, float]
) -> Position | None:
    """The findings' position that a claim describes better than any of its own."""
    same = [likeness(claim, other, weights) for other in theirs if claim.agrees(other)]
    others = [
        (likeness(claim, other, weights), at)
        for at, other in enumerate(theirs)
        if claim.excludes(other) and not other.is_landmark and (claim.is_positive or not other.is_positive)
    ]
    nearest = max(same, default=0.0)
    needed = max(min(_ENOUGH, _UNKNOWN_ENOUGH + 2 * nearest), _TIMES * nearest + _MORE)
    if not claim.is_positive:
        needed = max(needed, _ENOUGH_TO_DENY)
    for best, at in sorted(others, reverse=True):
        if best < needed:
            return None
        if claim.is_positive and not theirs[at].is_positive and best < _ENOUGH_OF_NORMAL:
            continue
        if not _is_told(claim, theirs[at], best, mine, theirs, weights):
            return theirs[at]
    return None


def _is_told(
    claim: Position,
    source: Position,
    best: float,
    mine: list[Position],
    theirs: list[Position],
    weights: Mapping[str, float],
) -> bool:
    """The findings say it of both places in one breath, or the impression speaks of the other place too.

    Where it does so in words that fit as well, the findings' words are spoken for; and where the two would not fit
    better the other way round.
    """
    own = [other for other in theirs if claim.agrees(other)]
    if any(other.chain == source.chain for other in own):
        return True
    for there in (m for m in mine if m is not claim and m.agrees(source)):
        fits = likeness(there, source, weights)
        if there.chain == claim.chain or fits >= _AS_WELL * best:
            return True
        if any(likeness(claim, o, weights) + fits >= _TURNED * (best + likeness(there, o, weights)) for o in own):
            return True
    return False


def _weights(theirs: list[Position]) -> dict[str, float]:
    """Words that stand at many positions tell them apart badly."""
    counted = Counter(token for position in theirs for token in position.context)
    return {token: (_A_NUMBER if _is_number(token) else 1.0) / sqrt(count) for token, count in counted.items()}


def likeness(one: Position, other: Position, weights: Mapping[str, float]) -> float:
    """How much of what stands around one position stands around the other: 0 to 1; 0 on the other side of the body."""
    if one.sides and other.sides and not one.sides & other.sides:
        return 0.0
    whole = sum(weight * weights.get(token, _NOT_IN_FINDINGS) for token, weight in one.context.items())
    if not whole:
        return 0.0
    shared = sum(
        min(weight, other.context.get(token, 0.0)) * weights.get(token, 0.0) for token, weight in one.context.items()
    )
    return min(shared / whole, 1.0) * (1.0 if one.is_positive == other.is_positive else _OTHER_POLARITY)
