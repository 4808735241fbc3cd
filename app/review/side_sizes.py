"""A size that the findings give to one side and the impression to the other.

Two stones of one kidney each, told apart by their sizes alone; what is measured needs no name of the lexicon.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity, side_mends
from app.review.measures import Measure
from app.review.reading import Reading, Sides, Span, Statement, opposite


def sized_side_flags(case: Case) -> Iterator[Flag]:
    """ "5 mm right ureteral stone" where everything of 5 mm is on the left."""
    for statement in case.impression.statements:
        written = [(side, span) for side, span in statement.side_spans if side != "both"]
        sizes = _sizes(statement)
        if len(written) != 1 or len(sizes) != 1 or statement.normal is True:
            continue
        (side, span), size = written[0], sizes[0]
        if not _belongs(case.impression, statement, size) or case.exam_sides == {side}:
            continue
        sources = [s for s in case.findings.statements if any(_equal(size, other) for other in _sizes(s))]
        if not sources or any(_sides(case, s) != {opposite(side)} for s in sources):
            continue
        source = sources[0]
        where = next((found for word, found in source.side_spans if word == opposite(side)), None)
        yield Flag(
            "side_mismatch",
            Severity.WARNING,
            f"The impression says {side}; what measures {case.impression.text[slice(*size.span)]} in the findings is "
            f"{opposite(side)}.",
            span,
            where or source.span,
            side_mends(
                (case.impression.text[slice(*span)], span),
                (case.findings.text[slice(*where)], where) if where else None,
                side,
            ),
        )


def is_sized_there(case: Case, span: Span, side: str) -> bool:
    """The side word's statement gives a size that the findings give to that side, and to no other."""
    statement = next((s for s in case.impression.statements if s.span[0] <= span[0] < s.span[1]), None)
    if statement is None or len({word for word, _ in statement.side_spans}) > 1:
        return False
    sizes = _sizes(statement)
    sources = [s for s in case.findings.statements if any(_equal(one, other) for one in sizes for other in _sizes(s))]
    return bool(sources) and all(_sides(case, s) == {side} for s in sources)


def _sizes(statement: Statement) -> list[Measure]:
    return [measure for measure in statement.measures if measure.quantity in ("length", "volume", "percent")]


def _equal(one: Measure, other: Measure) -> bool:
    return one.quantity == other.quantity and (set(one.values) == set(other.values) or one.largest == other.largest)


def _belongs(reading: Reading, statement: Statement, size: Measure) -> bool:
    """Only one thing is named in the statement, so that side and size speak of the same."""
    named = [reading.observations[at] for at in statement.observations]
    return len({o.name for o in named if not o.is_generic and size in o.measures}) <= 2


def _sides(case: Case, statement: Statement) -> Sides:
    """Its own sides and those that its sentence names without a size of their own."""
    named = [case.findings.observations[at] for at in statement.observations]
    more = [s.sides for s in case.findings.statements if s.sentence == statement.sentence and not _sizes(s)]
    return statement.sides.union(*(o.sides for o in named), *more)
