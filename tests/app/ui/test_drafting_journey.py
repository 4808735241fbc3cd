"""From findings to a draft in the window, across a real pipe."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.engine.scripted import Life, Reply, Script, ScriptedFailure
from app.ui.drafting import UNCHANGED

FINDINGS = "Small right pleural effusion. Heart size is normal."
SLOW = Reply(words=("Small ", "effusion. ", "Normal ", "heart. ", "No ", "more."), delay_ms=150)


def type_findings(window, qtbot, text: str = FINDINGS) -> None:
    window.findings.edit.setFocus()
    qtbot.keyClicks(window.findings.edit, text)


def press(window, qtbot, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def draft(window, qtbot, key=Qt.Key.Key_Return) -> None:
    with qtbot.waitSignal(window.drafting.ended):
        press(window, qtbot, key, Qt.KeyboardModifier.ControlModifier)


def test_one_key_drafts_and_the_draft_says_what_it_is(open_window, qtbot) -> None:
    window = open_window(Reply(words=("Small ", "right ", "effusion.")))
    type_findings(window, qtbot)
    draft(window, qtbot)
    assert window.draft.edit.text == "Small right effusion."
    assert window.draft._title.text() == "DRAFT – requires radiologist review"
    assert window.draft._version.text() == "1 of 1 · standard"
    assert QApplication.focusWidget() is window.findings.edit


def test_without_findings_the_banner_says_what_to_do(open_window, qtbot) -> None:
    window = open_window()
    press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.banner.isVisible()
    assert window.banner.notice.sentence == "There are no findings."


def test_findings_that_name_no_organ_are_not_turned_into_a_report(open_window, qtbot) -> None:
    window = open_window()
    type_findings(window, qtbot, "normal")
    press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.banner.notice.sentence == "Nothing to summarize: the findings name no organ."
    assert window.desk.present.version is None


def test_nothing_changed_is_said_once_and_then_an_alternative_comes(open_window, qtbot) -> None:
    window = open_window(Reply(words=("First.",)), Reply(words=("Second.",)))
    type_findings(window, qtbot)
    draft(window, qtbot)
    press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.draft._remark.text() == UNCHANGED
    draft(window, qtbot)
    assert window.draft.edit.text == "Second."
    assert window.draft._version.text() == "2 of 2 · standard · alternative"
    press(window, qtbot, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert window.draft.edit.text == "First."
    press(window, qtbot, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert window.draft.edit.text == "Second."


def test_lengths_have_keys_and_versions_of_their_own(open_window, qtbot) -> None:
    window = open_window(Reply(words=("One. ", "Two.")))
    type_findings(window, qtbot)
    draft(window, qtbot, Qt.Key.Key_1)
    assert window.draft._version.text() == "1 of 1 · concise"
    draft(window, qtbot, Qt.Key.Key_3)
    assert window.draft.edit.text == "1. One.\n2. Two."
    assert window.draft._version.text() == "2 of 2 · numbered"


def test_an_edited_version_stays_and_can_go_back_in_one_step(open_window, qtbot) -> None:
    window = open_window(Reply(words=("First.",)), Reply(words=("Second.",)))
    type_findings(window, qtbot)
    draft(window, qtbot)
    qtbot.keyClicks(window.draft.edit, "By hand: ")
    window.desk.tell_changed()
    assert window.draft._version.text() == "1 of 1 · standard · edited"
    window.actions_by_name["model_text"].trigger()
    assert window.draft.edit.text == "First."
    window.draft.edit.undo()
    assert window.draft.edit.text == "By hand: First."
    type_findings(window, qtbot, " New.")
    draft(window, qtbot)
    assert [version.draft.text for version in window.desk.present.versions] == ["By hand: First.", "Second."]


def test_changed_findings_make_the_draft_stale_until_it_is_kept(open_window, qtbot) -> None:
    window = open_window()
    type_findings(window, qtbot)
    draft(window, qtbot)
    type_findings(window, qtbot, " New nodule.")
    qtbot.waitUntil(lambda: window.draft.notes._stale.isVisible())
    assert window.findings._changes.text() == "▲ 1 changed sentence"
    assert next(one.cursor.selectedText() for one in window.findings.edit.extraSelections()) == "New nodule."
    press(window, qtbot, Qt.Key.Key_F9)
    assert not window.draft.notes._stale.isVisible()
    assert "New nodule." not in [one.cursor.selectedText() for one in window.findings.edit.extraSelections()]


def test_while_words_stream_the_draft_is_read_only_and_typing_goes_where_the_caret_is(open_window, qtbot) -> None:
    window = open_window(SLOW)
    type_findings(window, qtbot)
    with qtbot.waitSignal(window.drafting.streamed, check_params_cb=lambda text, _: bool(text)):
        press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.draft.edit.isReadOnly()
    qtbot.keyClicks(window.findings.edit, " More.")
    assert window.desk.present.report.findings == f"{FINDINGS} More."
    with qtbot.waitSignal(window.drafting.ended):
        press(window, qtbot, Qt.Key.Key_Escape)
    assert window.draft._version.text() == "1 of 1 · standard · ■ incomplete"
    assert window.desk.present.impression_text.startswith("Small effusion.")
    assert not window.draft.edit.isReadOnly()


def test_no_word_appears_or_stays_that_came_after_escape(open_window, qtbot) -> None:
    window = open_window(msgspec.structs.replace(SLOW, late="Late words. "))
    type_findings(window, qtbot)
    with qtbot.waitSignal(window.drafting.streamed, check_params_cb=lambda text, _: bool(text)):
        press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shown = []
    window.drafting.streamed.connect(lambda text, _: shown.append(text))
    with qtbot.waitSignals([window.drafting._drafter.words, window.drafting.ended]):
        press(window, qtbot, Qt.Key.Key_Escape)
    assert not any("Late" in text for text in shown)
    assert window.desk.present.impression_text.startswith("Small effusion.")
    assert "Late" not in window.desk.present.impression_text
    assert window.draft._version.text() == "1 of 1 · standard · ■ incomplete"


def test_escape_without_a_stream_deletes_nothing(open_window, qtbot) -> None:
    window = open_window()
    type_findings(window, qtbot)
    press(window, qtbot, Qt.Key.Key_Escape)
    assert window.findings.edit.text == FINDINGS
    assert window.isVisible()


def test_a_draft_belongs_to_the_study_it_was_asked_for(open_window, qtbot) -> None:
    window = open_window(SLOW)
    type_findings(window, qtbot)
    asked = window.desk.present
    with qtbot.waitSignal(window.drafting.ended):
        press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        press(window, qtbot, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        assert window.desk.present is not asked
    assert window.desk.present.version is None
    assert window.draft.edit.text == ""
    assert asked.impression_text.startswith("Small effusion.")


def test_a_draft_that_reaches_the_limit_is_incomplete_and_not_signable(open_window, qtbot) -> None:
    window = open_window(Reply(words=("Cut ", "off"), finish="length"))
    type_findings(window, qtbot)
    draft(window, qtbot)
    assert "Cut off after" in window.draft._remark.text()
    press(window, qtbot, Qt.Key.Key_F12)
    assert window.draft._remark.text() == "Not signed: ■ Draft incomplete"


@pytest.mark.parametrize("mishap", ["crash", "garbage"])
def test_a_lost_engine_keeps_all_text_and_the_next_draft_succeeds(open_window, qtbot, mishap) -> None:
    first = Life(replies=(Reply(words=("Small ", "effusion."), mishap=mishap, mishap_after=1),))
    window = open_window(script=Script(lives=(first, Life(replies=(Reply(words=("Effusion.",)),)))))
    type_findings(window, qtbot)
    with qtbot.waitSignals([window.drafter.lost, window.drafter.ready], timeout=20_000):
        press(window, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.findings.edit.text == FINDINGS
    assert window.banner.isVisible()
    assert "Your text is kept" in window.banner.notice.sentence
    with qtbot.waitSignal(window.drafting.ended):
        window.banner._action.click()
    assert window.draft.edit.text == "Effusion."


def test_a_refusal_of_the_engine_reaches_the_banner_with_its_remedy(open_window, qtbot) -> None:
    failure = ScriptedFailure(
        "FindingsTooLong", "The findings are too long: 2,310 tokens, limit 1,920.", "Shorten them."
    )
    window = open_window(Reply(failure=failure))
    type_findings(window, qtbot)
    draft(window, qtbot)
    assert window.banner._text.text() == "The findings are too long: 2,310 tokens, limit 1,920. Shorten them."
    assert window.desk.present.version is None


def test_a_model_that_cannot_be_loaded_is_told(open_window, qtbot) -> None:
    failure = ScriptedFailure("ModelMissing", "There is no model file.", "Choose an installed model.")
    script = Script(lives=(Life(load_failure=failure),))
    window = open_window(script=script, wait_for="model_failed")
    assert window.banner._text.text() == "There is no model file. Choose an installed model."
    assert window.banner.accessibleDescription() == window.banner._text.text()


def test_an_exam_outside_the_models_scope_is_said_on_the_draft(open_window, qtbot) -> None:
    card = '{"name": "m", "modalities": ["XR"], "body_parts": ["chest"], "scope": "chest radiographs"}'
    window = open_window(script=Script(lives=(Life(card=card),)))
    qtbot.keyClicks(window.fields.first, "MR knee")
    qtbot.waitUntil(lambda: window.draft.notes._scope.isVisible())
    assert window.draft.notes._scope.text() == (
        "▲ This model learned from chest radiographs. Exam: MR knee – expect errors."
    )


def test_the_demonstration_model_is_called_so_beside_its_name(open_window, qtbot) -> None:
    window = open_window(script=Script(lives=(Life(card='{"name": "m", "demonstration": true}'),)))
    assert window.status._demonstration.text() == "Demonstration model – not for clinical use"
    assert window.status._demonstration.isVisible()
