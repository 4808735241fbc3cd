"""Weightiest sentences first, numbers kept in order, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sentences import sentence_spans
from app.review.order import sorted_by_importance, with_finding, without_sentence

FINDINGS = "Heart size is normal. Tension pneumothorax on the right. 6 mm nodule in the left upper lobe"


def missed(name: str) -> tuple[int, int]:
    return (FINDINGS.index(name), FINDINGS.index(name) + len(name))


@pytest.mark.parametrize(
    ("impression", "expected"),
    [
        ("Normal heart. Tension pneumothorax.", "Tension pneumothorax. Normal heart."),
        (
            "1. Normal heart.\n2. Large right pneumothorax. It is under tension.\n3. Small effusion.",
            "1. Large right pneumothorax. It is under tension.\n2. Small effusion.\n3. Normal heart.",
        ),
        ("Tension pneumothorax. Normal heart.", "Tension pneumothorax. Normal heart."),
        ("Normal heart. Tension pneumothorax", "Tension pneumothorax. Normal heart."),
        (
            "Normal heart. Tension pneumothorax.\n\nRECOMMENDATION:\nTension pneumothorax needs a drain.",
            "Tension pneumothorax. Normal heart.\n\nRECOMMENDATION:\nTension pneumothorax needs a drain.",
        ),
        ("Normal chest.", "Normal chest."),
        ("", ""),
    ],
)
def test_the_weightiest_comes_first_and_what_leans_on_it_stays_with_it(impression: str, expected: str) -> None:
    assert sorted_by_importance(impression) == expected


@pytest.mark.parametrize(
    ("impression", "name", "expected"),
    [
        ("", "nodule", "6 mm nodule in the left upper lobe."),
        (
            "Small effusion. No fracture",
            "nodule",
            "Small effusion. 6 mm nodule in the left upper lobe. No fracture.",
        ),
        (
            "1. Small effusion.\n2. No fracture.",
            "pneumothorax",
            "1. Tension pneumothorax on the right.\n2. Small effusion.\n3. No fracture.",
        ),
        (
            "1. No fracture.",
            "pneumothorax",
            "1. Tension pneumothorax on the right.\n2. No fracture.",
        ),
        (
            "Large pneumothorax. It is new.",
            "nodule",
            "Large pneumothorax. It is new. 6 mm nodule in the left upper lobe.",
        ),
    ],
)
def test_a_missed_finding_is_put_in_by_its_weight_in_the_findings_own_words(impression, name, expected) -> None:
    assert with_finding(impression, FINDINGS, missed(name)) == expected


@pytest.mark.parametrize(
    ("impression", "word", "expected"),
    [
        ("One. Two. Three.", "Two", "One. Three."),
        ("One. Two.", "Two", "One."),
        ("One. Two.", "One", "Two."),
        ("One.", "One", ""),
        ("1. One.\n2. Two.\n3. Three.", "Two", "1. One.\n2. Three."),
        ("1. One.\n2. Two.\n3. Three.", "One", "1. Two.\n2. Three."),
        ("Large mass. It is new. No fluid.", "mass", "No fluid."),
        ("Large mass. It is new. No fluid.", "new", "Large mass. No fluid."),
    ],
)
def test_a_deleted_sentence_takes_its_number_and_what_leans_on_it_along(impression, word, expected) -> None:
    at = impression.index(word)
    assert without_sentence(impression, (at, at + len(word)), [(0, len(impression))]) == expected


def test_a_human_s_sentence_is_not_deleted_with_the_model_s() -> None:
    impression = "Large mass. This is stable since 2019, per my review."
    assert without_sentence(impression, (0, 5), [(0, 11)]) == "This is stable since 2019, per my review."


@given(st.text(max_size=300))
def test_sorting_loses_no_character(text: str) -> None:
    def letters(written: str) -> list[str]:
        return sorted(written.replace(".", "").split())

    assert sorted("".join(letters(sorted_by_importance(text)))) == sorted("".join(letters(text)))


@given(st.text(max_size=200), st.integers(0, 200))
def test_any_text_can_be_shortened_and_lengthened(text: str, at: int) -> None:
    without_sentence(text, (at, at + 1))
    grown = with_finding(text, FINDINGS, missed("nodule"))
    assert len(sentence_spans(grown)) >= 1
    assert "6 mm nodule in the left upper lobe." in grown
