"""What a text describes instead of naming it counts as the finding, and a denied or spoilt sign does not."""

from __future__ import annotations

import pytest

from app.review.reader import read
from app.review.second_reader import review


def _by_sign(text: str) -> set[str]:
    return {o.name for o in read(text).observations if o.by_sign}


def _omitted(findings: str, impression: str) -> dict[str, str]:
    flags = review(findings, impression, origin="human").flags
    return {flag.finding: flag.severity.value for flag in flags if flag.kind == "omitted_finding"}


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        ("testicular torsion", "The right testis is swollen; no colour flow could be obtained in it."),
        ("testicular torsion", "Flow within the left testicle is absent."),
        ("pneumothorax", "No lung markings are seen beyond a fine line along the right chest wall."),
        ("pneumoperitoneum", "Air is present beneath both hemidiaphragms."),
        ("pneumoperitoneum", "Both sides of the bowel wall can be made out in the flank."),
        ("malpositioned device", "The feeding tube turns into the left main bronchus."),
        ("cord compression", "The cord is flattened by the retropulsed fragment."),
        ("volvulus", "The sigmoid forms a coffee bean pointing to the right upper quadrant."),
        ("deep vein thrombosis", "The popliteal vein does not compress and carries echoes."),
        ("aortic dissection", "A thin flap divides the descending aorta into two lumens."),
        ("unstable spine injury", "Both inferior facets of C4 lie in front of the superior facets of C5."),
        ("ectopic pregnancy", "A yolk sac is seen in the left adnexa, beside the ovary."),
    ],
)
def test_sign_is_read(finding: str, text: str) -> None:
    assert finding in _by_sign(text)


@pytest.mark.parametrize(
    "text",
    [
        "Normal flow in both testes.",
        "No flow in the cyst of the left testis.",
        "No slow flow in the arteries.",
        "No air beneath the diaphragm.",
        "The cord is not flattened and shows no high signal.",
        "The feeding tube crosses the carina and ends in the stomach.",
        "The popliteal vein compresses fully.",
        "The cervical facets are not perched.",
        "A retroperitoneal flap was used for cover.",
        "The pleural line is thickened over an old plaque.",
    ],
)
def test_nothing_is_read_into_other_words(text: str) -> None:
    assert _by_sign(text) == set()


def test_a_named_finding_needs_no_sign() -> None:
    assert _by_sign("Pneumothorax with a pleural edge visible at the left apex.") == set()


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("No flow is detected in the left testis. Small hydrocele.", "Small hydrocele."),
        ("Gas lies beneath the right hemidiaphragm. Gallstones.", "Gallstones."),
        ("The cord is flattened at T6. Haemangioma in L2.", "Haemangioma in L2."),
        ("Displaced fracture of the distal radius. The ulna is intact.", "No fracture of the ulna."),
        ("The cord is compressed at T6. Disc bulge at L4.", "Disc bulge at L4 without compression of the conus."),
        ("The superior mesenteric artery stops abruptly. Renal cyst.", "Simple renal cyst."),
    ],
)
def test_omitted_emergency_is_loud(findings: str, impression: str) -> None:
    assert {"critical", "warning"} & set(_omitted(findings, impression).values())


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("No flow is detected in the left testis.", "Left testicular torsion."),
        ("No flow is detected in the left testis.", "Absent flow in the left testis, surgical emergency."),
        ("Gas lies beneath the right hemidiaphragm.", "Perforated viscus."),
        ("The cord is flattened at T6.", "Cord compression at T6."),
        ("The superior mesenteric artery stops abruptly.", "Occlusion of the superior mesenteric artery."),
        ("Displaced fracture of the distal radius.", "Fracture of the radius."),
    ],
)
def test_conclusion_tells_its_signs(findings: str, impression: str) -> None:
    assert "critical" not in _omitted(findings, impression).values()


def test_lighter_word_only_hints() -> None:
    findings = "Haemothorax on the left. The spleen is normal."
    assert _omitted(findings, "Left pleural effusion.") == {"hemothorax": "warning"}


def test_conclusion_is_supported_by_its_sign() -> None:
    flags = review("Both sides of the bowel wall are visible.", "Pneumoperitoneum.").flags
    assert not [flag for flag in flags if flag.kind == "unsupported_finding"]
