"""Signing, reopening, correcting, adding an addendum, and what the text then says of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.composition import impression_alone, section_count, whole_report
from app.domain.copy_text import DRAFT_MARK
from app.domain.draft import DraftNotSignable
from app.domain.report import Study
from app.domain.signing import (
    add_addendum,
    can_reopen,
    correct,
    mark_left,
    open_questions,
    reopen,
    sign,
    why_not_signable,
    withdraw,
)
from app.domain.study_work import StudyWork, Writing

AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)


def drafted(text: str = "6 mm nodule.", *, is_complete: bool = True) -> StudyWork:
    work = StudyWork()
    work.set_text("exam", "CT chest")
    work.set_text("findings", "6 mm nodule in the left upper lobe.")
    wanted = work.wanted()
    assert wanted is not None
    work.add_draft(wanted, text, is_complete=is_complete)
    return work


def signed() -> StudyWork:
    work = drafted()
    work.see_end()
    sign(work, "R. Doe", AT)
    return work


def test_reasons_against_signing_come_one_by_one() -> None:
    assert why_not_signable(StudyWork()) == "There is nothing to sign"
    work = drafted()
    assert why_not_signable(work) == "Scroll to the end of the draft first"
    work.is_streaming = True
    assert why_not_signable(work) == "Words are still coming"
    work.is_streaming = False
    work.see_end()
    assert why_not_signable(work) is None
    sign(work, "R. Doe", AT)
    assert why_not_signable(work) == "Signed already"


def test_a_cut_off_draft_is_signable_only_once_a_human_has_edited_it() -> None:
    work = drafted("6 mm", is_complete=False)
    work.see_end()
    assert why_not_signable(work) == "■ Draft incomplete"
    with pytest.raises(DraftNotSignable, match="incomplete"):
        sign(work, "R. Doe", AT)
    work.set_impression("6 mm nodule.")
    assert why_not_signable(work) is None


def test_a_clean_report_raises_no_question() -> None:
    assert open_questions(drafted()) == []


def test_a_stale_draft_and_another_patient_are_asked_about_worst_first() -> None:
    work = drafted()
    work.set_study(Study(accession="4711-22"))
    work.set_text("findings", "Accession: 4711-23\nClear.")
    assert [question[0] for question in open_questions(work)] == ["■", "▲"]


def test_signed_text_cannot_be_typed_over() -> None:
    work = signed()
    with pytest.raises(DraftNotSignable):
        work.set_text("findings", "Other.")
    with pytest.raises(DraftNotSignable):
        work.set_impression("Other.")


def test_reopening_is_possible_until_the_text_has_left() -> None:
    work = signed()
    reopen(work)
    assert work.writing is Writing.REPORT
    assert why_not_signable(work) is None
    sign(work, "R. Doe", AT)
    mark_left(work)
    assert not can_reopen(work)
    with pytest.raises(DraftNotSignable, match="correct it or add an addendum"):
        reopen(work)


def test_a_copy_of_unsigned_text_does_not_seal_it() -> None:
    work = drafted()
    mark_left(work)
    assert not work.signatures


def test_unsigned_text_is_marked_and_signed_text_is_not() -> None:
    assert whole_report(drafted()).startswith(DRAFT_MARK)
    assert whole_report(drafted()).endswith(f"{DRAFT_MARK}\n")
    assert whole_report(signed()) == (
        "EXAM:\nCT chest\n\nFINDINGS:\n6 mm nodule in the left upper lobe.\n\nIMPRESSION:\n6 mm nodule.\n"
    )
    assert impression_alone(signed()) == "6 mm nodule.\n"
    assert section_count(signed()) == 3


def test_nothing_to_copy_is_an_empty_text() -> None:
    assert whole_report(StudyWork()) == ""
    assert impression_alone(StudyWork()) == ""


def test_a_correction_is_headed_and_leaves_the_original_as_it_was() -> None:
    work = signed()
    mark_left(work)
    original = work.signatures[0]
    correct(work)
    assert work.is_unsigned_work
    work.set_text("findings", "8 mm nodule in the left upper lobe.")
    work.set_impression("8 mm nodule.")
    assert whole_report(work).splitlines()[1].startswith("CORRECTED – replaces")
    sign(work, "R. Doe", AT.replace(hour=11))
    head, rest = whole_report(work).split("\n\n", 1)
    assert head == "CORRECTED – replaces the report signed 23 Nov 2026 10:42 by R. Doe"
    assert "8 mm" in rest
    assert "6 mm" not in rest
    assert work.signatures[0] == original


def test_addenda_stand_numbered_under_the_untouched_original() -> None:
    work = signed()
    mark_left(work)
    for number in (1, 2):
        add_addendum(work)
        with pytest.raises(DraftNotSignable):
            work.set_text("findings", "Other.")
        assert whole_report(work) == ""
        work.set_impression(f"Text {number}.")
        assert whole_report(work).startswith(DRAFT_MARK)
        assert impression_alone(work).splitlines()[1] == f"ADDENDUM {number}:"
        sign(work, "R. Doe", AT)
    text = whole_report(work)
    assert text.index("6 mm nodule.\n\nADDENDUM 1 – 23 Nov 2026 10:42, R. Doe:\nText 1.") > 0
    assert text.endswith("ADDENDUM 2 – 23 Nov 2026 10:42, R. Doe:\nText 2.\n")
    assert DRAFT_MARK not in text


def test_giving_up_a_correction_or_an_addendum_leaves_the_signed_text() -> None:
    for begin in (correct, add_addendum):
        work = signed()
        before = whole_report(work)
        begin(work)
        work.set_impression("Half a thought")
        withdraw(work)
        assert whole_report(work) == before
        assert work.is_signed


def test_a_reopened_addendum_is_an_addendum_again() -> None:
    work = signed()
    add_addendum(work)
    work.set_impression("Text.")
    sign(work, "R. Doe", AT)
    reopen(work)
    assert work.writing is Writing.ADDENDUM
    assert work.impression_text == "Text."
    withdraw(work)
    assert work.is_signed


def test_nothing_signed_cannot_be_corrected() -> None:
    with pytest.raises(DraftNotSignable):
        correct(StudyWork())
