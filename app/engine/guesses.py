"""Where guesses about a reply's next token come from besides the shipped phrases: the findings, the user's own words.

They only save time: the model verifies every guess, and no guess changes a reply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.models.phrases import BEGIN, Guess

_LONGEST_MATCH = 3
# How often the findings go on as the reply does, after so many equal tokens: a first guess before anything is known.
_TRUST = {1: 0.1, 2: 0.35, 3: 0.55}
_OWN_ORDER = 3
_OWN_LEAST = 2
_MOST_OWN_CONTEXTS = 50_000


class FindingsLookup:
    """The reply goes on as the findings do after the same words."""

    def __init__(self, findings: Sequence[int]) -> None:
        self._next: dict[tuple[int, ...], int] = {}
        for end in range(1, len(findings)):
            for length in range(1, min(_LONGEST_MATCH, end) + 1):
                # What stands later in the findings replaces what stands before: the weighty is often said last.
                self._next[tuple(findings[end - length : end])] = findings[end]

    def guess(self, tail: Sequence[int]) -> tuple[Guess, int] | None:
        """The next token, and how many tokens before it are equal."""
        for length in range(min(_LONGEST_MATCH, len(tail)), 0, -1):
            token = self._next.get(tuple(tail[len(tail) - length :]))
            if token is not None:
                return Guess(token, _TRUST[length]), length
        return None


class OwnPhrases:
    """What the user of this PC likes to write, learned from signed impressions; gone with the process."""

    def __init__(self) -> None:
        self._counts: dict[tuple[int, ...], Counter[int]] = {}

    def learn(self, impression: Sequence[int]) -> None:
        """Take up the tokens of a signed impression."""
        padded = [BEGIN] * _OWN_ORDER + list(impression)
        for end in range(_OWN_ORDER, len(padded)):
            context = tuple(padded[end - _OWN_ORDER : end])
            if context not in self._counts and len(self._counts) >= _MOST_OWN_CONTEXTS:
                return
            self._counts.setdefault(context, Counter())[padded[end]] += 1

    def guess(self, tail: Sequence[int]) -> Guess | None:
        """The token that came next most often, if it did so in at least two impressions."""
        counts = self._counts.get(tuple(tail[len(tail) - _OWN_ORDER :]))
        if not counts:
            return None
        token, count = counts.most_common(1)[0]
        return Guess(token, count / (counts.total() + 1)) if count >= _OWN_LEAST else None
