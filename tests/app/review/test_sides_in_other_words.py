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


HIPS = (
    "Subchondral collapse of the left femoral head with a crescent, 2.2 x 1.5 cm. The right femoral head is of normal "
    "signal."
)
DENIED = [
    (HIPS, "Avascular necrosis of the left femoral head. The right hip shows no osteonecrosis."),
    (
        "Right ureteric stone of 6 mm with hydronephrosis. Left kidney normal.",
        "6 mm right stone. The left shows no stone.",
    ),
    ("Fracture of the left 4th rib. Right ribs intact.", "Left fourth rib fracture. The right side has no fracture."),
    ("Uptake in the left 3rd and 4th ribs and the right ilium.", "Metastases: left ribs 3 and 4, right ilium."),
    ("L hand. Fracture of the neck of the 5th MC.", "L 5th MC neck fracture."),
]
TURNED = [
    (
        "Uptake in the left 3rd and 4th ribs and at the right iliac crest.",
        "Uptake: right ribs 3 and 4, right iliac crest.",
    ),
    ("L hand. Fracture of the neck of the L 5th MC.", "R 5th MC neck fracture."),
    ("Left fifth rib fracture. Right clavicle intact.", "Fracture of the right 5th rib."),
    ("R 2nd toe: erosion of the head of the phalanx. L foot normal.", "Erosion of the L 2nd toe."),
    ("Lytic lesion of the right 7th rib, 2 cm. Left ribs normal.", "Lytic lesion of the left seventh rib."),
]


@pytest.mark.parametrize(("findings", "impression"), DENIED)
def test_what_is_denied_on_the_other_side_is_no_turned_side(findings: str, impression: str) -> None:
    assert "critical" not in _loud(findings, impression)


@pytest.mark.parametrize(("findings", "impression"), TURNED)
def test_ranks_and_letters_carry_sides(findings: str, impression: str) -> None:
    assert _loud(findings, impression)
