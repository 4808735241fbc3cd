"""Courses told the other way round, by a value that both texts name or by the words for what has moved."""

from __future__ import annotations

import pytest

from app.review.second_reader import review


def _is_turned(findings: str, impression: str) -> bool:
    flags = review(findings, impression, comparison="CT of 3 May 2023").flags
    return any(flag.kind == "trend_flip" and flag.severity.value != "note" for flag in flags)


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Thyroid volume 41 ml, previously 29 ml.", "Goitre of 41 ml, reduced since May."),
        ("The dominant pelvic node is 8 mm (19 mm before).", "Dominant node has grown to 8 mm."),
        ("Urinoma 5.2 x 3.0 cm; in May it was 7.4 x 4.1 cm.", "Urinoma of 5.2 cm, larger than in May."),
        ("Kyphosis angle 34° (21° in May).", "Kyphosis of 34°, decreased by 13°."),
        ("Residual urine has fallen from 310 to 90 ml.", "Residual urine 90 ml, risen since May."),
        ("Sinus tract output: cavity 12 mm, formerly 31 mm.", "Cavity of 12 mm, stable."),
        ("The peripancreatic stranding has decreased.", "More peripancreatic stranding than in May."),
        ("Calyceal fragments have cleared.", "Calyceal fragments more numerous."),
        ("The lumen of the graft is 3 mm (6 mm before).", "Graft lumen improved, 3 mm."),
    ],
)
def test_another_course_than_the_findings_tell_is_flagged(findings: str, impression: str) -> None:
    assert _is_turned(findings, impression)


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Thyroid volume 41 ml, previously 29 ml.", "Goitre of 41 ml, enlarged since May."),
        ("The dominant pelvic node is 8 mm (19 mm before).", "Dominant node has shrunk to 8 mm."),
        ("Kyphosis angle 24° (22° in May).", "Kyphosis of 24°, stable."),
        ("The lumen of the graft is 6 mm (3 mm before).", "Graft lumen improved, 6 mm."),
        ("Nodes of 9 mm (15 mm before).", "Nodes up to 9 mm."),
        ("The tube lies 5 cm above the carina, formerly 2 cm.", "The tube has slipped up to 5 cm above the carina."),
        ("The cyst has not grown.", "No growth of the cyst."),
        ("Right collection has increased. Left collection has decreased.", "Left collection smaller."),
        ("Increased signal of the tendon.", "Tendon signal decreased on T1."),
        ("Lesion 12 mm. Another of 7 mm.", "Larger lesion of 12 mm."),
    ],
)
def test_the_course_that_the_findings_tell_is_silent(findings: str, impression: str) -> None:
    assert not _is_turned(findings, impression)
