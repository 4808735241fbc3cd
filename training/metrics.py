"""Scores of candidate impressions against human ones: pure functions, texts in, figures out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rouge_score.rouge_scorer import RougeScorer

from training.finding_f1 import finding_f1

_ROUGE = ("rouge1", "rouge2", "rougeL")


@dataclass(frozen=True)
class Scores:
    """Means over a set of pairs.

    Attributes:
        rouge1, rouge2, rougeL: F-measure, 0 to 100 (Lin, 2004; rouge-score with the Porter stemmer on).
        length_ratio: words of all candidates over words of all references.
        exact: percentage of candidates equal to the reference but for case, punctuation and white space.
        words: mean words of a candidate.
        finding_f1, finding_f1_present: see FindingF1.
    """

    count: int
    rouge1: float
    rouge2: float
    rougeL: float
    length_ratio: float
    exact: float
    words: float
    finding_f1: float
    finding_f1_present: float


def score(references: Sequence[str], candidates: Sequence[str]) -> Scores:
    """Mean scores of candidates[i] against references[i].

    Raises:
        ValueError: the two are empty or of different length.
    """
    if not references or len(references) != len(candidates):
        raise ValueError("as many candidates as references are needed, at least one")
    scorer = RougeScorer(list(_ROUGE), use_stemmer=True)
    totals = dict.fromkeys(_ROUGE, 0.0)
    for reference, candidate in zip(references, candidates, strict=True):
        for name, value in scorer.score(reference, candidate).items():
            totals[name] += 100 * value.fmeasure
    count = len(references)
    candidate_words = sum(len(text.split()) for text in candidates)
    reference_words = sum(len(text.split()) for text in references)
    equal = sum(_bare(a) == _bare(b) for a, b in zip(references, candidates, strict=True))
    findings = finding_f1(references, candidates)
    return Scores(
        count=count,
        rouge1=totals["rouge1"] / count,
        rouge2=totals["rouge2"] / count,
        rougeL=totals["rougeL"] / count,
        length_ratio=candidate_words / max(1, reference_words),
        exact=100 * equal / count,
        words=candidate_words / count,
        finding_f1=findings.all,
        finding_f1_present=findings.present,
    )


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
