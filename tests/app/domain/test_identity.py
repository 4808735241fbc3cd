"""Whose report a text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identity import identity_conflict, identity_in, without_identity
from app.domain.report import Study

HEADER = """Accession: 4711-22   Patient: DOE, JANE
Sex: female | Age: 58 years
Exam date: 23 Nov 10:31"""


def test_identity_lines_become_the_study() -> None:
    assert identity_in(HEADER) == Study("4711-22", "DOE, JANE", "F", "58", exam_date="23 Nov 10:31")


def test_text_without_identity_lines_names_nobody() -> None:
    assert identity_in("Patient is rotated. No effusion.\nAge indeterminate fracture.") == Study()


def test_only_pure_identity_lines_are_taken_out() -> None:
    assert without_identity(f"{HEADER}\nPortable film at 10:31") == "Portable film at 10:31"


@pytest.mark.parametrize(
    "text",
    [
        "No effusion.",
        "Accession: 4711 22\nNo effusion.",
        "Patient: Jane Doe\nNo effusion.",
        "Patient: DOE, JANE M\nNo effusion.",
        "Compared with accession 471122.",
    ],
)
def test_the_same_identity_written_otherwise_is_no_conflict(text: str) -> None:
    assert identity_conflict(Study("4711-22", "DOE, JANE"), text) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Accession: 4711-23\nNo effusion.", "Text names another accession: 4711-23 beside 4711-22."),
        ("Patient: DOE, JOHN\nNo effusion.", "Text names another patient: DOE, JOHN beside DOE, JANE."),
        ("No effusion. Accession number 99887 was read.", "Text names another accession: 99887 beside 4711-22."),
    ],
)
def test_another_identity_is_a_conflict(text: str, sentence: str) -> None:
    assert identity_conflict(Study("4711-22", "DOE, JANE"), text) == sentence


def test_two_accessions_in_one_text_are_a_conflict_without_any_study() -> None:
    assert identity_conflict(Study(), "Accession: 1001\nFINDINGS: clear\nAccession: 1002") is not None


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    identity_in(text)
    assert isinstance(without_identity(text), str)
    identity_conflict(Study("1"), text)
