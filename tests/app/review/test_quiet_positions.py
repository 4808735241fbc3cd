"""Positions and levels that may be exchanged, by more or less evidence: loud where it is strong, else a note."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

LOUD = [
    ("Old compression of T8. The other bodies are of normal height.", "Old compression fracture of T11."),
    ("Solid nodule of 9 mm in the right upper lobe.", "9 mm solid nodule, right lower lobe."),
    ("Cyst of 14 mm in the tail of the pancreas.", "14 mm cyst of the pancreatic head."),
    ("Undisplaced fracture of the left fourth rib.", "Fracture of the left eighth rib."),
    ("Consolidation in the left lower lobe.", "Left upper lobe consolidation."),
]
QUIET = [
    # a list of ranks over several statements
    ("Fractures of the left third, fourth and fifth ribs with callus.", "Healing fractures of the left 3rd–5th ribs."),
    ("Fractures of the right seventh, eighth and ninth ribs near the spine.", "Right 7th to 9th rib fractures."),
    # something stands in that lobe too
    (
        "Clot in the artery of the right lower lobe. Further filling defect in the right upper lobe.",
        "Pulmonary embolism of the right upper lobe and more.",
    ),
    # slices, not places
    (
        "Thrombus in the left atrial appendage on the uppermost slices. Infarct of the lower pole of the left kidney.",
        "Thrombus of the left atrial appendage and infarct of the left lower pole.",
    ),
    # little more than common words in common
    (
        "The posterior tibial artery is open with three vessel runoff to the foot. Many plaques in the femoral artery.",
        "Moderate disease of the SFA in its whole length with irregular walls, three vessel runoff.",
    ),
]
FRACTIONS = [
    ("About a third of the gland does not enhance.", "Necrosis of about 30 % of the gland."),
    ("Half of the head is involved.", "Some 50 % of the head involved."),
    ("Roughly two thirds of the tendon are torn.", "Tear of about 65 % of the tendon."),
    ("Nearly half of the cartilage is lost.", "Loss of 45 % of the cartilage."),
    ("A quarter of the disc is sequestered.", "Sequestration of 25 %."),
]
NO_FRACTIONS = [
    ("About a third of the gland does not enhance.", "Necrosis of 70 % of the gland."),
    ("Stenosis of the middle third of the ureter.", "Stenosis of 33 %."),
    ("Fracture of the third rib.", "Loss of 33 % of height."),
    ("Two thirds of the tendon are torn.", "Tear of 20 % of the tendon."),
    ("Tear of the tendon.", "Tear of 50 % of the tendon."),
]


def _severities(findings: str, impression: str, *kinds: str) -> list[str]:
    return [flag.severity.value for flag in review(findings, impression).flags if flag.kind in kinds]


@pytest.mark.parametrize(("findings", "impression"), LOUD)
def test_clear_exchange_speaks_up(findings: str, impression: str) -> None:
    assert {"critical", "warning"} & set(_severities(findings, impression, "level_mismatch"))


@pytest.mark.parametrize(("findings", "impression"), QUIET)
def test_doubtful_exchange_is_at_most_a_note(findings: str, impression: str) -> None:
    assert set(_severities(findings, impression, "level_mismatch")) <= {"note"}


@pytest.mark.parametrize(("findings", "impression"), FRACTIONS)
def test_a_share_in_words_is_a_basis(findings: str, impression: str) -> None:
    assert not _severities(findings, impression, "number_not_in_findings", "size_mismatch")


@pytest.mark.parametrize(("findings", "impression"), NO_FRACTIONS)
def test_another_share_is_not(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "number_not_in_findings", "size_mismatch")
