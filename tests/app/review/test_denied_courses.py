"""Courses that are denied ("has not grown") or told by two sizes, and differences between sizes."""

from __future__ import annotations

import pytest

from app.review.second_reader import review


def _kinds(findings: str, impression: str) -> set[str]:
    flags = review(findings, impression, comparison="MRI of 3 May 2023").flags
    return {f.kind for f in flags if f.severity != "note"}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Meningioma of 11 mm, which has not grown.", "Meningioma, larger."),
        ("Lytic lesion of the ilium, which has not progressed.", "Growing lytic lesion of the ilium."),
        ("The liver metastases have increased.", "The liver metastases have not increased."),
        ("The effusion has not improved.", "Improved pleural effusion."),
        ("New pleural effusion. The nodule has grown.", "The pleural effusion is smaller."),
    ],
)
def test_a_turned_course_is_flagged(findings: str, impression: str) -> None:
    assert "trend_flip" in _kinds(findings, impression)


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Meningioma of 11 mm, which has not grown.", "Unchanged meningioma."),
        ("Lytic lesion of the ilium, unchanged.", "The lytic lesion of the ilium has not grown."),
        ("The effusion has not improved.", "Stable effusion."),
        ("New pericardial effusion. Nodule of 5 mm, previously 8 mm.", "The nodule is smaller, 5 mm."),
        ("Residual tissue of 3.4 cm (was 7.9 cm). Marrow uptake after growth factor.", "Mediastinal mass smaller."),
    ],
)
def test_the_same_course_in_other_words_is_not(findings: str, impression: str) -> None:
    assert "trend_flip" not in _kinds(findings, impression)


@pytest.mark.parametrize(
    ("impression", "is_flagged"),
    [
        ("Scoliosis of 38 degrees, increased by 11 degrees.", False),
        ("Curve increased by about 11 degrees.", False),
        ("Scoliosis of 38 degrees, increased by 17 degrees.", True),
        ("Scoliosis of 11 degrees.", True),
    ],
)
def test_a_difference_of_two_sizes_is_stated(impression: str, is_flagged: bool) -> None:
    findings = "Thoracic scoliosis, Cobb angle 38 degrees, previously 27 degrees."
    assert ("size_mismatch" in _kinds(findings, impression)) is is_flagged


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Ring enhancing focus of 11 mm in the liver.", "Metastasis of 11 mm in the liver."),
        ("Stab wound with gas in the soft tissues of the chest wall.", "Stab wound of the chest wall."),
        ("Trace physiologic fluid in the cul-de-sac.", "Normal ultrasound of the pelvis."),
    ],
)
def test_what_is_sized_expected_or_made_by_a_wound_is_not_left_out(findings: str, impression: str) -> None:
    assert not _kinds(findings, impression) & {"omitted_finding", "normal_with_abnormal"}
