"""Who was told of a critical result, as a line of the report that goes out with the impression."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.communication import Communication, is_documented
from app.domain.composition import impression_alone, whole_report
from app.domain.signing import add_addendum, correct, mark_left, reopen, sign, withdraw
from app.domain.study_work import StudyWork

AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
TOLD = Communication("pneumothorax", "10:30", "Dr. Roe, emergency department", "10:40", "phone", read_back=True)
LINE = "COMMUNICATION: pneumothorax reported to Dr. Roe, emergency department by phone at 10:40; read-back confirmed."


def written() -> StudyWork:
    work = StudyWork()
    work.set_text("findings", "Large right pneumothorax.")
    work.set_impression("Large right pneumothorax.")
    return work


def test_the_line_says_whom_how_when_and_whether_it_was_read_back() -> None:
    assert TOLD.line() == LINE
    assert replace(TOLD, method="in person", read_back=False).line() == (
        "COMMUNICATION: pneumothorax reported to Dr. Roe, emergency department in person at 10:40."
    )
    assert is_documented("pneumothorax", f"Other.\n{LINE}")
    assert not is_documented("pneumonia", LINE)


def test_it_goes_out_under_the_impression_signed_or_not() -> None:
    work = written()
    assert not work.is_told("pneumothorax")
    work.communications["pneumothorax"] = TOLD
    assert work.is_told("pneumothorax")
    assert f"Large right pneumothorax.\n\n{LINE}" in impression_alone(work)
    assert LINE in whole_report(work)
    assert sign(work, "R. Doe", AT).text == f"Large right pneumothorax.\n\n{LINE}"
    assert impression_alone(work).count("COMMUNICATION:") == 1


def test_a_correction_does_not_repeat_it() -> None:
    work = written()
    work.communications["pneumothorax"] = TOLD
    sign(work, "R. Doe", AT)
    correct(work)
    assert work.full_impression.count("COMMUNICATION:") == 1


def test_an_untold_result_stays_with_the_study_until_an_addendum_tells_it() -> None:
    work = written()
    sign(work, "R. Doe", AT, ["pneumothorax"])
    mark_left(work)
    assert work.untold_results == ("pneumothorax",)
    assert not work.is_finished
    add_addendum(work)
    work.set_impression(LINE)
    assert work.untold_results == ("pneumothorax",)
    sign(work, "R. Doe", AT)
    mark_left(work)
    assert work.untold_results == ()
    assert work.is_finished


def test_reopening_takes_the_task_back_with_the_signature() -> None:
    work = written()
    sign(work, "R. Doe", AT, ["pneumothorax"])
    reopen(work)
    assert work.untold_results == ()


def test_reopening_an_addendum_leaves_the_report_s_task() -> None:
    work = written()
    sign(work, "R. Doe", AT, ["pneumothorax"])
    add_addendum(work)
    work.set_impression("Also a rib fracture.")
    sign(work, "R. Doe", AT)
    reopen(work)
    sign(work, "R. Doe", AT)
    assert work.untold_results == ("pneumothorax",)


def test_giving_up_a_correction_takes_its_communication_back() -> None:
    work = written()
    sign(work, "R. Doe", AT, ["pneumothorax"])
    correct(work)
    work.communications["pneumothorax"] = TOLD
    withdraw(work)
    assert work.untold_results == ("pneumothorax",)
    assert not work.is_told("pneumothorax")


def test_reopening_a_report_brings_its_communication_back() -> None:
    work = written()
    work.communications["pneumothorax"] = TOLD
    sign(work, "R. Doe", AT)
    correct(work)
    withdraw(work)
    reopen(work)
    assert work.full_impression.endswith(LINE)
