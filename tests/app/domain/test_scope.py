"""A radiologist must know when the model never saw such an exam; and must not be warned when nothing is known."""

import pytest

from app.domain.card import Card
from app.domain.scope import out_of_scope

CHEST = Card(name="m", modalities=("XR",), body_parts=("chest",), scope="chest radiographs")


@pytest.mark.parametrize("exam", ["MR knee", "CT CHEST", "XR wrist left", "US abdomen", "Head CT", "MRI brain"])
def test_other_modalities_and_body_parts_are_named(exam: str) -> None:
    assert out_of_scope(CHEST, exam) == f"This model learned from chest radiographs. Exam: {exam} – expect errors."


@pytest.mark.parametrize(
    "exam", ["XR chest", "CXR", "Chest PA and lateral", "Xray Chest PA and Lateral", "", "follow-up"]
)
def test_exams_within_scope_or_unclear_are_not(exam: str) -> None:
    assert out_of_scope(CHEST, exam) is None


def test_without_a_card_or_a_stated_scope_nothing_is_claimed() -> None:
    assert out_of_scope(None, "MR knee") is None
    assert out_of_scope(Card(name="m"), "MR knee") is None
