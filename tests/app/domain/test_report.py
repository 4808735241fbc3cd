"""Free text into sections and back; whatever is typed, nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.report import Findings, Report, Study, is_whole_report, parse_report

WHOLE = """EXAM: CT chest
INDICATION: dyspnea
COMPARISON: None.
FINDINGS:
No embolism.
6 mm nodule: left upper lobe.

IMPRESSION:
1. No embolism.
"""


def test_sections_are_found_and_a_colon_inside_a_sentence_opens_none() -> None:
    report = parse_report(WHOLE)
    assert report.exam == "CT chest"
    assert report.findings == "No embolism.\n6 mm nodule: left upper lobe."
    assert report.impression == "1. No embolism."


@pytest.mark.parametrize(
    ("header", "section"),
    [
        ("FINDINGS:", "findings"),
        ("Findings :", "findings"),
        ("Description and Findings", "findings"),
        ("Clinical History:", "indication"),
        ("REASON FOR EXAM:", "indication"),
        ("Conclusion:", "impression"),
        ("IMPRESSION", "impression"),
        ("Imaging Comment:", "impression"),
        ("TECHNIQUE:", "technique"),
        ("Recommendations:", "recommendation"),
    ],
)
def test_hospitals_wordings_of_headers_are_known(header: str, section: str) -> None:
    report = parse_report(f"FINDINGS:\nFirst.\n{header}\nSecond.")
    assert "Second." in getattr(report, section)


def test_text_without_headers_is_findings() -> None:
    assert parse_report("The lungs are clear.\nNo effusion.") == Report(findings="The lungs are clear.\nNo effusion.")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(ends: str) -> None:
    assert parse_report(WHOLE.replace("\n", ends)) == parse_report(WHOLE)


def test_report_written_out_reads_back_the_same() -> None:
    report = parse_report(WHOLE)
    assert parse_report(report.to_text()) == report


@given(st.text(st.characters(exclude_characters=":"), max_size=300))
def test_text_without_headers_is_kept_to_the_letter_but_for_white_space_at_line_ends(text: str) -> None:
    assert parse_report(text).findings.split() == text.split()


def test_only_text_with_other_sections_is_a_whole_report() -> None:
    assert is_whole_report(WHOLE)
    assert not is_whole_report("The lungs are clear.")
    assert not is_whole_report("FINDINGS: The lungs are clear.")


def test_digest_ignores_white_space_and_nothing_else() -> None:
    assert Findings("Clear  lungs.\n").digest == Findings("Clear lungs.").digest
    assert Findings("Clear lungs").digest != Findings("Clear lungs.").digest


def test_a_study_is_identified_by_accession_or_patient() -> None:
    assert Study(accession="4711").is_identified
    assert Study(patient="DOE, JANE").is_identified
    assert not Study(exam="CT chest").is_identified
