"""Scores on cases worked out by hand."""

import pytest

from training.metrics import score


def test_equal_texts_score_full() -> None:
    scores = score(["No acute disease."], ["no acute  disease"])
    assert (scores.rouge1, scores.rouge2, scores.rougeL, scores.exact) == (100, 100, 100, 100)


def test_rouge_is_the_stemmed_f_measure() -> None:
    """Reference 3 words, candidate 2, one shared after stemming (nodules → nodule): F = 2·(1/2·1/3)/(1/2+1/3) = 0.4."""
    scores = score(["small lung nodules"], ["one nodule"])
    assert scores.rouge1 == pytest.approx(40)
    assert scores.rouge2 == 0
    assert scores.length_ratio == pytest.approx(2 / 3)
    assert scores.words == 2
    assert scores.exact == 0


def test_means_are_over_pairs() -> None:
    scores = score(["clear", "mass"], ["clear", "effusion"])
    assert (scores.count, scores.rougeL, scores.exact) == (2, 50, 50)


@pytest.mark.parametrize(("references", "candidates"), [([], []), (["a"], [])])
def test_unequal_or_empty_lists_are_refused(references: list[str], candidates: list[str]) -> None:
    with pytest.raises(ValueError, match="as many candidates"):
        score(references, candidates)
