"""An omission or an addition is loud only on strong evidence."""

from __future__ import annotations

import pytest

from app.review.second_reader import review


def _severities(findings: str, impression: str, kind: str, origin: str = "model") -> set[str]:
    flags = review(findings, impression, origin="human" if origin == "human" else "model").flags
    return {flag.severity.value for flag in flags if flag.kind == kind}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Large right pneumothorax. Old rib fracture.", "Old rib fracture."),
        ("Acute subdural hematoma on the left. Sinuses clear.", "Clear sinuses."),
        ("Tension pneumothorax on the left. Scoliosis.", "Scoliosis."),
        ("Pulmonary embolism in the left lower lobe artery. Gallstones.", "Gallstones."),
        ("Free intraperitoneal air. Renal cyst.", "Simple renal cyst."),
        ("Ectopic pregnancy on the right. Nabothian cysts.", "Nabothian cysts."),
    ],
)
def test_a_named_emergency_left_out_is_critical(findings: str, impression: str) -> None:
    assert "critical" in _severities(findings, impression, "omitted_finding", "human")


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("The cord is flattened at T6. Haemangioma in L2.", "Haemangioma in L2."),
        ("Gas lies beneath the right hemidiaphragm. Gallstones.", "Gallstones."),
        ("Flow within the left testicle is absent. Small hydrocele.", "Small hydrocele."),
        ("A thin flap divides the descending aorta into two lumens. Renal cyst.", "Renal cyst."),
        ("The popliteal vein does not compress and carries echoes. Baker cyst.", "Baker cyst."),
    ],
)
def test_an_emergency_that_is_only_described_is_a_warning(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "omitted_finding", "human") - {"note"} == {"warning"}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("The ovary is enlarged with a twisted pedicle and peripheral follicles.", "Ovarian torsion."),
        ("Contrast leaks at the anastomosis and pools in a cavity of 3 cm.", "Anastomotic leak into a cavity of 3 cm."),
        ("Endoleak: on the delayed phase a pool of contrast in the sac.", "Type II endoleak."),
        ("Both thalami show restricted diffusion from hypoxic injury.", "Hypoxic injury of both thalami."),
        ("Scalp hematoma, orbits with a globe of normal shape.", "Scalp hematoma."),
        ("Atlantodental interval 2 mm. Small osteophytes at C5.", "Small osteophytes at C5."),
    ],
)
def test_a_description_that_is_told_by_another_name_stays_folded(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "omitted_finding", "human") <= {"note"}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("The lungs are clear. Hiatal hernia.", "Pulmonary embolism."),
        ("The lungs are clear. Hiatal hernia.", "Free intraperitoneal air."),
        ("Renal cyst of 2 cm on the left.", "Aortic dissection."),
        ("Fatty liver. The kidneys are normal.", "Portal vein thrombosis."),
        ("Osteoarthritis of the right hip.", "Displaced fracture of the left femur."),
    ],
)
def test_an_emergency_out_of_nothing_is_critical(findings: str, impression: str) -> None:
    loud = _severities(findings, impression, "unsupported_finding") | _severities(findings, impression, "negation_flip")
    assert "critical" in loud


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Sigmoid diverticula with fat stranding.", "Diverticulitis, possibly with an abscess."),
        ("Large pericardial effusion.", "Large pericardial effusion with tamponade."),
        ("Right lower lobe consolidation.", "Right lower lobe consolidation, possibly with a bronchial tear."),
        ("Femoral shaft fracture.", "Femoral shaft fracture with active bleeding."),
        ("The ventricles are smaller than before.", "Improved hydrocephalus."),
    ],
)
def test_what_may_be_concluded_from_what_is_described_is_not_critical(findings: str, impression: str) -> None:
    assert "critical" not in _severities(findings, impression, "unsupported_finding")


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Consolidation of the right lower lobe. No cavitation.", "Consolidation with cavitation."),
        ("Renal cyst of 2 cm on the left.", "Enlarged spleen."),
        ("The lungs are clear.", "Rib fracture on the right."),
        ("Fatty liver.", "Enlarged inguinal lymph nodes."),
        ("Small hiatal hernia.", "Lytic lesion of the sacrum."),
    ],
)
def test_a_notable_finding_out_of_nothing_is_a_warning(findings: str, impression: str) -> None:
    kinds = ("unsupported_finding", "negation_flip")
    assert any({"warning", "critical"} & _severities(findings, impression, kind) for kind in kinds)


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Gallstones and pericholecystic fluid.", "Gallstones with pericholecystic fluid, obstructing."),
        ("Fracture of the distal radius with dorsal tilt.", "Fracture of the distal radius with deformity."),
        ("Right lower lobe consolidation.", "Right lower lobe consolidation, possibly infection."),
        ("Uterine mass of 4 cm in the fundus.", "Uterine mass of 4 cm in the fundus, a fibroid."),
        ("Left hydronephrosis. Stone in the distal left ureter.", "Stone in the left ureter with obstruction."),
    ],
)
def test_an_interpretation_stays_folded(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "unsupported_finding") <= {"note"}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("A thin flap divides the descending aorta into two lumens.", "Normal aorta."),
        ("The cord is flattened by a fragment.", "Normal cord."),
        ("Air is present beneath both hemidiaphragms.", "Normal abdomen."),
        ("The feeding tube turns into the left main bronchus.", "Normal chest."),
        ("The popliteal vein does not compress and carries echoes.", "Normal veins."),
    ],
)
def test_normal_over_a_description_is_no_more_than_a_note(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "normal_with_abnormal") <= {"note"}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Consolidation of the right lower lobe.", "Normal chest."),
        ("Pneumothorax on the left.", "Unremarkable study."),
        ("Liver metastases.", "Normal abdomen."),
        ("Renal mass of 4 cm.", "No abnormality."),
        ("Subdural hematoma on the right.", "Normal brain."),
    ],
)
def test_normal_over_a_named_finding_is_a_warning(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "normal_with_abnormal") == {"warning"}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Subcutaneous edema dorsal to the wrist.", "Tendinitis. No abnormality of the forearm."),
        ("Mucosal thickening of a sphenoid cell. The brain is normal.", "Sinus disease. The brain is normal."),
        ("The basal ganglia are symmetrical.", "The brain appears normal."),
        ("The gallbladder shows normal distension.", "Normal gallbladder."),
        ("Post-void residue 8 mL.", "Normal bladder. Empties completely."),
        ("Geniculate ganglion of normal appearance.", "Normal petrous bones."),
    ],
)
def test_normal_beside_something_else_is_no_warning(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "normal_with_abnormal") <= {"note"}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Cardiothoracic ratio 0.58.", "Cardiomegaly."),
        ("Upper zone vessel diversion.", "Vascular congestion."),
        ("Late enhancement of the anterior wall.", "LAD territory infarct."),
        ("Gas in the bowel wall in the right lower quadrant, portal venous gas.", "Necrotising enterocolitis."),
        ("Post-void residual 320 mL.", "Urinary retention."),
    ],
)
def test_a_conclusion_from_what_is_measured_or_described_is_no_addition(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "unsupported_finding") <= {"note"}


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Cardiothoracic ratio 0.46.", "Cardiomegaly."),
        ("No upper lobe diversion.", "Vascular congestion."),
        ("Normal contraction of all walls.", "LAD territory infarct."),
        ("Gas in the stomach.", "Necrotising enterocolitis."),
        ("The bladder is normal.", "Urinary retention."),
    ],
)
def test_a_conclusion_from_nothing_is_loud(findings: str, impression: str) -> None:
    loud = _severities(findings, impression, "unsupported_finding") | _severities(findings, impression, "negation_flip")
    assert {"warning", "critical"} & loud


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Multiple bone metastases. Renal cyst.", "Simple renal cyst."),
        ("Bowel wall defect, probably a perforation. Gallstones.", "Gallstones."),
        ("Subdural hematoma on the left. Subfalcine herniation.", "Large subdural hematoma on the left."),
        ("Midline shift of 6 mm. Intracerebral hemorrhage.", "Intracerebral hemorrhage on the right."),
        (
            "Acute appendicitis. Ureteral stone with pyelonephritis.",
            "Pyelonephritis from an obstructing ureteral stone.",
        ),
        ("Glioblastoma of the left frontal lobe. Sinusitis.", "Sinusitis."),
    ],
)
def test_an_omission_that_is_slow_unsure_or_beside_an_emergency_is_not_critical(findings: str, impression: str) -> None:
    assert "critical" not in _severities(findings, impression, "omitted_finding", "human")


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Nodular liver metastases.", "Liver lesions."),
        ("Right lower lobe pneumonia.", "Right lower lobe pneumonia, inflammatory process."),
        ("Acute pyelonephritis on the left.", "Infection of the left kidney."),
        ("Glioblastoma of the left frontal lobe.", "Tumor of the left frontal lobe."),
        ("Abscess of the right thigh.", "Right thigh infection."),
    ],
)
def test_a_vague_word_for_what_is_described_stays_folded(findings: str, impression: str) -> None:
    assert _severities(findings, impression, "unsupported_finding") <= {"note"}
