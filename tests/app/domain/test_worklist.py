"""The desk: parking, pasting whole reports, opening, making room."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.errors import DeskFull
from app.domain.signing import mark_left, sign
from app.domain.worklist import MAX_PARKED, Worklist

REPORT = "EXAM: XR chest\nFINDINGS: Clear.\nIMPRESSION: Normal."


def type_into(desk: Worklist, text: str) -> None:
    desk.present.set_text("findings", text)


def test_an_empty_study_is_not_parked() -> None:
    desk = Worklist()
    first = desk.present
    assert desk.begin() is first
    assert not desk.parked


def test_beginning_parks_and_opening_swaps() -> None:
    desk = Worklist()
    first = desk.present
    type_into(desk, "First.")
    second = desk.begin()
    type_into(desk, "Second.")
    desk.open(first)
    assert desk.present is first
    assert desk.parked == [second]
    desk.begin()
    desk.open(second)
    assert desk.parked == [first]


def test_a_pasted_report_opens_a_study_of_its_own_and_one_undo_takes_it_back() -> None:
    desk = Worklist()
    first = desk.present
    type_into(desk, "First.")
    pasted = desk.begin_from_report(REPORT)
    assert pasted.report.findings == "Clear."
    assert desk.parked == [first]
    assert first.report.findings == "First."
    assert desk.take_back() is first
    assert desk.parked == []
    assert not desk.can_take_back


def test_a_pasted_report_that_was_touched_stays() -> None:
    desk = Worklist()
    desk.begin_from_report(REPORT)
    type_into(desk, "Edited.")
    assert not desk.can_take_back
    assert desk.take_back().report.findings == "Edited."


def test_a_full_desk_refuses_rather_than_drops() -> None:
    desk = Worklist()
    for number in range(MAX_PARKED):
        type_into(desk, f"Study {number}.")
        desk.begin()
    type_into(desk, "One too many.")
    with pytest.raises(DeskFull):
        desk.begin()
    with pytest.raises(DeskFull):
        desk.begin_from_report(REPORT)
    assert desk.present.report.findings == "One too many."
    assert len(desk.unsigned) == MAX_PARKED + 1


def test_signed_and_copied_studies_make_room_oldest_first() -> None:
    desk = Worklist()
    for number in range(MAX_PARKED):
        type_into(desk, f"Study {number}.")
        desk.present.set_impression("Done.")
        if number in (2, 4):
            sign(desk.present, "R. Doe", datetime(2026, 11, 23, tzinfo=UTC))
            mark_left(desk.present)
        desk.begin()
    type_into(desk, "Next.")
    desk.begin()
    kept = [work.report.findings for work in desk.parked]
    assert len(kept) == MAX_PARKED
    assert "Study 2." not in kept
    assert "Study 4." in kept


def test_discarding_takes_a_study_off_the_desk() -> None:
    desk = Worklist()
    type_into(desk, "First.")
    first = desk.present
    desk.begin()
    desk.discard(first)
    assert desk.parked == []
    type_into(desk, "Second.")
    desk.discard(desk.present)
    assert desk.present.is_empty
