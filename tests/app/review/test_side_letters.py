"""Sides written as a lone capital."""

from __future__ import annotations

import pytest

from app.review.second_reader import review


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("R kidney: stone of 5 mm in the lower pole.", "Stone in the left kidney."),
        ("L ovary: cyst of 3 cm.", "Cyst of the right ovary."),
        ("Small left pleural effusion.", "Small R effusion."),
        ("Fracture of the L distal radius.", "Fracture of the right distal radius."),
        ("Lt adrenal nodule of 12 mm.", "Right adrenal nodule of 12 mm."),
    ],
)
def test_the_other_side_is_flagged(findings: str, impression: str) -> None:
    assert [f for f in review(findings, impression).flags if f.kind == "side_mismatch"]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("R kidney: stone of 5 mm in the lower pole.", "Stone in the right kidney."),
        ("Right hydronephrosis.", "R hydronephrosis."),
        ("Ascites, about 2 L.", "Ascites of 2 L."),
        ("Right hip: osteoarthritis.", "R/O infection. Osteoarthritis of the right hip."),
        ("Compression fracture of L 1.", "Fracture of L1."),
        ("Degenerative change of the L-spine. Right renal cyst.", "Right renal cyst; degenerative L-spine."),
    ],
)
def test_the_same_side_and_other_letters_are_not(findings: str, impression: str) -> None:
    assert [f for f in review(findings, impression).flags if f.kind == "side_mismatch"] == []
