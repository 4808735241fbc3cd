"""A structure called intact here and torn there is flagged, whether the lexicon knows it or not; its like is not."""

from __future__ import annotations

import pytest

from app.review.flags import Flag
from app.review.second_reader import review

SAYS_OTHERWISE = "say otherwise"


def state_flags(findings: str, impression: str) -> list[Flag]:
    return [flag for flag in review(findings, impression).flags if SAYS_OTHERWISE in flag.message]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Rectal tumour. Mesorectal fascia clear by 6 mm.", "Rectal tumour, MRF involved."),
        ("Rectal tumour. EMVI absent.", "Rectal tumour, EMVI positive."),
        ("PI-RADS 4 lesion. Seminal vesicles normal.", "PI-RADS 4 lesion. Seminal vesicle invasion."),
        ("Orbital floor intact. Nasal bone fracture.", "Nasal bone fracture. Orbital floor fracture."),
        ("Thrombus in the subclavian vein. Internal jugular vein free.", "Internal jugular vein involved."),
        ("Microadenoma. Optic chiasm free.", "Microadenoma. Contact with the optic chiasm."),
        ("Disc protrusion L4/5. Nerve roots free.", "Disc protrusion L4/5 with nerve root compression."),
        ("Burst fracture L1. Posterior elements intact.", "L1 burst fracture with posterior element fracture."),
        ("Mass of the tongue. Mandible and hyoid not involved.", "Mass of the tongue with invasion of the mandible."),
        ("The anterior cruciate ligament is torn.", "ACL intact."),
        ("Zorblax ligament ruptured.", "Zorblax ligament intact."),
    ],
)
def test_the_other_state_is_flagged(findings: str, impression: str) -> None:
    flags = review(findings, impression).flags
    assert [flag for flag in flags if flag.kind == "negation_flip"]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Lateral meniscus intact. Complex tear of the medial meniscus.", "Medial meniscal tear."),
        ("Right carotid and MCA normal. Aneurysm at the left MCA.", "Ruptured left MCA aneurysm."),
        ("The left CIA is patent in the initial segment and further on occluded.", "Occlusion of the left CIA."),
        ("Liver: patent portal vein. Hepatic vein thrombosis.", "Hepatic vein thrombosis."),
        ("The remaining ligaments are intact. ACL torn.", "Ligament tear."),
        ("Seminal vesicles normal in size.", "Seminal vesicle invasion cannot be excluded on this CT."),
        ("Portal vein not patent.", "Portal vein thrombosis."),
        ("XXXX unremarkable. Left basilar opacity.", "XXXX pulmonary edema."),
        ("Nerve roots free at L3/4. Nerve roots compressed at L4/5.", "Nerve root compression L4/5."),
        ("Orbital floor intact.", "Recommend CT if orbital floor fracture is suspected."),
        ("Zorblax ligament intact.", "Zorblax ligament not torn."),
    ],
)
def test_another_structure_or_no_claim_is_not(findings: str, impression: str) -> None:
    assert state_flags(findings, impression) == []


@pytest.mark.parametrize("text", ["", "free", "Intact, and", "and free", ", , intact", "normal normal", "not involved"])
def test_any_beginning_and_end_can_be_read(text: str) -> None:
    review(text, text)
    review(f"{text} vein", f"vein torn {text}")
