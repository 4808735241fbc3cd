"""What a model's impression asks for: a note where it answers something weighty that the findings bear out."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

MASS = "Spiculated mass of 24 mm in the right breast."
APPENDIX = "Appendix of 14 mm with a thick wall, an appendicolith and an abscess of 4 cm. Acute appendicitis."


def _severities(findings: str, impression: str) -> list[str]:
    flags = review(findings, impression, origin="model").flags
    return [f.severity.value for f in flags if f.kind == "invented_recommendation"]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        (MASS, "Spiculated right breast mass, 24 mm. Core biopsy is recommended."),
        (APPENDIX, "Acute appendicitis with an abscess. No obstruction. Urgent surgical review is advised."),
        (APPENDIX, "Acute appendicitis with an abscess. Discuss with the surgeons now."),
        ("Solid nodule of 8 mm in the left lower lobe.", "Left lower lobe nodule, 8 mm; follow-up CT in 6 months."),
        (
            "Deposit of 19 mm in the liver: metastasis.",
            "Hepatic metastasis. Referral to the MDT is suggested.",
        ),
    ],
)
def test_a_wish_with_a_reason_is_a_note(findings: str, impression: str) -> None:
    assert _severities(findings, impression) == ["note"]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        (MASS, "Spiculated right breast mass, 24 mm. MRI of the lumbar spine is recommended."),
        ("Simple cyst of the left kidney.", "Left renal cyst. Percutaneous biopsy is recommended."),
        ("Normal appendix.", "Normal appendix. Follow-up CT in 3 months is recommended."),
        ("Adenoma of the left adrenal gland.", "Incidental benign adrenal adenoma. Biopsy is recommended."),
        ("Mild degenerative change of the knee.", "Degenerative knee. Please obtain a bone scan."),
    ],
)
def test_a_wish_out_of_nothing_is_a_warning(findings: str, impression: str) -> None:
    assert _severities(findings, impression) == ["warning"]
