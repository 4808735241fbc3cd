"""What a model must beat before its scores mean anything: the constant normal sentence and the nearest neighbor."""

from __future__ import annotations

from collections.abc import Sequence

from training.neighbors import Neighbors
from training.pairs import Pair

CONSTANT = "No acute cardiopulmonary abnormality."


def constant(test: Sequence[Pair]) -> list[str]:
    """The same normal conclusion for every study."""
    return [CONSTANT] * len(test)


def nearest_neighbor(train: Sequence[Pair], test: Sequence[Pair]) -> list[str]:
    """For each study the impression of the training study of the same corpus with the most similar findings."""
    answers: dict[str, str] = {}
    for corpus in {pair.corpus for pair in test}:
        asked = [pair for pair in test if pair.corpus == corpus]
        known = [pair for pair in train if pair.corpus == corpus]
        for pair, near in zip(asked, Neighbors(known).nearest(asked, 1), strict=True):
            answers[pair.id] = near[0].impression
    return [answers[pair.id] for pair in test]
