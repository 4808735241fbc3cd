"""Reports with similar findings: retrieval baseline, the prompt's slot for similar impressions, usual lengths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from training.pairs import Pair


class Neighbors:
    """Nearest pairs by cosine similarity of TF-IDF vectors (1- and 2-grams) of their findings."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = list(pairs)
        self._vectorizer = TfidfVectorizer(ngram_range=(1, 2))
        self._vectors = self._vectorizer.fit_transform([pair.findings for pair in self.pairs])

    def nearest(self, queries: Sequence[Pair], count: int) -> list[list[Pair]]:
        """For each query its `count` most similar pairs, most similar first, the query itself left out."""
        found: list[list[Pair]] = []
        for start in range(0, len(queries), 256):
            block = queries[start : start + 256]
            similarity = (self._vectorizer.transform([pair.findings for pair in block]) @ self._vectors.T).toarray()
            order = np.argsort(-similarity, axis=1, kind="stable")[:, : count + 1]
            for query, row in zip(block, order, strict=True):
                others = [self.pairs[index] for index in row if self.pairs[index].id != query.id]
                found.append(others[:count])
        return found
