"""Displaced against undisplaced, and grades of a narrower name for what the findings grade."""

from __future__ import annotations

import pytest

from app.review.second_reader import review


def _shifts(findings: str, impression: str) -> list[str]:
    return [flag.severity.value for flag in review(findings, impression).flags if flag.kind == "severity_shift"]


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Displaced fracture of the olecranon.", "Undisplaced olecranon fracture."),
        ("Fracture of the radial head. No displacement.", "Displaced radial head fracture."),
        ("Non-displaced fracture of the fibula.", "Markedly displaced fracture of the fibula."),
        ("Displaced meniscal flap tear.", "Non-displaced tear of the meniscus."),
        ("Fracture of the scaphoid waist without displacement.", "Displaced scaphoid waist fracture."),
        ("Small pleural effusion.", "Large parapneumonic effusion."),
    ],
)
def test_another_degree_is_flagged(findings: str, impression: str) -> None:
    assert "warning" in _shifts(findings, impression)


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Displaced fracture of the olecranon.", "Displaced olecranon fracture."),
        ("Displaced radial fracture. Undisplaced ulnar fracture.", "Undisplaced ulnar fracture."),
        ("Nondisplaced fracture of the fibula.", "Undisplaced fracture of the fibula."),
        ("Trachea displaced to the right. No fracture.", "Rib fracture without displacement."),
        ("Fracture of the fibula.", "Undisplaced fracture of the fibula."),
        ("Small pleural effusion.", "Small parapneumonic effusion."),
    ],
)
def test_the_same_degree_and_what_is_not_said_are_silent(findings: str, impression: str) -> None:
    assert "warning" not in _shifts(findings, impression)
