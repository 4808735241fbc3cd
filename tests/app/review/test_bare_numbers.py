"""Numbers without a unit, and with units that are signs or weeks."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

NUMBERS = {"size_mismatch", "number_not_in_findings"}


def severities(findings: str, impression: str, **others: str) -> list[str]:
    return [flag.severity.value for flag in review(findings, impression, **others).flags if flag.kind in NUMBERS]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Liver lesion with SUVmax 12.4.", "Liver lesion, SUVmax 2.4, unchanged in extent."),
        ("RV/LV ratio 1.4 with bowing of the septum.", "Enlarged right ventricle (RV/LV 0.8)."),
        ("Nodule with a resistive index of 0.62.", "Nodule with a resistive index of 0.82."),
        ("CRL 22 mm = 8w6d. Cardiac activity present.", "Viable intrauterine pregnancy, 12w6d by CRL."),
        ("Fetus of 20 weeks 4 days by femur length.", "Fetus of 20+1 weeks."),
        (
            "Fracture with dorsal angulation of 22°.",
            "Fracture with dorsal angulation of 12° and ulnar styloid avulsion.",
        ),
        ("Stenosis of 50% of the left ICA.", "Stenosis of 70% and plaque of the left ICA."),
    ],
)
def test_another_value_of_the_same_label_contradicts(findings: str, impression: str) -> None:
    assert severities(findings, impression) == ["critical"]


def test_a_decimal_that_nothing_in_the_findings_names_is_a_warning() -> None:
    assert severities("Liver lesion.", "Liver lesion with SUVmax 12.4 in it.") == ["warning"]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Liver lesion with SUVmax 12.44.", "Liver lesion, SUVmax 12.4, unchanged."),
        ("RV/LV ratio 1,4.", "Enlarged right ventricle (RV/LV 1.4)."),
        ("CRL 22 mm = 8w6d.", "Pregnancy of 8 weeks 6 days."),
        ("Small nodule.", "1.1 Small nodule.\n1.2 No effusion."),
        ("Small nodule.", "Small nodule, as on 3.5.2024 before."),
        ("Small nodule.", "Small nodule. Follow-up in 1.5 years."),
        ("Fracture with angulation of 22°, impaction 4 mm.", "Fracture with angulation of 22° and impaction of 4 mm."),
    ],
)
def test_the_same_value_a_number_of_a_paragraph_a_date_and_a_time_are_silent(findings: str, impression: str) -> None:
    assert severities(findings, impression) == []


def test_a_value_of_the_indication_or_the_earlier_report_is_known() -> None:
    text = "Liver lesion, PSA 7.9, with washout."
    assert severities("Liver lesion with washout.", text, indication="PSA 7.9.") == []


def test_a_sentence_that_ends_in_a_number_does_not_break_off() -> None:
    flags = review("Liver lesion with SUVmax 12.4.", "Liver lesion with SUVmax 12.4.").flags
    assert "incomplete_draft" not in {flag.kind for flag in flags}


def test_a_fracture_sign_is_read() -> None:
    findings = "Spiral # of the lateral malleolus. Talar dome smooth."
    assert not [
        f for f in review(findings, "Weber B fracture.", origin="human").flags if f.severity.value == "critical"
    ]
    denied = review("No # of the wrist seen.", "Fracture of the wrist.").flags
    assert "negation_flip" in {flag.kind for flag in denied}


def test_a_denied_crystal_disease_leaves_other_arthritis() -> None:
    assert "negation_flip" not in {
        f.kind for f in review("Erosions. No chondrocalcinosis.", "Erosive arthropathy.").flags
    }
    assert "negation_flip" in {f.kind for f in review("No arthritis.", "Gout of the great toe.").flags}
