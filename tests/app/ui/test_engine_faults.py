"""The window over an engine that is killed, hangs or is stopped again and again: text stays, the next draft comes."""

from __future__ import annotations

import os
import signal

from app.engine.scripted import Life, Reply, Script, ScriptedFailure
from app.engine.watchdog import Deadlines
from tests.processes import children, engine_threads

FINDINGS = "Small right pleural effusion. Heart size is normal."
AN_HOUR = 3_600_000
WHOLE = Reply(words=("Small ", "effusion."))
TWO_WORDS = Reply(words=("Small ", "effusion."), mishap="hang", mishap_after=2)
UNENDING = Reply(words=("Small ", *["more "] * 10_000), delay_ms=5)


def begin_draft(window, qtbot) -> None:
    """Ask for a draft and wait for its first words."""
    with qtbot.waitSignal(window.drafter.words, timeout=20_000):
        window.actions_by_name["draft"].trigger()


def draft(window, qtbot) -> None:
    with qtbot.waitSignal(window.drafting.ended, timeout=20_000):
        window.actions_by_name["draft"].trigger()


def kill(window, qtbot, *, comes_back: bool = True) -> None:
    """Kill the engine and wait until the window knows; `comes_back`: and has a new one."""
    signals = [window.drafter.lost, window.drafter.ready] if comes_back else [window.drafter.lost]
    with qtbot.waitSignals(signals, timeout=20_000):
        os.kill(window.drafter.process_id, signal.SIGKILL)


def test_a_draft_that_is_killed_leaves_its_words_the_findings_and_a_way_on(open_window, qtbot) -> None:
    window = open_window(script=Script((Life(replies=(TWO_WORDS,)), Life(replies=(WHOLE,)))))
    window.findings.edit.replace_text(FINDINGS)
    begin_draft(window, qtbot)
    qtbot.waitUntil(lambda: window.drafting._asked.stream.words == "Small effusion.")
    kill(window, qtbot)
    assert window.findings.edit.text == FINDINGS
    assert window.draft.edit.text == "Small effusion."
    assert window.draft._version.text() == "1 of 1 · standard · ■ incomplete"
    assert not window.draft.edit.isReadOnly()
    assert window.banner.notice.sentence == f"The drafting engine ended with code {-signal.SIGKILL}. Your text is kept."
    assert "scripted" in window.status._model.text()
    with qtbot.waitSignal(window.drafting.ended):
        window.banner._action.click()
    assert window.draft._version.text() == "2 of 2 · standard"


def test_an_engine_that_hangs_is_told_and_replaced(open_window, qtbot) -> None:
    lives = Life(replies=(TWO_WORDS,)), Life(replies=(WHOLE,))
    window = open_window(script=Script(lives), deadlines=Deadlines(first_word=1.0, between_words=1.0))
    window.findings.edit.replace_text(FINDINGS)
    with qtbot.waitSignals([window.drafter.lost, window.drafter.ready], timeout=20_000):
        window.actions_by_name["draft"].trigger()
    assert "did not answer within 1 s (drafting). Your text is kept." in window.banner.notice.sentence
    assert (window.findings.edit.text, window.draft.edit.text) == (FINDINGS, "Small effusion.")
    draft(window, qtbot)
    assert window.desk.present.version.draft.is_complete


def test_an_engine_that_is_killed_again_and_again_is_started_when_a_draft_is_asked_for(open_window, qtbot) -> None:
    others = children()
    window = open_window(WHOLE)
    window.findings.edit.replace_text(FINDINGS)
    kill(window, qtbot)
    kill(window, qtbot, comes_back=False)
    assert window.status._model.text() == "The engine has stopped · offline"
    qtbot.keyClicks(window.findings.edit, " ")
    assert children() == others
    draft(window, qtbot)
    assert window.draft.edit.text == "Small effusion."
    assert len(children() - others) == 1


def test_why_there_is_no_model_any_more_is_said_at_every_draft(open_window, qtbot) -> None:
    damaged = ScriptedFailure("ModelTruncated", "The model file x is damaged: too short.", "Copy it again.")
    refused = Reply(failure=ScriptedFailure("ModelNotLoaded", "No model is loaded.", "Choose an installed model."))
    lives = Life(replies=(Reply(mishap="crash"),)), Life(load_failure=damaged, replies=(refused,))
    window = open_window(script=Script(lives))
    window.findings.edit.replace_text(FINDINGS)
    with qtbot.waitSignals([window.drafter.lost, window.drafter.model_failed], timeout=20_000):
        window.actions_by_name["draft"].trigger()
    assert window.banner._text.text() == "The model file x is damaged: too short. Copy it again."
    window.banner.forget()
    draft(window, qtbot)
    assert window.banner._text.text() == "The model file x is damaged: too short. Copy it again."
    assert window.findings.edit.text == FINDINGS


def test_a_draft_lost_for_a_parked_study_is_kept_there(open_window, qtbot) -> None:
    window = open_window(TWO_WORDS)
    window.findings.edit.replace_text(FINDINGS)
    begin_draft(window, qtbot)
    asked = window.desk.present
    window.actions_by_name["new"].trigger()
    window.findings.edit.replace_text("Liver is normal.")
    kill(window, qtbot)
    assert asked.impression_text.startswith("Small")
    assert not asked.is_streaming
    assert window.findings.edit.text == "Liver is normal."
    assert window.desk.present.version is None


def test_a_draft_that_is_being_stopped_is_not_given_up_for_another_study(open_window, qtbot) -> None:
    window = open_window(UNENDING, WHOLE)
    window.findings.edit.replace_text(FINDINGS)
    begin_draft(window, qtbot)
    asked = window.desk.present
    with qtbot.waitSignal(window.drafting.ended, timeout=20_000):
        window.actions_by_name["stop"].trigger()
        window.actions_by_name["new"].trigger()
        window.findings.edit.replace_text("Liver is normal.")
        window.actions_by_name["draft"].trigger()
        assert window.banner.notice.sentence == "The engine is still drafting."
    assert asked.impression_text.startswith("Small")
    assert not asked.is_streaming
    draft(window, qtbot)
    assert window.draft.edit.text == "Small effusion."


def test_a_loss_told_late_does_not_end_the_draft_that_the_next_engine_is_asked_for(open_window, qtbot) -> None:
    window = open_window(WHOLE)
    window.findings.edit.replace_text(FINDINGS)
    client, killed = window.drafter._client, window.drafter.process_id
    os.kill(killed, signal.SIGKILL)
    # The window does not hear of it meanwhile: it is busy waiting here.
    with client._changed:
        assert client._changed.wait_for(lambda: client._life and client._life.process.pid != killed, timeout=20)
    with qtbot.waitSignals([window.drafter.lost, window.drafting.ended], order="strict", timeout=20_000):
        window.actions_by_name["draft"].trigger()
    assert window.draft.edit.text == "Small effusion."
    assert window.desk.present.version.draft.is_complete


def test_drafts_asked_for_and_stopped_in_quick_succession_leave_the_window_as_it_was(open_window, qtbot) -> None:
    others = children()
    window = open_window(UNENDING)
    for number in range(40):
        window.findings.edit.replace_text(f"{FINDINGS} Finding {number}.")
        window.actions_by_name["draft"].trigger()
        assert window.drafting.is_running
        with qtbot.waitSignal(window.drafting.ended, timeout=20_000):
            window.actions_by_name["stop"].trigger()
    assert window.findings.edit.text == f"{FINDINGS} Finding 39."
    assert not window.desk.present.is_streaming
    assert len(children() - others) == 1
    assert len(engine_threads()) == len(set(engine_threads()))
