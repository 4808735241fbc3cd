"""What it costs on this device to evaluate several tokens in one step: the measure of how far guessing pays."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from time import perf_counter

from app.engine.context import Context

# More rows than this never paid on any device measured.
MOST_ROWS = 16
# What is believed of a size that no step has had yet (two cores with AVX-512, Q4_0 and Q8_0).
_BELIEVED = {1: 1.0, 2: 1.7, 3: 2.4, 4: 2.1, 6: 3.2, 8: 3.3, 12: 4.5, MOST_ROWS: 5.2}
# Kernels take rows by fours: four may cost less than three. The most telling sizes come first, should time run out.
_MEASURED = (1, 4, 8, 2, 3, 6, 12, MOST_ROWS, 5)
_ROUNDS = 2
# Steps of a size that was not measured after which they are believed: one alone may have been held up, as is a step
# that takes so many times as long as usual. And how much each later one counts.
_ENOUGH = 4
_HELD_UP = 3.0
_WEIGHT = 0.1
_LONGEST_SECONDS = 0.15
# Steps after which what was learned of costs is laid out anew: it changes slowly, and is asked for at every step.
_STALE = 8


class RowCosts:
    """Costs of a step by its rows, one row being 1, from what steps of each size have taken of late."""

    def __init__(self, seconds: Mapping[int, float], believed: Mapping[int, float] | None = None) -> None:
        """`seconds` that steps took, by rows; `believed` costs of sizes that no step has had yet."""
        self._seconds = dict(seconds)
        self._believed = believed or {}
        self._first: dict[int, list[float]] = {}
        self._table: list[float] = []
        self._cheapest: list[int] = []
        self._notes = 0

    @property
    def measured(self) -> dict[int, float]:
        """Rows → cost, of those measured."""
        one = self._seconds.get(1)
        return {rows: seconds / one for rows, seconds in sorted(self._seconds.items())} if one else {}

    def note(self, rows: int, seconds: float) -> None:
        """A step of so many rows took so long: what was measured on a busy PC mends itself."""
        known = self._seconds.get(rows)
        if rows > MOST_ROWS or (known and seconds > _HELD_UP * known):
            return
        if known:
            self._seconds[rows] = known + _WEIGHT * (seconds - known)
        else:
            first = self._first.setdefault(rows, [])
            first.append(seconds)
            if len(first) < _ENOUGH:
                return
            self._seconds[rows] = median(first)
        self._notes += 1
        if not known or self._notes % _STALE == 0:
            self._table = []

    def of(self, rows: int) -> float:
        """The cost of a step with so many rows: on a straight line between those measured, and beyond the last."""
        if not self._table:
            self._lay_out()
        return self._table[min(rows, 2 * MOST_ROWS)]

    def cheapest(self, rows: int, most: int) -> int:
        """How many rows, at least so many and at most `most`, cost least: more may be cheaper than fewer."""
        if not self._table:
            self._lay_out()
        best = self._cheapest[rows] if rows <= MOST_ROWS else rows
        return best if best <= most else rows

    def _lay_out(self) -> None:
        costs = {**self._believed, **self.measured}
        self._table = [_on_the_line(costs, count) for count in range(2 * MOST_ROWS + 1)]
        rows = range(MOST_ROWS + 1)
        self._cheapest = [min(rows[count:], key=self._table.__getitem__) for count in rows]


def _on_the_line(costs: Mapping[int, float], rows: int) -> float:
    known = sorted(costs) or [1]
    high = next((one for one in known if one >= rows), known[-1])
    low = max((one for one in known if one < high), default=high)
    if low == high:
        # Nothing but one size is known: nothing is gained by more.
        return float(rows)
    slope = (costs[high] - costs[low]) / (high - low)
    return costs[low] + (rows - low) * slope


def measure_row_costs(context: Context) -> RowCosts:
    """Measure sizes of steps in a fraction of a second; what the context had read is kept.

    Something must have been read. On a device that is too slow for all sizes in that time, the rest is believed until a
    step has such a size.
    """
    kept = len(context.tokens)
    filler = context.tokens[-1]
    best: dict[int, float] = {}
    began = perf_counter()
    for rows in _MEASURED:
        if rows > context.chunk:
            continue
        for number in range(_ROUNDS + 1):
            started = perf_counter()
            context.evaluate([filler] * rows, rows)
            seconds = perf_counter() - started
            context.keep(kept)
            # The first of its shape also builds the graph.
            if number:
                best[rows] = min(best.get(rows, seconds), seconds)
            if perf_counter() - began > _LONGEST_SECONDS:
                return RowCosts(best, _BELIEVED)
    return RowCosts(best, _BELIEVED)
