"""How far ahead of the model to guess: as far as the guesses, at what a larger step costs here, are likely to pay.

A guess is only a suggestion of what to evaluate together; the decode loop takes it when it is the model's own choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.engine.guesses import FindingsLookup, OwnPhrases
from app.engine.row_costs import MOST_ROWS, RowCosts
from app.engine.tally import Source, Tally
from app.models.phrases import BEGIN, Phrases

# What a token costs that was not guessed, in steps of one row: less than 1, as the steps after it guess too.
_STEP_A_TOKEN = 0.9
# A step is made larger only if it saves so much of a step.
_LEAST_GAIN = 0.05
_LEAST_TRUST = 0.15
_CONFIDENCE_STEPS = 10
# How many guesses the stated confidence weighs against what was seen, and how quickly what was seen is forgotten.
_PRIOR_WEIGHT = 4.0
_MEMORY = 0.98
_PADDING = [BEGIN] * 8


@dataclass(frozen=True)
class Guessed:
    """A guessed token; `kind` says which guesses share its record of acceptance."""

    token: int
    source: Source
    kind: tuple[Source, int]
    trust: float


class Speculation:
    """Guesses for one model on one device; it learns from reply to reply which kinds of guess are taken."""

    def __init__(
        self, costs: RowCosts, is_final: Sequence[bool], phrases: Phrases | None = None, own: OwnPhrases | None = None
    ) -> None:
        """Guess from the findings and from what else there is.

        Args:
            is_final: for each token, whether a reply ends there.
        """
        self.costs = costs
        self._is_final = is_final
        self._phrases, self._own = phrases, own
        self._lookup = FindingsLookup(())
        self._seen: dict[tuple[Source, int], tuple[float, float]] = {}
        self._open: list[Guessed] = []
        self._tally = Tally()

    @property
    def phrases(self) -> int:
        """Entries of the phrase memory in use."""
        return len(self._phrases) if self._phrases else 0

    def learn(self, impression: Sequence[int]) -> None:
        """Take up the tokens of an impression that the user signed."""
        if self._own:
            self._own.learn(impression)

    def begin(self, source: Sequence[int], tally: Tally) -> None:
        """A reply begins or goes on whose findings have these tokens; what its guesses come to is added to `tally`."""
        self._lookup = FindingsLookup(source)
        self._open = []
        self._tally = tally

    def guess(self, reply: Sequence[int], room: int, base: int = 1) -> list[int]:
        """Tokens likely to follow the reply's, as many as pay; at most `room`.

        Where a larger step costs less, it is filled up with a token that nobody believes in.

        Args:
            base: rows that are evaluated in this step anyhow; beside the end of the findings, guesses cost less.
        """
        room = min(room, MOST_ROWS - 1)
        guesses = self._chain(reply, room)
        best, count, filled, gained, likely = _LEAST_GAIN, 0, 0, 0.0, 1.0
        for number, guess in enumerate(guesses, start=1):
            likely *= guess.trust
            gained += likely * _STEP_A_TOKEN
            rows = self.costs.cheapest(base + number, min(base + room, MOST_ROWS))
            net = gained - (self.costs.of(rows) - self.costs.of(base))
            if net > best:
                best, count, filled = net, number, rows - base
        self._open = guesses[:count]
        tokens = [guess.token for guess in self._open]
        return tokens + tokens[-1:] * (filled - count)

    def settle(self, accepted: int) -> None:
        """A step has ended: so many of its guesses were the model's own choices."""
        self._tally.steps += 1
        for number, guess in enumerate(self._open[: accepted + 1]):
            is_right = number < accepted
            right, all_seen = self._seen.get(guess.kind, (0.0, 0.0))
            self._seen[guess.kind] = (right * _MEMORY + is_right, all_seen * _MEMORY + 1)
            self._tally.offered[guess.source] = self._tally.offered.get(guess.source, 0) + 1
            self._tally.accepted[guess.source] = self._tally.accepted.get(guess.source, 0) + is_right
        self._open = []

    def _chain(self, reply: Sequence[int], room: int) -> list[Guessed]:
        """The likeliest next token, the likeliest after it, and so on, until none is likely."""
        tail = (_PADDING + list(reply[-len(_PADDING) :]))[-len(_PADDING) :]
        chain: list[Guessed] = []
        likely = 1.0
        while len(chain) < room:
            best = max(self._candidates(tail), key=lambda guess: guess.trust, default=None)
            if best is None or likely * best.trust < _LEAST_TRUST or self._is_final[best.token]:
                break
            likely *= best.trust
            chain.append(best)
            tail = [*tail[1:], best.token]
        return chain

    def _candidates(self, tail: Sequence[int]) -> Iterator[Guessed]:
        if self._own and (guess := self._own.guess(tail)):
            yield self._trusted(guess.token, "own", int(guess.confidence * _CONFIDENCE_STEPS), guess.confidence)
        if self._phrases and (guess := self._phrases.guess(tail)):
            yield self._trusted(guess.token, "phrases", int(guess.confidence * _CONFIDENCE_STEPS), guess.confidence)
        if found := self._lookup.guess([token for token in tail if token != BEGIN]):
            guess, length = found
            yield self._trusted(guess.token, "findings", length, guess.confidence)

    def _trusted(self, token: int, source: Source, step: int, stated: float) -> Guessed:
        """With the share of guesses of its kind that were taken of late, the stated confidence weighing in."""
        kind = (source, step)
        right, all_seen = self._seen.get(kind, (0.0, 0.0))
        return Guessed(token, source, kind, (right + _PRIOR_WEIGHT * stated) / (all_seen + _PRIOR_WEIGHT))
