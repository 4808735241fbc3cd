"""FindingF1 on cases worked out by hand."""

import pytest

from training.finding_f1 import facts, finding_f1


def test_a_denied_finding_is_not_the_finding() -> None:
    scores = finding_f1(["Pleural effusion."], ["No pleural effusion."])
    assert (scores.all, scores.present) == (0, 0)


def test_other_words_for_the_same_finding_are_the_same() -> None:
    assert finding_f1(["PTX on the left."], ["Left pneumothorax."]).all == 100


def test_the_other_side_is_another_fact() -> None:
    assert finding_f1(["Left pleural effusion."], ["Right pleural effusion."]).all == 0


def test_it_counts_facts_over_all_pairs() -> None:
    """References hold 2 facts, candidates 3, shared 1: F = 2·1/(2+3) = 0.4; of those that are there 2, 2 and 1."""
    references = ["Left pneumothorax. Cardiomegaly.", ""]
    candidates = ["Left pneumothorax.", "Right pleural effusion. No fracture."]
    scores = finding_f1(references, candidates)
    assert scores.all == pytest.approx(40)
    assert scores.present == pytest.approx(50)


def test_normal_texts_state_nothing_and_agree() -> None:
    assert not facts("Normal chest.")
    assert finding_f1(["Normal chest."], ["Normal examination."]).all == 100
