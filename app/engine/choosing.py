"""From logits to the next token: greedy, without what is barred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Choice:
    """The model's first and second choice for a token, and how much it prefers the first (difference of logits)."""

    token: int
    second: int
    gap: float


def choose(logits: Logits, barred: Sequence[int] | set[int] = ()) -> Choice:
    """The two most likely tokens besides the barred ones; of equals the one with the lower number.

    The barred ones' logits are changed.
    """
    for token in barred:
        logits[token] = -np.inf
    first = int(logits.argmax())
    best = float(logits[first])
    logits[first] = -np.inf
    second = int(logits.argmax())
    logits[first] = best
    return Choice(first, second, best - float(logits[second]))


def probability(logits: Logits, token: int) -> float:
    """The softmax of one token."""
    highest = logits.max()
    return float(np.exp(logits[token] - highest) / np.exp(logits - highest).sum())
