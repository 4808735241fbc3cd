"""Sides that may be turned, by more or less evidence: loud where it is strong, a note where it is weak."""

from __future__ import annotations

import pytest

from app.review.flags import Origin
from app.review.second_reader import review

# The same finding by name on the other side alone, or surroundings that agree.
LOUD = [
    ("Right kidney: 7 mm stone in the upper pole.\nLeft kidney: normal.", "Left nephrolithiasis."),
    ("Large left hydronephrosis. The right kidney is small.", "Large right hydronephrosis."),
    ("On the left a 60 % stenosis of the ICA. On the right a 20 % stenosis of the ICA.", "60 % stenosis, right ICA."),
    (
        "Tear of the right supraspinatus tendon of 12 mm. The left supraspinatus tendon is intact.",
        "Left supraspinatus tear of 12 mm.",
    ),
    ("Left ovary with a 4 cm dermoid. Right ovary normal.", "Right ovarian dermoid, 4 cm."),
    ("Trachea displaced to the left.", "The trachea is displaced to the right."),
]
# What the findings say there is said of that side elsewhere; only a place in common; a denial beside an assertion.
QUIET = [
    (
        "Right carotid: 30 % stenosis. Left carotid: soft plaque at the origin of the left ICA with 70 % stenosis.",
        "70 % stenosis of the left ICA origin. 30 % right ICA stenosis.",
    ),
    (
        "Moderate left hip effusion. Oedema of the left femoral neck. The right femoral head is of normal signal.",
        "Oedema of the left femoral neck with hip effusion. The right hip shows no osteonecrosis.",
    ),
    (
        "A node at right level III is larger, 1.9 cm. The node at left level IV has gone down to 7 mm.",
        "Growing right level III node. Left level IV node smaller.",
    ),
    (
        "The left effusion has cleared. The right effusion has decreased and is now small.",
        "Small residual effusion on the right, the left effusion resolved.",
    ),
    ("The left petrous bone is fractured. The contralateral bone is intact.", "The right petrous bone is intact."),
    (
        "Nodes: left level II conglomerate with central necrosis. Right level II node, 1.6 cm.",
        "Bilateral necrotic nodes of the neck.",
    ),
]
# The findings name no side: a human may know it from the images or the request, a model cannot.
UNFOUNDED = [
    ("Full-thickness tear of the Achilles tendon.", "Rupture of the right Achilles tendon."),
    ("Joint effusion of the knee. Tear of the medial meniscus.", "Tear of the left medial meniscus."),
    ("Anterior dislocation of the humeral head.", "Anterior dislocation of the left shoulder."),
    ("A polyp of the maxillary sinus.", "Polyp of the right maxillary sinus."),
    ("Fracture of the distal radius.", "Left distal radius fracture."),
]


def _severities(findings: str, impression: str, origin: Origin = "human") -> list[str]:
    flags = review(findings, impression, origin=origin).flags
    return [flag.severity.value for flag in flags if flag.kind == "side_mismatch"]


@pytest.mark.parametrize(("findings", "impression"), LOUD)
def test_strong_evidence_speaks_up(findings: str, impression: str) -> None:
    assert {"critical", "warning"} & set(_severities(findings, impression))


@pytest.mark.parametrize(("findings", "impression"), QUIET)
def test_weak_evidence_is_at_most_a_note(findings: str, impression: str) -> None:
    assert set(_severities(findings, impression)) <= {"note"}


@pytest.mark.parametrize(("findings", "impression"), UNFOUNDED)
def test_a_side_without_a_basis_is_a_note_of_a_human_and_a_warning_of_a_model(findings: str, impression: str) -> None:
    assert _severities(findings, impression) == ["note"]
    assert "warning" in _severities(findings, impression, "model")
