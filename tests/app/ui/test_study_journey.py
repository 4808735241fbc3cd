"""Studies on the desk: pasting, parking, undo, identity, signing, copying, closing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from app.domain.copy_text import DRAFT_MARK
from app.domain.study_work import Writing
from app.ui.parked_list import ParkedList
from app.ui.question import ask

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
REPORT = """Accession: 4711-22   Patient: DOE, JANE   Sex: F   Age: 58
EXAM: XR chest
INDICATION: Cough
TECHNIQUE: Two views
FINDINGS: The lungs are clear.
IMPRESSION: Normal chest.
"""


def press(window, qtbot, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def paste(edit, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    edit.insertFromMimeData(data)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def dialog_of(window) -> QDialog:
    return next(child for child in window.findChildren(QDialog) if child.isVisible())


@pytest.fixture
def signed(open_window, qtbot):
    """A window with a report signed, and copied by signing."""
    window = open_window()
    paste(window.findings.edit, REPORT)
    qtbot.waitUntil(lambda: window.desk.present.version.end_seen)
    press(window, qtbot, Qt.Key.Key_F12)
    return window


def test_a_pasted_report_fills_the_fields_and_opens_a_study_of_its_own(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "Other patient's findings.")
    paste(window.findings.edit, REPORT)
    assert window.findings.edit.text == "The lungs are clear."
    assert window.draft.edit.text == "Normal chest."
    assert window.fields.first.text() == "XR chest"
    assert window.identity._line.text() == "ACC 4711-22 · DOE, JANE · F 58 · XR chest"
    assert [work.report.findings for work in window.desk.worklist.parked] == ["Other patient's findings."]
    press(window, qtbot, Qt.Key.Key_Z, CONTROL)
    assert window.findings.edit.text == "Other patient's findings."
    assert window.draft.edit.text == ""
    assert not window.desk.worklist.parked


def test_what_a_pasted_report_brings_is_never_out_of_sight(open_window) -> None:
    window = open_window()
    assert not window.fields._whole_fields["technique"].isVisible()
    paste(window.findings.edit, f"Portable film\n{REPORT}")
    assert window.fields._whole_fields["technique"].isVisible()
    assert window.fields._edits["other"].text() == "Portable film"


def test_pasted_findings_are_inserted_as_one_step_of_undo(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "Clear. ")
    paste(window.findings.edit, "No effusion.\r\nNo nodule.")
    assert window.findings.edit.text == "Clear. No effusion.\nNo nodule."
    press(window, qtbot, Qt.Key.Key_Z, CONTROL)
    assert window.findings.edit.text == "Clear. "


def test_undo_never_crosses_studies(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "First study.")
    press(window, qtbot, Qt.Key.Key_N, CONTROL)
    assert window.findings.edit.text == ""
    press(window, qtbot, Qt.Key.Key_Z, CONTROL)
    assert window.findings.edit.text == ""
    qtbot.keyClicks(window.findings.edit, "Second.")
    window.desk.open(window.desk.worklist.parked[0])
    assert window.findings.edit.text == "First study."
    press(window, qtbot, Qt.Key.Key_Z, CONTROL)
    assert "Second" not in window.findings.edit.text


def test_parked_studies_are_listed_and_opened(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "First study.")
    press(window, qtbot, Qt.Key.Key_N, CONTROL)
    assert window.identity._parked.text() == "1 parked  F4"
    press(window, qtbot, Qt.Key.Key_F4)
    page = dialog_of(window)
    assert isinstance(page, ParkedList)
    assert "not signed · 2 words · First study." in page._list.item(0).text()
    qtbot.keyClick(page._list, Qt.Key.Key_Return)
    assert window.findings.edit.text == "First study."


def test_discarding_a_parked_study_asks_first(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "First study.")
    press(window, qtbot, Qt.Key.Key_N, CONTROL)
    window.pages.open_parked()
    page = dialog_of(window)
    page._discard.click()
    question = dialog_of(page)
    question.reject()
    assert len(window.desk.worklist.parked) == 1
    page._discard.click()
    dialog_of(page).accept()
    assert not window.desk.worklist.parked


def test_a_full_desk_is_told_with_its_remedy(open_window, qtbot) -> None:
    window = open_window()
    for number in range(10):
        window.findings.edit.replace_text(f"Study {number}.")
        press(window, qtbot, Qt.Key.Key_N, CONTROL)
    assert window.banner.notice.sentence == "9 studies are parked already."
    assert window.findings.edit.text == "Study 9."


def test_identity_is_typed_in_the_bar_and_never_in_the_title(open_window, qtbot) -> None:
    window = open_window()
    assert "NO STUDY IDENTITY" in window.identity._line.text()
    assert "NO STUDY IDENTITY" in window.actions_bar._for.text()
    window.identity._line.click()
    qtbot.keyClicks(window.identity._edits["accession"], "4711-22")
    qtbot.keyClicks(window.identity._edits["patient"], "DOE, JANE")
    qtbot.waitUntil(lambda: window.actions_bar._for.text() == "for 4711-22 · DOE, JANE")
    assert "4711" not in window.windowTitle()


def test_signing_copies_the_whole_report_and_seals_it(signed) -> None:
    assert signed.desk.present.is_signed
    assert clipboard() == (
        "EXAM:\nXR chest\n\nINDICATION:\nCough\n\nTECHNIQUE:\nTwo views\n\n"
        "FINDINGS:\nThe lungs are clear.\n\nIMPRESSION:\nNormal chest.\n"
    )
    assert signed.status.copied_text == "Copied: SIGNED · ACC …1-22 · 5 sections · 16 words"
    assert signed.draft._title.text().startswith("Signed here ")
    assert signed.draft._title.text().endswith("by R. Doe")
    assert signed.draft._version.text() == "The legal signature is given in the RIS"
    assert signed.draft._lock.isVisible()
    assert signed.draft.edit.isReadOnly()
    assert signed.findings.edit.isReadOnly()
    assert not signed.actions_by_name["reopen"].isEnabled()


def test_without_copying_the_signature_can_be_taken_back(open_window, qtbot) -> None:
    window = open_window(copy_on_sign=False)
    paste(window.findings.edit, REPORT)
    qtbot.waitUntil(lambda: window.desk.present.version.end_seen)
    press(window, qtbot, Qt.Key.Key_F12)
    press(window, qtbot, Qt.Key.Key_F12, CONTROL | SHIFT)
    assert window.desk.present.writing is Writing.REPORT
    assert not window.draft.edit.isReadOnly()
    qtbot.keyClicks(window.draft.edit, "x")
    assert window.desk.present.impression_text == "xNormal chest."


def test_a_correction_is_headed_and_can_be_given_up(signed, qtbot) -> None:
    signed.actions_by_name["correct"].trigger()
    assert signed.draft._title.text().startswith("CORRECTION")
    assert not signed.findings.edit.isReadOnly()
    signed.draft.edit.replace_text("Small nodule.")
    signed.actions_by_name["withdraw"].trigger()
    dialog_of(signed).accept()
    assert signed.desk.present.is_signed
    assert signed.draft.edit.text == "Normal chest."
    assert signed.findings.edit.text == "The lungs are clear."


def test_an_addendum_is_written_under_the_untouched_original(signed, qtbot) -> None:
    press(signed, qtbot, Qt.Key.Key_A, CONTROL | SHIFT)
    assert signed.findings.edit.isReadOnly()
    qtbot.keyClicks(signed.draft.edit, "Discussed by phone.")
    qtbot.waitUntil(lambda: signed.desk.present.version.end_seen)
    press(signed, qtbot, Qt.Key.Key_F12)
    assert "ADDENDUM 1 – " in clipboard()
    assert clipboard().endswith("R. Doe:\nDiscussed by phone.\n")
    assert "Normal chest.\n\nADDENDUM 1" in signed.draft.edit.text


def test_another_accession_in_the_text_is_asked_about_and_enter_goes_back(open_window, qtbot) -> None:
    window = open_window()
    paste(window.findings.edit, REPORT)
    window.findings.edit.replace_text("Accession: 4711-23\nThe lungs are clear.")
    qtbot.waitUntil(lambda: window.draft.notes._conflict.isVisible())
    qtbot.waitUntil(lambda: window.desk.present.version.end_seen)
    press(window, qtbot, Qt.Key.Key_F12)
    question = dialog_of(window)
    qtbot.keyClick(question, Qt.Key.Key_Return)
    assert not window.desk.present.is_signed
    press(window, qtbot, Qt.Key.Key_F12)
    dialog_of(window).accept()
    assert window.desk.present.is_signed


def test_unsigned_copies_are_marked_at_both_ends(open_window, qtbot) -> None:
    window = open_window()
    paste(window.findings.edit, REPORT)
    press(window, qtbot, Qt.Key.Key_I, CONTROL | SHIFT)
    assert clipboard() == f"{DRAFT_MARK}\nNormal chest.\n{DRAFT_MARK}\n"
    assert window.status.copied_text == "Copied: DRAFT, not signed · ACC …1-22 · impression · 2 words"
    press(window, qtbot, Qt.Key.Key_C, CONTROL | SHIFT)
    assert clipboard().startswith(DRAFT_MARK)


def test_a_copied_selection_is_marked_outside_and_bare_inside(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "Small nodule.")
    window.findings.edit.selectAll()
    press(window, qtbot, Qt.Key.Key_C, CONTROL)
    assert clipboard() == f"{DRAFT_MARK}\nSmall nodule.\n{DRAFT_MARK}\n"
    window.draft.edit.paste()
    assert window.draft.edit.text == "Small nodule."
    assert window.desk.present.impression_text == "Small nodule."


def test_text_changed_after_copying_is_said(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "Small nodule.")
    window.desk.tell_changed()
    window.actions_by_name["copy_report"].trigger()
    assert not window.draft.notes._copied.isVisible()
    qtbot.keyClicks(window.findings.edit, " New.")
    qtbot.waitUntil(lambda: window.draft.notes._copied.isVisible())
    assert "copy again" in window.draft.notes._copied.text()


def test_our_copy_leaves_the_clipboard_in_time_and_other_peoples_stay(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "Small nodule.")
    window.copy_out.copy_report()
    window.copy_out.clear()
    assert clipboard() == ""
    QGuiApplication.clipboard().setText("of another program")
    window.copy_out.clear()
    assert clipboard() == "of another program"


def test_the_end_of_a_long_draft_must_have_been_on_screen(open_window, qtbot, qapp) -> None:
    window = open_window()
    window.draft.edit.setFocus()
    lines = "\n".join(f"Line {number}." for number in range(80))
    window.desk.begin_from_report(f"FINDINGS: Clear.\nIMPRESSION: {lines}")
    version = window.desk.present.version
    assert version is not None
    window.desk.present.versions[0] = type(version)(version.draft, version.wanted)
    window.desk.tell_changed()
    qtbot.waitUntil(lambda: window.draft.edit.verticalScrollBar().maximum() > 0)
    for _ in range(3):  # each lets the layouts answer what the one before has asked
        qapp.processEvents()
    press(window, qtbot, Qt.Key.Key_F12)
    assert window.draft._remark.text() == "Not signed: Scroll to the end of the draft first"
    press(window, qtbot, Qt.Key.Key_End, CONTROL)
    qtbot.waitUntil(lambda: window.desk.present.version.end_seen)
    press(window, qtbot, Qt.Key.Key_F12)
    assert window.desk.present.is_signed


def test_closing_with_unsigned_text_asks(open_window, qtbot) -> None:
    window = open_window()
    qtbot.keyClicks(window.findings.edit, "Small nodule.")
    window.close()
    assert window.isVisible()
    dialog_of(window).reject()
    window.close()
    dialog_of(window).accept()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_the_identity_is_inverse_after_a_while_until_the_first_key(open_window, qtbot) -> None:
    window = open_window()
    with qtbot.waitSignal(window.away.left):
        window.away.use(0.0001)
    assert window.identity.is_away
    press(window, qtbot, Qt.Key.Key_Shift)
    assert not window.identity.is_away


def test_panels_are_walked_by_f6(open_window, qtbot) -> None:
    window = open_window()
    assert QApplication.focusWidget() is window.findings.edit
    press(window, qtbot, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is window.draft.edit
    press(window, qtbot, Qt.Key.Key_F6)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    press(window, qtbot, Qt.Key.Key_F6, SHIFT)
    assert QApplication.focusWidget() is window.draft.edit


def test_a_question_runs_only_on_the_other_button(open_window, qtbot) -> None:
    window = open_window()
    done: list[str] = []
    question = ask(window, "Really?", "It is lost.", "&Discard", lambda: done.append("yes"))
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert done == []
