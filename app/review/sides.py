"""Left and right: a finding on the other side, on a side with no basis, or with its side dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.review.case import Case
from app.review.compare import Nearness, related
from app.review.flags import Flag, Severity, side_mends
from app.review.reading import BOTH, NO_SIDE, Observation, Sides, Span, Statement, opposite
from app.review.scopes import Status
from app.review.side_balance import Balance, balances

# Likeness from which two statements speak of the same thing.
_ENOUGH = 2.0
_SURE = 3.0
_MARGIN = 1.5
_FAINT = 0.5
_COMPARED = re.compile(r"(?:than|>|worse|greater)\s*(?:on\s+)?(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class _Evidence:
    """The findings' statement that is most like a claim, and its side word."""

    likeness: float = 0.0
    is_positive: bool = False
    span: Span | None = None


def side_flags(case: Case) -> Iterator[Flag]:
    """Every side word of the impression against the findings' sides for the same thing."""
    weighed: dict[Span, Balance] | None = None
    for statement in case.impression.statements:
        for side, span in statement.side_spans:
            mine = _bound(case, statement, span)
            if side == "both":
                yield from _both_flags(case, mine, span)
                continue
            flag = _side_flag(case, statement, side, span, mine)
            if flag is None:
                continue
            weighed = balances(case) if weighed is None else weighed
            balance = weighed.get(span)
            if balance is None or not balance.is_same:
                yield (
                    flag if _is_sure(case, flag, side, mine, balance) else replace(flag, severity=flag.severity.quieter)
                )
    yield from _dropped(case)


def _is_sure(case: Case, flag: Flag, side: str, mine: list[Observation], balance: Balance | None) -> bool:
    """Whether what stands around the side word agrees, or the very finding is named on the other side alone.

    What a model says without a basis it cannot know better, as a human may.
    """
    if balance is None or balance.is_turned or (balance.is_blind and flag.findings_span is not None):
        return True
    if any(_is_only_on(case, claim, opposite(side)) for claim in mine):
        return True
    return case.is_by_model and flag.severity is not Severity.CRITICAL


def _is_only_on(case: Case, claim: Observation, side: str) -> bool:
    """The findings name just that on one side, and never elsewhere."""
    if claim.is_generic or claim.finding.is_vague or case.matcher.is_broad(claim.finding):
        return False
    named = [o for o in case.positives if o.name == claim.name and not o.by_sign]
    return bool(named) and all(o.sides == {side} and case.matcher.same_finding(claim, o) for o in named)


def _bound(case: Case, statement: Statement, span: Span) -> list[Observation]:
    """The observations that a side word belongs to."""
    everything = [case.impression.observations[at] for at in statement.observations]
    return [o for o in everything if o.side_span == span] or everything


def _side_flag(case: Case, statement: Statement, side: str, span: Span, mine: list[Observation]) -> Flag | None:
    # "The right hip shows no osteonecrosis": the side stands before the "no".
    is_denied = bool(mine) and all(o.status is Status.ABSENT for o in mine)
    is_positive = span not in statement.denied_sides and statement.normal is not True and not is_denied
    if _COMPARED.search(case.impression.text, max(0, span[0] - 12), span[0]):
        return None
    if not is_positive:
        return _swapped_normal(case, statement, side, span)
    best = _best_evidence(case, statement, mine, is_positive)
    same = max(best[side].likeness, best["both"].likeness)
    other, bare = best[opposite(side)], best["none"].likeness
    other_side = opposite(side)
    if other.likeness >= _ENOUGH and other.likeness > same and other.likeness >= bare - 0.5:
        if same >= _SURE and other.likeness - same < _MARGIN:
            return None
        certain = is_positive and other.is_positive and same < _SURE and not _is_vague(case, statement, mine)
        severity = Severity.CRITICAL if certain else Severity.WARNING
        return _mismatch(case, side, span, other.span, severity, mine)
    if same >= _ENOUGH or side in case.exam_sides or _is_side_known(case, statement, side):
        return None
    knows_other = [s for s in case.findings.statements if other_side in s.sides and _asserts(case, s)]
    if knows_other and is_positive and bare < _ENOUGH:
        # Only of the same organ does another side contradict; elsewhere this one is merely without a basis.
        near = [s for s in knows_other if _is_of_one_organ(case, statement, s)]
        placed = [s for s in near if case.matcher.nearness(*_around(case, statement, s)) is not Nearness.UNKNOWN]
        there = [s for s in case.findings.statements if s.sides == {side} and _asserts(case, s)]
        unsure = bool(there) and (not placed or any(_is_placed_alike(case, statement, s) for s in there))
        severity = Severity.CRITICAL if near and not unsure else Severity.WARNING
        return _mismatch(case, side, span, _side_word((near or knows_other)[0], other_side), severity, mine)
    if other_side in case.exam_sides:
        return None
    asked = any(side in s.sides for s in case.indication.statements)
    severity = Severity.NOTE if asked else Severity.WARNING
    return Flag("side_mismatch", severity, f"The findings state no side; the impression says {side}.", span)


def _is_vague(case: Case, statement: Statement, mine: list[Observation]) -> bool:
    """Only "lesion" and the like, in no place that the findings know: many things are called so."""
    if not mine or not all(o.is_generic or o.finding.is_vague or case.matcher.is_broad(o.finding) for o in mine):
        return False
    known = frozenset[str]().union(*(s.stems for s in case.findings.statements))
    return not statement.own_places and not statement.stems <= known


def _swapped_normal(case: Case, statement: Statement, side: str, span: Span) -> Flag | None:
    """ "The left kidney is normal" where the findings describe something there and nothing on the other side."""
    if statement.normal is not True or not statement.own_places or statement.facets:
        return None
    near = [
        o
        for o in case.positives
        if case.matcher.nearness(statement.own_places, o.places) is Nearness.SAME and len(o.sides) == 1
    ]
    there = [o for o in near if o.sides == {side}]
    if not there or any(o.sides == {opposite(side)} for o in near) or any(_is_claimed(case, o) for o in there):
        return None
    return Flag(
        "side_mismatch",
        Severity.WARNING,
        f"The impression calls the {side} side normal; the findings describe {there[0].name} there.",
        span,
        there[0].side_span or there[0].span,
    )


def _is_claimed(case: Case, found: Observation) -> bool:
    """The impression names it on that side, so that "normal" speaks of the rest."""
    return any(related(claim.finding, found.finding) and claim.sides == found.sides for claim in case.claims)


def _is_side_known(case: Case, statement: Statement, side: str) -> bool:
    """The findings use that side of something that may be the same thing in other words."""
    return any(
        side in s.sides
        and (len(s.sides) == 1 or s.normal is None)
        and (
            case.matcher.likeness(statement, case.impression, s, case.findings) > _FAINT
            or (s.sides == {side} and _asserts(case, s) and _is_placed_alike(case, statement, s))
        )
        for s in case.findings.statements
    )


def _is_placed_alike(case: Case, statement: Statement, other: Statement) -> bool:
    """In the same place, by stated places or the organs of the findings named."""
    return case.matcher.nearness(*_around(case, statement, other)) is Nearness.SAME


def _is_of_one_organ(case: Case, statement: Statement, other: Statement) -> bool:
    return case.matcher.nearness(*_around(case, statement, other)) is not Nearness.APART


def _around(case: Case, statement: Statement, other: Statement) -> list[frozenset[str]]:
    """Places and organs of a statement of the impression and of one of the findings."""
    return [
        statement.places | {reading.observations[at].finding.organ for at in statement.observations} - {""}
        for reading, statement in ((case.impression, statement), (case.findings, other))
    ]


def _asserts(case: Case, statement: Statement) -> bool:
    return any(case.findings.observations[at].is_asserted for at in statement.observations) or (
        not statement.observations and statement.normal is None
    )


def _mismatch(
    case: Case, side: str, span: Span, findings_span: Span | None, severity: Severity, mine: list[Observation]
) -> Flag:
    what = f" ({mine[0].name})" if mine and not mine[0].is_generic else ""
    return Flag(
        "side_mismatch",
        severity,
        f"The impression says {side}, the findings say {opposite(side)}{what}.",
        span,
        findings_span,
        side_mends(
            (case.impression.text[slice(*span)], span),
            (case.findings.text[slice(*findings_span)], findings_span) if findings_span else None,
            side,
        ),
    )


def _best_evidence(
    case: Case, statement: Statement, mine: list[Observation], is_positive: bool
) -> dict[str, _Evidence]:
    best = {key: _Evidence() for key in ("left", "right", "both", "none")}
    for candidate in case.findings.statements:
        sides, asserted = _sides_for(case, candidate, mine)
        if is_positive and mine and not asserted:
            continue
        key = "none" if not sides else "both" if sides == BOTH else next(iter(sides))
        likeness = case.matcher.likeness(statement, case.impression, candidate, case.findings)
        if likeness > best[key].likeness:
            word = _side_word(candidate, key)
            best[key] = _Evidence(likeness, asserted, word or candidate.span)
    return best


def _sides_for(case: Case, candidate: Statement, mine: list[Observation]) -> tuple[Sides, bool]:
    """The sides of a findings' statement as far as it speaks of a claim, and whether it asserts anything about it."""
    theirs = [case.findings.observations[at] for at in candidate.observations]
    matching = [o for o in theirs if any(related(o.finding, claim.finding) for claim in mine if not claim.is_generic)]
    if matching:
        asserted = [o for o in matching if o.is_asserted]
        chosen = asserted or matching
        sides = frozenset().union(*(o.sides for o in chosen))
        return sides or NO_SIDE, bool(asserted)
    asserted_any = any(o.is_asserted for o in theirs) or (not theirs and candidate.normal is None)
    return candidate.sides, asserted_any


def _side_word(statement: Statement, side: str) -> Span | None:
    return next((span for word, span in statement.side_spans if word == side), None)


def _both_flags(case: Case, mine: list[Observation], span: Span) -> Iterator[Flag]:
    """ "Bilateral" where the findings know the finding on one side only."""
    for claim in mine:
        if not claim.is_asserted or claim.is_generic:
            continue
        matching = [o for o in case.positives if o.name == claim.name]
        sides = frozenset().union(*(o.sides for o in matching))
        if len(sides) == 1 and all(o.sides for o in matching):
            only = next(iter(sides))
            yield Flag(
                "side_mismatch",
                Severity.NOTE if _is_something_there(case, claim, opposite(only)) else Severity.WARNING,
                f"The impression says both sides, the findings only {only} ({claim.name}).",
                span,
                matching[0].side_span or matching[0].span,
            )
            return


def _is_something_there(case: Case, claim: Observation, side: str) -> bool:
    """The findings describe something else in that place on that side, which may be meant too."""
    places = case.impression.statement_of(claim).places
    return any(side in o.sides and case.matcher.near(claim, o) is Nearness.SAME for o in case.positives) or any(
        side in s.sides and places & s.places and _asserts(case, s) for s in case.findings.statements
    )


def _dropped(case: Case) -> Iterator[Flag]:
    """A finding of a paired organ whose side the impression leaves out."""
    for claim in case.claims:
        if claim.sides or case.impression.statement_of(claim).sides or case.exam_sides:
            continue
        matching = [o for o in case.positives if o.name == claim.name]
        sides = frozenset().union(*(o.sides for o in matching))
        if len(sides) == 1 and all(o.sides for o in matching) and not _is_single(case, claim):
            side = next(iter(sides))
            yield Flag(
                "side_mismatch",
                Severity.NOTE,
                f"The side is missing: the findings say {side} ({claim.name}).",
                claim.span,
                matching[0].side_span or matching[0].span,
            )


def _is_single(case: Case, claim: Observation) -> bool:
    places = case.matcher.places_of(claim)
    known = case.matcher.lexicon.places
    return bool(places) and all(known[name].is_single for name in places if name in known)
