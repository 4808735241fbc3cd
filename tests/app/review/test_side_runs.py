"""A side that begins a line holds for the sentences that follow in it."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

LEGS = (
    "Left: femoral artery patent. The popliteal artery holds an aneurysm of 31 mm. "
    "Right: femoral artery patent. Calf vessels normal."
)
BREASTS = "RIGHT BREAST: scattered density. Mass of 14 mm at 3 o'clock.\nLEFT BREAST: scattered density. Cyst of 5 mm."
LOBES = "RIGHT LOBE 4.8 x 1.7 cm. Mid pole: solid nodule of 14 mm. LEFT LOBE 4.4 x 1.5 cm. No nodule."


def _sides(findings: str, impression: str) -> list[str]:
    return [f.message for f in review(findings, impression).flags if f.kind == "side_mismatch"]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        (LEGS, "Right popliteal aneurysm."),
        (LEGS, "Aneurysm of the right popliteal artery, 31 mm."),
        (BREASTS, "Left breast mass, 14 mm."),
        (LOBES, "Left thyroid nodule of 14 mm."),
        ("On the right, hip joint normal. Left: effusion of 9 mm. The capsule is thick.", "Effusion of the right hip."),
    ],
)
def test_the_other_side_is_flagged(findings: str, impression: str) -> None:
    assert _sides(findings, impression)


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        (LEGS, "Left popliteal aneurysm, 31 mm."),
        (BREASTS, "Right breast mass, 14 mm."),
        (LOBES, "Right thyroid nodule of 14 mm."),
        ("Left: hydronephrosis.\nBladder: stone of 8 mm.", "Left hydronephrosis. Bladder stone."),
        ("Right: kidney normal. The aorta is aneurysmal, 4 cm.", "Aortic aneurysm."),
        ("Thoracic curve convex to the right, 38 degrees.", "Right convex thoracic curve, 38 degrees."),
    ],
)
def test_the_same_side_is_not(findings: str, impression: str) -> None:
    assert _sides(findings, impression) == []
