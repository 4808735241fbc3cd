"""Positions by clock, station, segment and scale, and what asks for nothing."""

from __future__ import annotations

import pytest

from app.review.second_reader import review


def _kinds(findings: str, impression: str) -> set[str]:
    return {flag.kind for flag in review(findings, impression).flags}


@pytest.mark.parametrize(
    ("findings", "impression", "kind"),
    [
        ("Irregular mass at 3 o'clock.", "Irregular mass at 9 o'clock.", "level_mismatch"),
        ("Necrotic nodes in level IB and IIA.", "Necrotic nodes in level III and IV.", "level_mismatch"),
        ("Ground-glass nodule in S6.", "Ground-glass nodule in S9.", "level_mismatch"),
        ("Supracondylar fracture, Gartland II.", "Supracondylar fracture, Gartland III.", "size_mismatch"),
        ("Solid nodule of the right lobe, TR5.", "Solid nodule of the right lobe, TR3.", "size_mismatch"),
    ],
)
def test_other_position_is_flagged(findings: str, impression: str, kind: str) -> None:
    assert kind in _kinds(findings, impression)


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("Irregular mass at 3 o'clock.", "Irregular mass, 3 o’clock."),
        ("Necrotic nodes in levels IB and IIA.", "Necrotic nodes in level IIA."),
        ("Solid nodule of the right lobe, TI-RADS 5.", "TR5 nodule of the right lobe."),
        ("Supracondylar fracture, Gartland type II.", "Gartland 2 supracondylar fracture."),
        ("L4-5: disc protrusion 5 mm. L5-S1: disc protrusion 8 mm.", "L5-S1 disc protrusion of 8 mm."),
    ],
)
def test_same_position_is_not(findings: str, impression: str) -> None:
    assert not _kinds(findings, impression) & {"level_mismatch", "size_mismatch"}


@pytest.mark.parametrize(
    "findings",
    ["Follow-up CT of the chest. Nodule of 7 mm.", "Biopsy-proven carcinoma of the right breast."],
)
def test_naming_a_study_asks_for_nothing(findings: str) -> None:
    assert "invented_recommendation" in _kinds(findings, "CT in 12 months is recommended.")


def test_findings_that_ask_are_a_basis() -> None:
    findings = "Nodule of 7 mm. Follow-up CT in 12 months is recommended."
    assert "invented_recommendation" not in _kinds(findings, "CT in 12 months is recommended.")


def test_mural_thrombus_need_not_be_told_at_once() -> None:
    findings = "Infrarenal aneurysm of 5.6 cm with mural thrombus."
    severities = {f.severity.value for f in review(findings, "Aneurysm, 5.6 cm.").flags if f.kind == "omitted_finding"}
    assert "critical" not in severities
