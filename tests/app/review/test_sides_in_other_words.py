"""Sides told apart by a size, by a direction, or by another name for what stands there."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

STONES = "5 mm calculus at the left vesicoureteric junction. Two calculi of the right kidney, up to 3 mm."
SHIFT = "Hyperdense collection over the right convexity up to 11 mm with 6 mm midline shift to the left."
CAROTIDS = "Right ICA PSV 310 cm/s, heterogeneous plaque. Left ICA PSV 95 cm/s, minor plaque at the bulb."

FIRES = [
    (STONES, "Obstructing 5 mm right VUJ stone. Right renal calculi."),
    (SHIFT, "Acute right subdural hematoma with 6 mm rightward midline shift."),
    ("Trachea shifted towards the left.", "Tracheal shift to right."),
]
SILENT = [
    (STONES, "Obstructing 5 mm left VUJ stone. Right renal calculi."),
    ("A 5 mm stone in each ureter, left and right.", "5 mm right ureteral stone."),
    (SHIFT, "Acute right subdural hematoma with 6 mm leftward midline shift."),
    (
        "Elevated left hemidiaphragm. Plate-like atelectasis at the left base.",
        "Elevation of the left hemidiaphragm with atelectasis on the left.",
    ),
    (
        "In the right cerebellopontine angle a 16 mm strongly enhancing lesion.",
        "Vestibular schwannoma on the right, 16 mm.",
    ),
]


def _loud(findings: str, impression: str) -> list[str]:
    flags = review(findings, impression).flags
    return [flag.severity.value for flag in flags if flag.kind == "side_mismatch" and flag.severity.value != "note"]


@pytest.mark.parametrize(("findings", "impression"), FIRES)
def test_turned_side_is_flagged(findings: str, impression: str) -> None:
    assert _loud(findings, impression)


@pytest.mark.parametrize(("findings", "impression"), SILENT)
def test_right_side_is_not(findings: str, impression: str) -> None:
    assert not _loud(findings, impression)


def test_a_name_that_concludes_from_the_same_side_is_never_critical() -> None:
    assert "critical" not in _loud(CAROTIDS, "Less than 50 % stenosis on the left.")
