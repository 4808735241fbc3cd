"""Correct impressions that were once flagged, and their wrong neighbors that must be."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

SAME = [
    ("Rim enhancing pocket of the left kidney.", "Abscess of the left kidney."),
    ("Ring enhancing focus in the liver.", "Hepatic metastasis."),
    ("Acute displaced fractures of the left 4th to 6th ribs.", "Left rib fractures 4 to 6."),
    ("Left femoral head: geographic necrosis. The right one is normal.", "The right hip shows no osteonecrosis."),
    ("Fracture of the humerus. No contact remains between the fragments.", "Displaced fracture of the humerus."),
    ("Linear T2 hypointensity, PI-RADS 2. Nodules, PI-RADS 2. No focal lesion.", "PI-RADS 2."),
    ("The previously noted 8 mm nodule of the left lung measures 5 mm today.", "The left lung nodule is smaller."),
    ("Nodule of 16 mm overall (was 13 mm), solid part 9 mm (was 4 mm).", "The nodule has grown to 16 mm."),
]
OTHER = [
    ("Rim enhancing pocket of the left kidney.", "Renal cyst on the left."),
    ("Acute displaced fracture of the left femur.", "Left rib fractures."),
    ("Left femoral head: geographic necrosis. The right one is normal.", "Osteonecrosis of the right femoral head."),
    ("The previously noted 8 mm nodule of the left lung measures 5 mm today.", "The left lung nodule is larger."),
    ("Nodule of 16 mm overall (was 13 mm), solid part 9 mm (was 4 mm).", "The nodule has become smaller."),
]


def _loud(findings: str, impression: str) -> list[str]:
    flags = review(findings, impression, comparison="CT of 3 May 2023", origin="human").flags
    return [f"{f.kind}: {f.message}" for f in flags if f.severity != "note"]


@pytest.mark.parametrize(("findings", "impression"), SAME)
def test_the_same_in_other_words_is_spared(findings: str, impression: str) -> None:
    assert _loud(findings, impression) == []


@pytest.mark.parametrize(("findings", "impression"), OTHER)
def test_something_else_is_not(findings: str, impression: str) -> None:
    assert _loud(findings, impression)
