"""What the rules find, in the window: marks, cards, mends, evidence, signing with open flags, critical results."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton

from app.domain.versions import Guarded
from app.engine.scripted import Reply
from app.ui.critical_result import CriticalResult
from app.ui.flag_panel import NOTHING_FOUND, NOTHING_YET
from app.ui.reasons import Reasons
from app.ui.telling import NOBODY_WAITS

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
FINDINGS = "Small right pleural effusion. Heart size is normal. 6 mm nodule in the left upper lobe."
WRONG_SIDE = "Small left pleural effusion. 6 mm left upper lobe nodule."
SIDE = "The impression says left, the findings say right (pleural effusion)."


def reply(text: str) -> Reply:
    return Reply(words=tuple(f"{word} " for word in text.split()))


def press(window, qtbot, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def drafted(open_window, qtbot, text: str = WRONG_SIDE, findings: str = FINDINGS):
    """A window in which these findings were typed and this draft came; its review is done."""
    window = open_window(reply(text))
    window.findings.edit.setFocus()
    window.findings.edit.replace_text(findings)
    with qtbot.waitSignal(window.drafting.ended):
        press(window, qtbot, Qt.Key.Key_Return, CONTROL)
    window.reader.reviewing.now()
    qtbot.waitUntil(lambda: window.desk.present.version.end_seen)
    return window


def dialog_of(window, kind):
    """The dialog of that kind that is open over the window."""
    return next(one for one in window.findChildren(kind) if one.isVisible())


def marked(edit) -> list[tuple[str, object]]:
    return [
        (one.cursor.selectedText(), one.format.underlineStyle())
        for one in edit.extraSelections()
        if one.format.underlineStyle() is not QTextCharFormat.UnderlineStyle.NoUnderline
    ]


def lit(edit) -> list[str]:
    empty = QTextCharFormat().background()
    return [one.cursor.selectedText() for one in edit.extraSelections() if one.format.background() != empty]


def closing_line(window) -> str:
    return window.reader.panel._list.itemAt(window.reader.panel._list.count() - 2).widget().text()


def test_the_panel_says_what_it_is_for_until_there_is_text_and_never_that_all_is_well(open_window, qtbot) -> None:
    window = open_window()
    assert closing_line(window) == NOTHING_YET
    with qtbot.waitSignal(window.reader.reviewing.reviewed):
        window.findings.edit.replace_text("Heart size is normal.")
    assert closing_line(window) == NOTHING_FOUND
    assert window.reader.panel.messages == []


def test_findings_are_checked_before_anything_is_drafted(open_window, qtbot) -> None:
    window = open_window()
    with qtbot.waitSignal(window.reader.reviewing.reviewed):
        window.findings.edit.replace_text("The lungs are clear. Right lower lobe consolidation.")
    assert [card.lead.kind for card in window.reader.cards] == ["contradiction"]
    assert marked(window.findings.edit)


def test_only_exceptions_are_marked(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot)
    assert window.reader.panel.messages == [SIDE]
    solid = QTextCharFormat.UnderlineStyle.SingleUnderline
    assert marked(window.draft.edit) == [("left", solid)]
    assert marked(window.findings.edit) == [("right", solid)]


def test_either_end_is_mended_by_one_key_and_one_undo(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot)
    press(window, qtbot, Qt.Key.Key_1, ALT)
    assert window.draft.edit.text == "Small right pleural effusion. 6 mm left upper lobe nodule."
    assert window.reader.panel.messages == []
    window.draft.edit.undo()
    assert window.draft.edit.text == WRONG_SIDE
    window.reader.reviewing.now()
    press(window, qtbot, Qt.Key.Key_2, ALT)
    assert window.findings.edit.text.startswith("Small left pleural effusion.")
    assert window.desk.present.report.findings == window.findings.edit.text
    assert window.desk.present.is_stale


def test_only_the_model_s_sentences_can_be_deleted(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot)
    window.draft.edit.replace_text("By hand: small left pleural effusion.")
    window.reader.reviewing.now()
    assert window.reader.panel.messages == [SIDE]
    press(window, qtbot, Qt.Key.Key_3, ALT)
    assert window.draft.edit.text == "By hand: small left pleural effusion."
    assert window.findings.edit.text == FINDINGS
    window.draft.back_to_model_text()
    window.reader.reviewing.now()
    press(window, qtbot, Qt.Key.Key_3, ALT)
    assert window.draft.edit.text == "6 mm left upper lobe nodule."


def test_f9_keeps_a_critical_flag_only_for_a_reason_and_it_returns_when_the_words_change(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot)
    press(window, qtbot, Qt.Key.Key_F9)
    question = dialog_of(window, Reasons)
    qtbot.keyClick(question, Qt.Key.Key_Return)
    assert window.reader.cards[0].kept == ""
    press(window, qtbot, Qt.Key.Key_F9)
    question = dialog_of(window, Reasons)
    named = [one.accessibleName() for one in question.findChildren(QPushButton)]
    assert named == ["Seen on images", "In prior", "Known", "Other", "Go back"]
    question.findChildren(QPushButton)[0].click()
    card = window.reader.cards[0]
    assert (card.kept, card.lead.message) == ("seen on images", SIDE)
    assert marked(window.draft.edit) == []
    assert window.reader.criticals() == []
    window.draft.edit.replace_text("Small left pleural effusion, layering. 6 mm left upper lobe nodule.")
    window.reader.reviewing.now()
    assert [(card.lead.message, card.kept) for card in window.reader.cards] == [(SIDE, "")]


def test_f8_goes_from_flag_to_flag_and_lights_both_ends(open_window, qtbot) -> None:
    findings = f"{FINDINGS} Tension pneumothorax on the right."
    window = drafted(open_window, qtbot, findings=findings)
    assert len(window.reader.panel.messages) == 2
    assert QApplication.focusWidget() is window.findings.edit
    press(window, qtbot, Qt.Key.Key_F8)
    assert (lit(window.findings.edit), lit(window.draft.edit)) == (["right"], ["left"])
    press(window, qtbot, Qt.Key.Key_F8)
    assert (lit(window.findings.edit), lit(window.draft.edit)) == (["Tension pneumothorax"], [])
    press(window, qtbot, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert lit(window.draft.edit) == ["left"]
    assert QApplication.focusWidget() is window.findings.edit


def test_a_missing_finding_is_inserted_in_its_own_words(open_window, qtbot) -> None:
    findings = f"{FINDINGS} Tension pneumothorax on the right."
    window = drafted(open_window, qtbot, WRONG_SIDE.replace("left pl", "right pl"), findings)
    press(window, qtbot, Qt.Key.Key_4, ALT)
    assert window.draft.edit.text.startswith("Tension pneumothorax on the right. Small right")
    window.draft.edit.undo()
    assert window.draft.edit.text.startswith("Small right")


def test_sorting_is_asked_for_and_one_undo(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot, "Heart size is normal. 6 mm left upper lobe nodule.")
    before = window.draft.edit.text
    press(window, qtbot, Qt.Key.Key_5, ALT)
    assert window.draft.edit.text == "6 mm left upper lobe nodule. Heart size is normal."
    window.draft.edit.undo()
    assert window.draft.edit.text == before


def test_sentences_light_their_evidence_both_ways(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot, WRONG_SIDE.replace("left pl", "right pl"))
    window.draft.edit.setFocus()
    press(window, qtbot, Qt.Key.Key_Down, CONTROL)
    assert lit(window.draft.edit) == ["Small right pleural effusion."]
    assert lit(window.findings.edit) == ["Small right pleural effusion."]
    press(window, qtbot, Qt.Key.Key_Down, CONTROL)
    assert lit(window.findings.edit) == ["6 mm nodule in the left upper lobe."]
    window.findings.edit.setFocus()
    window.findings.edit.moveCursor(QTextCursor.MoveOperation.Start)
    press(window, qtbot, Qt.Key.Key_Down, CONTROL)
    assert lit(window.draft.edit) == ["Small right pleural effusion."]
    press(window, qtbot, Qt.Key.Key_Down, CONTROL)
    assert (lit(window.findings.edit), lit(window.draft.edit)) == (["Heart size is normal."], [])
    qtbot.keyClicks(window.findings.edit, " ")
    assert lit(window.findings.edit) == []


def test_editing_is_reviewed_again_after_a_short_pause(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot)
    cursor = window.draft.edit.textCursor()
    cursor.setPosition(len("Small "))
    cursor.setPosition(len("Small left"), cursor.MoveMode.KeepAnchor)
    window.draft.edit.setTextCursor(cursor)
    with qtbot.waitSignal(window.reader.reviewing.reviewed, timeout=2000):
        qtbot.keyClicks(window.draft.edit, "right")
    qtbot.waitUntil(lambda: window.reader.panel.messages == [])


def test_sentences_are_reviewed_as_they_finish_streaming(open_window, qtbot) -> None:
    words = tuple(f"{word} " for word in f"{WRONG_SIDE} No more.".split())
    window = open_window(Reply(words=words, delay_ms=120))
    window.findings.edit.replace_text(f"{FINDINGS} Tension pneumothorax.")
    window.actions_by_name["draft"].trigger()
    qtbot.waitUntil(lambda: window.reader.panel.messages == [SIDE], timeout=5000)
    assert window.desk.present.is_streaming
    with qtbot.waitSignal(window.drafting.ended):
        press(window, qtbot, Qt.Key.Key_Escape)


def test_signing_names_the_open_critical_flag_and_enter_goes_back(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot)
    press(window, qtbot, Qt.Key.Key_F12)
    dialog = dialog_of(window, QDialog)
    assert any(f"■ {SIDE}" in one.text() for one in dialog.findChildren(QLabel))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert not window.desk.present.is_signed
    press(window, qtbot, Qt.Key.Key_F12)
    dialog_of(window, QDialog).accept()
    assert window.desk.present.is_signed
    # On signed text a flag never disappears by itself, and offers nothing.
    window.reader.reviewing.now()
    assert window.reader.panel.messages == [SIDE]
    assert marked(window.draft.edit) == [("left", QTextCharFormat.UnderlineStyle.SingleUnderline)]
    press(window, qtbot, Qt.Key.Key_1, ALT)
    assert "left pleural" in window.draft.edit.text
    assert window.findings.edit.text == FINDINGS


@pytest.fixture
def critical(open_window, qtbot):
    """A signable study whose impression holds a critical result."""
    findings = "Large right pneumothorax with mediastinal shift to the left, tension pneumothorax."
    return drafted(open_window, qtbot, "Tension pneumothorax on the right.", findings)


def test_a_critical_result_is_filled_in_before_signing(critical, qtbot) -> None:
    window = critical
    assert window.reader.untold() == ["tension pneumothorax"]
    press(window, qtbot, Qt.Key.Key_F12)
    qtbot.keyClick(dialog_of(window, QDialog), Qt.Key.Key_Return)
    form = dialog_of(window, CriticalResult)
    assert not form.document.isEnabled()
    qtbot.keyClicks(form.told, "Dr. Roe, ED")
    form.read_back.setChecked(True)
    form.document.click()
    assert not window.desk.present.is_signed
    assert window.reader.untold() == []
    press(window, qtbot, Qt.Key.Key_F12)
    signed = window.desk.present.signatures[-1].impression.text
    assert "COMMUNICATION: tension pneumothorax reported to Dr. Roe, ED by phone at " in signed
    assert signed.endswith("read-back confirmed.")
    assert not window.status._untold.isVisible()


def test_later_stays_in_the_status_bar_until_an_addendum_tells_it(critical, qtbot) -> None:
    window = critical
    press(window, qtbot, Qt.Key.Key_F12)
    dialog_of(window, QDialog).accept()
    assert window.desk.present.is_signed
    assert window.status._untold.text() == "○ 1 critical result to tell"
    window.actions_by_name["new"].trigger()
    assert window.status._untold.isVisible()
    press(window, qtbot, Qt.Key.Key_6, ALT)
    form = dialog_of(window, CriticalResult)
    qtbot.keyClicks(form.told, "Dr. Roe, ED")
    form.document.click()
    assert window.draft.edit.text.startswith("COMMUNICATION: tension pneumothorax")
    press(window, qtbot, Qt.Key.Key_6, ALT)
    assert window.draft._remark.text() == NOBODY_WAITS
    press(window, qtbot, Qt.Key.Key_F12)
    assert window.desk.present.is_signed
    assert not window.status._untold.isVisible()


def test_a_word_that_the_guard_replaced_is_a_warning(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot, WRONG_SIDE.replace("left pl", "right pl"))
    work = window.desk.present
    work.versions[0] = replace(work.versions[0], guarded=(Guarded("Small right pleural effusion.", "side"),))
    window.reader.reviewing.now()
    assert window.reader.panel.messages == ["The model wanted a side the findings lack. Check."]
    assert marked(window.draft.edit)[0][1] is QTextCharFormat.UnderlineStyle.DashUnderline


@pytest.mark.parametrize("key", [Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_9])
def test_a_command_s_key_never_becomes_a_digit_of_the_report(key, open_window, qtbot) -> None:
    window = open_window()
    for edit in (window.findings.edit, window.draft.edit):
        edit.setFocus()
        press(window, qtbot, key, ALT)
        assert edit.text == ""


def test_of_two_missing_findings_in_one_sentence_one_can_be_kept(open_window, qtbot) -> None:
    findings = "Large acute pulmonary embolism and tension pneumothorax."
    window = drafted(open_window, qtbot, "Heart size is normal.", findings)
    before = window.reader.criticals()
    assert len(before) == 2
    press(window, qtbot, Qt.Key.Key_F8)
    press(window, qtbot, Qt.Key.Key_F8)
    assert window.reader.in_hand.lead.message == before[1]
    press(window, qtbot, Qt.Key.Key_F9)
    dialog_of(window, Reasons).findChildren(QPushButton)[2].click()
    assert window.reader.criticals() == before[:1]


def test_a_mend_never_falls_on_another_flag_than_the_one_in_hand(open_window, qtbot) -> None:
    findings = "Small right pleural effusion. 6 mm nodule in the left upper lobe."
    window = drafted(open_window, qtbot, "Small left pleural effusion. 6 mm right upper lobe nodule.", findings)
    press(window, qtbot, Qt.Key.Key_F8)
    held = window.reader.in_hand.lead
    wrong, right = window.draft.edit.text[slice(*held.impression_span)], held.mends[0].replacement
    window.draft.edit.replace_span(held.impression_span, right)
    before = window.draft.edit.text
    press(window, qtbot, Qt.Key.Key_1, ALT)
    assert window.draft.edit.text == before
    assert wrong != right


def test_a_communication_is_added_to_what_stands_in_an_addendum(critical, qtbot) -> None:
    window = critical
    press(window, qtbot, Qt.Key.Key_F12)
    dialog_of(window, QDialog).accept()
    window.actions_by_name["addendum"].trigger()
    window.draft.edit.setFocus()
    qtbot.keyClicks(window.draft.edit, "Also a rib fracture.")
    press(window, qtbot, Qt.Key.Key_6, ALT)
    form = dialog_of(window, CriticalResult)
    qtbot.keyClicks(form.told, "Dr. Roe, ED")
    form.document.click()
    assert window.draft.edit.text.startswith("Also a rib fracture.\nCOMMUNICATION: tension pneumothorax")
    window.draft.edit.setFocus()
    qtbot.keyClicks(window.draft.edit, " ")
    assert window.desk.present.is_told("tension pneumothorax")


def test_a_wrong_communication_can_be_taken_back(critical, qtbot) -> None:
    window = critical
    press(window, qtbot, Qt.Key.Key_6, ALT)
    form = dialog_of(window, CriticalResult)
    qtbot.keyClicks(form.told, "Dr. Wrong")
    form.document.click()
    assert window.reader.untold() == []
    window.reader.panel.removed.emit("tension pneumothorax")
    assert window.reader.untold() == ["tension pneumothorax"]
    assert "Wrong" not in window.desk.present.full_impression


def test_flags_of_a_signed_report_stay_when_an_addendum_is_signed(open_window, qtbot) -> None:
    window = drafted(open_window, qtbot)
    press(window, qtbot, Qt.Key.Key_F12)
    dialog_of(window, QDialog).accept()
    window.actions_by_name["addendum"].trigger()
    window.draft.edit.replace_text("Heart size is normal.")
    assert not [card for card in window.reader.cards if card.lead.kind == "omitted_finding"]
    press(window, qtbot, Qt.Key.Key_F12)
    assert window.desk.present.is_signed
    window.reader.reviewing.now()
    assert window.reader.panel.messages == [SIDE]


def test_a_rule_that_fails_is_told_and_the_next_text_is_reviewed(open_window, qtbot, monkeypatch) -> None:
    window = drafted(open_window, qtbot)

    def fail(_: object) -> None:
        raise KeyError("the patient has cancer")

    with monkeypatch.context() as broken:
        broken.setattr("app.ui.reviewing.review_texts", fail)
        window.draft.edit.replace_text("Small left pleural effusion.")
        window.reader.reviewing.now()
        assert window.reader.criticals() == ["The rules could not read this text (KeyError). Nothing was checked."]
    window.draft.edit.replace_text(WRONG_SIDE)
    window.reader.reviewing.now()
    assert window.reader.criticals() == [SIDE]


def test_a_communication_of_what_the_impression_no_longer_holds_is_asked_about(critical, qtbot) -> None:
    window = critical
    press(window, qtbot, Qt.Key.Key_6, ALT)
    form = dialog_of(window, CriticalResult)
    qtbot.keyClicks(form.told, "Dr. Roe, ED")
    form.document.click()
    window.findings.edit.replace_text("No pneumothorax.")
    window.draft.edit.replace_text("No pneumothorax.")
    assert window.reader.told_of_nothing() == ["tension pneumothorax"]
    press(window, qtbot, Qt.Key.Key_F12)
    texts = [one.text() for one in dialog_of(window, QDialog).findChildren(QLabel)]
    assert any("who was told of tension pneumothorax" in text for text in texts)
    assert not window.desk.present.is_signed
