"""What a conclusion stands on when the findings do not name it: the same size or the same words, in the same place.

It knows no diagnoses; what follows from what by the lexicon stands in `compare`.
"""

from __future__ import annotations

import re

from app.review.case import Case
from app.review.compare import Nearness
from app.review.denied_words import place_stems
from app.review.lexicon import GENERIC
from app.review.measures import Measure
from app.review.reading import Observation, Statement
from app.review.scopes import Status
from app.review.signs import Diagnosis, Line, lines, named_in

# Sizes, not percentages and densities, of which many things have the same.
_TELLING = frozenset({"length", "volume", "angle"})
# Content words, without places, that must be shared, and their share of the claim's statement.
_WORDS, _SHARE = 2, 0.75
_STEM = 6
# "2 cm beyond it": how far away, not how large.
_DISTANCE = re.compile(
    r"\s*(?:beyond|from|above|below|distal|proximal|caudal|cranial|lateral|medial|anterior|posterior|away|short|deep\s+to"
    r"|into|in\s+front|behind|superior|inferior|off)\b",
    re.IGNORECASE,
)


def grounds_for(case: Case, claim: Observation) -> tuple[Statement, ...]:
    """The findings' statements that measure or word the same thing as a claim, in other terms."""
    return tuple(s for s in case.findings.statements if _is_ground(case, claim, s))


def _is_ground(case: Case, claim: Observation, there: Statement) -> bool:
    if there.normal is True or (there.stems and there.stems == there.denied_stems):
        return False
    if not _may_be_there(case, claim, there):
        return False
    return _measures_it(case, claim, there) or _words_it(case, claim, there)


def _may_be_there(case: Case, claim: Observation, there: Statement) -> bool:
    """On no other side and in no place apart."""
    if claim.sides and there.sides and not claim.sides & there.sides:
        return False
    if not claim.places and case.matcher.is_in_other_region(claim, there.places):
        return False
    return case.matcher.nearness(claim.places, there.places) is not Nearness.APART


def _measures_it(case: Case, claim: Observation, there: Statement) -> bool:
    """Sizes, not distances; a statement that denies something of the same kind may measure what it denies."""
    if any(_denies_kind(case.findings.observations[at], claim) for at in there.observations):
        return False
    sizes = [m for m in there.measures if not _DISTANCE.match(case.findings.text, m.span[1])]
    return any(_equal(mine, theirs) for mine in claim.measures for theirs in sizes)


def _denies_kind(other: Observation, claim: Observation) -> bool:
    kinds = {other.name, *other.finding.broader} & {claim.name, *claim.finding.broader}
    return other.status is Status.ABSENT and bool(kinds - {GENERIC})


def _equal(one: Measure, two: Measure) -> bool:
    return one.quantity == two.quantity and one.quantity in _TELLING and abs(one.largest - two.largest) < 1e-6


def _words_it(case: Case, claim: Observation, there: Statement) -> bool:
    mine = case.impression.statement_of(claim)
    said = frozenset(stem[:_STEM] for stem in mine.stems - mine.denied_stems) - place_stems()
    theirs = frozenset(stem[:_STEM] for stem in there.stems - there.denied_stems)
    shared = said & theirs
    return len(shared) >= max(_WORDS, _SHARE * len(said))


def is_described(case: Case, claim: Observation) -> bool:
    """A sentence of the findings holds a sign of what is named, on no other side and in no place apart."""
    mine = next(line for line in lines(case.impression) if line.number == claim.sentence)
    named = [
        diagnosis
        for diagnosis, match in named_in(mine)
        if mine.span(match)[0] < claim.span[1] and claim.span[0] < mine.span(match)[1]
    ]
    return bool(named) and any(
        _holds_sign(case, claim, line, diagnosis) for line in lines(case.findings) for diagnosis in named
    )


def _holds_sign(case: Case, claim: Observation, line: Line, diagnosis: Diagnosis) -> bool:
    if not any(line.holds(sign) for sign in diagnosis.signs):
        return False
    return any(_may_be_there(case, claim, s) for s in case.findings.statements if s.sentence == line.number)
