"""Every sentence of the impression is tied to the findings that support it."""

from __future__ import annotations

import pytest

from app.review.second_reader import review


@pytest.mark.parametrize(
    ("findings", "impression", "support", "sources"),
    [
        ("Heart is enlarged. Small right effusion.", "Cardiomegaly.", "stated", ["Heart is enlarged."]),
        ("Right lower lobe consolidation.", "Pneumonia.", "derived", ["Right lower lobe consolidation."]),
        ("No pneumothorax. No effusion.", "No pneumothorax.", "stated", ["No pneumothorax."]),
        ("Lungs are clear.", "Normal chest.", "normal", ["Lungs are clear."]),
        ("No effusion. Lungs are clear.", "No acute abnormality.", "normal", ["No effusion.", "Lungs are clear."]),
        ("Lungs are clear.", "Subdural hematoma.", "none", []),
        ("Lungs are clear.", "Recommend CT.", "none", []),
        ("Intact fibular tunnel.", "The fibular tunnel is intact.", "normal", ["Intact fibular tunnel."]),
    ],
)
def test_support(findings: str, impression: str, support: str, sources: list[str]) -> None:
    (link,) = review(findings, impression).links
    assert (link.support, [findings[start:end] for start, end in link.findings_spans]) == (support, sources)


def test_several_sentences_support_one() -> None:
    findings = "Pleural effusion on the left. The heart is enlarged. Kerley B lines."
    (link,) = review(findings, "Congestive heart failure.").links
    assert link.support == "derived"
    assert len(link.findings_spans) == 3


@pytest.mark.parametrize(
    ("findings", "impression", "mends"),
    [
        ("Right effusion.", "Left effusion.", [("impression", "Right"), ("findings", "Left")]),
        ("RLL consolidation.", "Pneumonia in the LLL.", [("impression", "RLL"), ("findings", "LLL")]),
        ("EFFUSION ON THE RIGHT.", "left effusion.", [("impression", "right"), ("findings", "LEFT")]),
    ],
)
def test_a_side_is_mended_at_either_end(findings: str, impression: str, mends: list[tuple[str, str]]) -> None:
    (flag,) = [f for f in review(findings, impression).flags if f.kind == "side_mismatch"]
    assert [(mend.text, mend.replacement) for mend in flag.mends] == mends


def test_no_mend_replaces_more_than_a_side_word() -> None:
    findings = "Opacity in the left upper lobe, representing chronic scarring."
    (flag,) = [f for f in review(findings, "Scarring of the right upper lobe.").flags if f.kind == "side_mismatch"]
    assert all(len(mend.replacement.split()) == 1 and mend.span[1] - mend.span[0] <= 5 for mend in flag.mends)
