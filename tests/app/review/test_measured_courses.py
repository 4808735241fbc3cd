"""Courses told by two sizes, courses turned round in other words, and certainty that the findings do not have."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

SMALLER = "The right hilar mass measures 2.1 cm, formerly 3.5 cm."
LARGER = "Infrarenal aortic aneurysm 6.1 cm maximal diameter, previously 5.5 cm."

TURNED = [
    (SMALLER, "Larger right hilar mass."),
    (LARGER, "Shrinking infrarenal aortic aneurysm."),
    ("Hepatic lesion grown from 12 to 19 mm.", "Smaller hepatic lesion."),
    ("Pulmonary nodule increased from 5 to 9 mm.", "Decreasing pulmonary nodule."),
    ("Stable rim enhancement. Increasing surrounding FLAIR signal changes, growing.", "Decreasing perifocal edema."),
    ("Aneurysm sac 5.2 cm, unchanged.", "Growing aneurysm sac."),
]
STRAIGHT = [
    (SMALLER, "Smaller right hilar mass."),
    (LARGER, "Enlarging infrarenal aortic aneurysm."),
    ("Liver cyst of 20 mm, previously 20 mm.", "Stable liver cyst."),
    ("Left upper zone density of 2 cm, not seen previously.", "New left upper zone nodule."),
]


def _kinds(findings: str, impression: str) -> set[str]:
    return {flag.kind for flag in review(findings, impression).flags if flag.severity.value != "note"}


@pytest.mark.parametrize(("findings", "impression"), TURNED)
def test_turned_course_is_flagged(findings: str, impression: str) -> None:
    assert "trend_flip" in _kinds(findings, impression)


@pytest.mark.parametrize(("findings", "impression"), STRAIGHT)
def test_the_course_that_the_findings_tell_is_not(findings: str, impression: str) -> None:
    assert not {"trend_flip", "negation_flip", "invented_prior"} & _kinds(findings, impression)


def test_a_course_told_by_sizes_offers_no_word_to_mend_it() -> None:
    flags = [flag for flag in review(SMALLER, "Larger right hilar mass.").flags if flag.kind == "trend_flip"]
    assert flags
    assert not any(flag.mends for flag in flags)


@pytest.mark.parametrize(
    ("findings", "impression", "is_flagged"),
    [
        ("New enhancing focus at the margin of the cavity.", "Recurrence is proven.", True),
        ("Hippocampal atrophy.", "Pattern diagnostic of Alzheimer's disease.", True),
        (
            "Atrophy, diagnostic of Alzheimer's disease.",
            "Pattern diagnostic of Alzheimer's disease.",
            False,
        ),
        ("Hippocampal atrophy.", "Not diagnostic of Alzheimer's disease.", False),
        ("Renal mass.", "Renal mass, histologically proven.", False),
    ],
)
def test_certainty_beyond_the_findings_is_a_note(findings: str, impression: str, is_flagged: bool) -> None:
    flags = [f.severity.value for f in review(findings, impression).flags if f.kind == "certainty_shift"]
    assert flags == (["note"] if is_flagged else [])
