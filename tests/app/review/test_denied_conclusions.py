"""Diagnoses denied over their signs, good states denied, findings asserted where they are denied, and sure wording."""

from __future__ import annotations

import pytest

from app.review.second_reader import review


def _kinds(findings: str, impression: str, kind: str) -> list[str]:
    return [flag.severity.value for flag in review(findings, impression, origin="human").flags if flag.kind == kind]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("A rim-enhancing pocket of 3 cm lies beside the cecum.", "No abscess."),
        ("The appendix is swollen to 12 mm with stranding of the fat around it.", "No acute appendicitis."),
        ("Bubbles of gas follow the bowel wall of the ascending colon.", "No pneumatosis."),
        ("Contrast passes into the aneurysm sac around the stent graft.", "No endoleak."),
        ("The cord is flattened at T6 and no CSF remains around it.", "No cord compression at T6."),
        ("An IUD lies in the uterine cavity.", "No intrauterine contraceptive device."),
        ("Tiny echogenic foci in both testes.", "No microlithiasis."),
        ("The temporal horns are rounded and widened.", "No hydrocephalus."),
    ],
)
def test_a_diagnosis_denied_over_its_sign_is_flagged(findings: str, impression: str) -> None:
    assert _kinds(findings, impression, "negation_flip")


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("The appendix is air-filled and thin, 5 mm.", "No acute appendicitis."),
        ("Old hypodensity in the right cerebellum, unchanged.", "No acute infarct."),
        ("Rim-enhancing pocket of 3 cm on the left side.", "No abscess on the right side."),
        ("RV and LV are of normal size.", "No right heart strain."),
        ("Free fluid in the pelvis. No collection.", "No drainable collection."),
        ("Segmental clot in the right lower lobe artery.", "Right lower lobe embolism. No further embolism."),
    ],
)
def test_a_diagnosis_without_its_sign_may_be_denied(findings: str, impression: str) -> None:
    assert _kinds(findings, impression, "negation_flip") == []


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("The paranasal sinuses are clear and aerated.", "Acute sinusitis."),
        ("Stent in the left iliac artery, widely patent.", "Restenosis of the left iliac stent."),
        ("The midline is central.", "Midline shift."),
        ("The proximal pole keeps a normal fatty marrow signal.", "Avascular necrosis of the proximal pole."),
        ("PI-RADS 2 in both zones, no focal restricted diffusion.", "Clinically significant cancer."),
    ],
)
def test_a_diagnosis_against_the_findings_is_flagged(findings: str, impression: str) -> None:
    assert _kinds(findings, impression, "negation_flip")


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Bypass graft widely patent.", "Bypass graft not patent."),
        ("The portal and splenic veins are patent.", "The portal vein is not patent."),
        ("ACL: fibers continuous.", "Cruciates not intact."),
        ("The epiphysis is not involved.", "Epiphysis not spared."),
        ("The consolidation of the middle lobe has cleared.", "Middle lobe pneumonia has not cleared."),
        ("The optic chiasm is now decompressed.", "Chiasm not decompressed."),
        ("The fracture line is bridged, the tibia solid.", "Tibia not united."),
        ("Left stapes intact.", "The left stapes is no longer intact."),
    ],
)
def test_a_good_state_denied_is_flagged(findings: str, impression: str) -> None:
    assert "warning" in _kinds(findings, impression, "negation_flip")


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("ACL not intact.", "ACL not intact."),
        ("PCL intact, ACL torn.", "ACL not intact."),
        ("The right vein is patent, no flow in the left vein.", "The left vein is not patent."),
        ("Nonunion of the tibia.", "Tibia not united."),
        ("The graft is patent.", "The graft is patent."),
    ],
)
def test_a_bad_state_may_be_said_so(findings: str, impression: str) -> None:
    assert _kinds(findings, impression, "negation_flip") == []


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Fracture of the distal radius. No scaphoid fracture.", "Fracture of the radius. Scaphoid fracture."),
        ("Scar of the anterior wall. The inferior wall shows no scar.", "Anterior scar and scar of the inferior wall."),
        ("Fracture of the lateral malleolus. The medial malleolus is intact.", "Fracture of the medial malleolus."),
        ("Stranding about the kidney, no collection.", "Perinephric collection."),
        ("Trace pericardial fluid. No pleural effusion.", "Bilateral effusions."),
        ("Two lesions, both smaller. No new lesion.", "New metastases."),
    ],
)
def test_a_finding_where_it_is_denied_is_flagged(findings: str, impression: str) -> None:
    assert _kinds(findings, impression, "negation_flip")


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Fracture of the distal radius. No scaphoid fracture.", "Fracture of the distal radius."),
        ("Fracture of the medial malleolus. The lateral malleolus is intact.", "Fracture of the medial malleolus."),
        ("Undisplaced tear of the meniscus. No cortical fracture.", "Undisplaced tear of the meniscus."),
        (
            "The left effusion has gone. Small right effusion.",
            "The left effusion has resolved, a small right one remains.",
        ),
        ("Fracture line no longer visible, bridged by bone.", "Fracture of the ulna united."),
        ("Mild distortion of the right upper lobe, new.", "New mild fibrotic distortion in the right upper lobe."),
    ],
)
def test_a_finding_where_it_is_described_is_not(findings: str, impression: str) -> None:
    assert _kinds(findings, impression, "negation_flip") == []


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("no effusion heart size normal small nodule in the left lower lobe", "Small nodule in the left lower lobe."),
        ("the lungs show no consolidation there is a round opacity on the left", "Round opacity on the left."),
        ("no skull fracture the orbits are normal small scalp hematoma", "Small scalp hematoma."),
        ("no free gas\nmoderate ascites\ngallbladder not thickened", "Moderate ascites."),
        ("no contact of the fragments, displacement of 9 mm", "Displacement of 9 mm."),
        ("No fluid remains around the cord, the cord is flattened.", "Flattened cord."),
    ],
)
def test_a_denial_ends_where_dictation_begins_anew(findings: str, impression: str) -> None:
    assert _kinds(findings, impression, "negation_flip") == []


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("no effusion or consolidation is seen", "Consolidation."),
        ("no pneumothorax, no consolidation", "Consolidation."),
        ("no acute, displaced fracture", "Displaced fracture."),
        ("No mass, nodule or consolidation.", "Consolidation."),
        ("There is no fracture of the femur or dislocation.", "Dislocation."),
    ],
)
def test_a_denial_goes_on_in_its_list(findings: str, impression: str) -> None:
    assert _kinds(findings, impression, "negation_flip")


@pytest.mark.parametrize(
    "impression",
    [
        "This is lung cancer.",
        "Right basal opacity, which represents aspiration.",
        "The lesion is a metastasis.",
        "A pneumonia is present.",
        "Spiculated lesion: there is a metastasis.",
    ],
)
def test_what_findings_only_describe_stated_as_a_fact_is_noted(impression: str) -> None:
    findings = "Spiculated lesion of the right upper lobe. Patchy opacity at the right base."
    assert _kinds(findings, impression, "certainty_shift") == ["note"]


@pytest.mark.parametrize(
    "impression",
    [
        "This may be adenocarcinoma.",
        "Right basal opacity, possibly aspiration.",
        "The lesion is suspicious for a metastasis.",
        "A central tumor is possible.",
        "Spiculated lesion of the right upper lobe.",
    ],
)
def test_what_is_left_open_is_not(impression: str) -> None:
    findings = "Spiculated lesion of the right upper lobe. Patchy opacity at the right base."
    assert _kinds(findings, impression, "certainty_shift") == []
