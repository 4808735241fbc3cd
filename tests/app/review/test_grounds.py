"""What a conclusion stands on without its name in the findings, and words that no findings need hold."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

# Findings and an impression that concludes from what was measured or said there.
GROUNDED = [
    ("A bright focus of 14 mm lies in the left adnexa.", "Left ovarian dermoid of 14 mm."),
    ("In segment VI a well defined focus of 2.3 x 1.9 cm fills in from its rim.", "Hepatic hemangioma, 2.3 cm."),
    ("Dense tissue, 31 mm, sits behind the right globe.", "Right orbital hematoma of 3.1 cm."),
    ("Angle of the femoral head to its shaft is 48 degrees.", "Slipped capital femoral epiphysis, 48 degrees."),
    (
        "Well circumscribed darker area of 9 mm in the upper pole of the right kidney.",
        "Renal mass of 9 mm on the right.",
    ),
]
UNGROUNDED = [
    ("A bright focus of 14 mm lies in the left adnexa.", "Left ovarian dermoid of 41 mm."),
    ("A bright focus of 14 mm lies in the left adnexa.", "Right ovarian torsion, 14 mm."),
    ("A catheter ends 2 cm beyond the anastomosis.", "Pseudoaneurysm of 2 cm at the anastomosis."),
    ("The liver measures 16 cm and is normal.", "Hepatic abscess of 16 cm."),
    ("The spleen shows a bright focus of 12 mm.", "Pneumothorax of 12 mm on the left."),
]


def _unsupported(findings: str, impression: str) -> list[str]:
    return [f.message for f in review(findings, impression).flags if f.kind == "unsupported_finding"]


@pytest.mark.parametrize(("findings", "impression"), GROUNDED)
def test_the_same_size_in_the_same_place_is_a_ground(findings: str, impression: str) -> None:
    assert _unsupported(findings, impression) == []


@pytest.mark.parametrize(("findings", "impression"), UNGROUNDED)
def test_another_size_side_or_place_is_none(findings: str, impression: str) -> None:
    flags = review(findings, impression).flags
    assert [f for f in flags if f.kind in ("unsupported_finding", "negation_flip", "size_mismatch")]


@pytest.mark.parametrize(
    "impression",
    [
        "Surgeon to the bedside.",
        "Discuss at the oncology meeting.",
        "Obstetric team informed by phone.",
        "Neurosurgical emergency.",
        "Vascular registrar telephoned at once.",
        "Mixed response.",
        "Indeterminate and probably benign.",
    ],
)
def test_what_to_do_who_knows_and_verdicts_need_no_findings(impression: str) -> None:
    assert _unsupported("Cyst of 12 mm in the pancreatic tail.", impression) == []


@pytest.mark.parametrize(
    "impression",
    [
        "Tigroid shading of the cortex.",
        "Ballooned outline of the antrum.",
        "Benign tigroid shading.",
        "Surgeon informed of a pneumothorax.",
        "Urgent: bowel perforation.",
    ],
)
def test_what_is_found_still_does(impression: str) -> None:
    assert _unsupported("Cyst of 12 mm in the pancreatic tail.", impression)


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        (
            "No lung markings lateral to a thin line of pleura on the left, 3 cm from the chest wall.",
            "Left pneumothorax.",
        ),
        ("The temporal horns are rounded and the third ventricle is ballooned.", "Acute hydrocephalus."),
        ("Gas lies beneath both domes and outlines the liver.", "Bowel perforation."),
        ("RV wider than LV, the septum bows to the left.", "Right heart strain."),
        ("Perfusion is absent in several segments, unmatched by ventilation.", "Pulmonary embolism."),
    ],
)
def test_what_is_described_by_its_signs_is_no_warning(findings: str, impression: str) -> None:
    flags = review(findings, impression).flags
    assert not [f for f in flags if f.kind == "unsupported_finding" and f.severity != "note"]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("No lung markings lateral to a thin line of pleura on the left.", "Right pneumothorax."),
        ("Mucosal thickening of the maxillary sinus.", "Acute hydrocephalus."),
        ("Small stone in the left kidney.", "Bowel perforation."),
        ("Small hiatal hernia.", "Right heart strain."),
        ("Degenerative change of the spine.", "Pulmonary embolism."),
    ],
)
def test_what_nothing_speaks_for_is(findings: str, impression: str) -> None:
    assert [f for f in review(findings, impression).flags if f.severity != "note"]


def test_a_conclusion_is_tied_to_what_measures_the_same() -> None:
    findings = "Lungs clear. A bright focus of 14 mm lies in the left adnexa."
    (link,) = review(findings, "Left ovarian dermoid of 14 mm.").links
    assert link.support == "derived"
    assert "14 mm" in findings[slice(*link.findings_spans[0])]
