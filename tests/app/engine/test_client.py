"""The client against a child across a real pipe: whatever the child does, each draft ends in exactly one way."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from app.domain.errors import (
    EngineBusy,
    EngineDied,
    EngineGarbled,
    EngineHung,
    EngineNotStarted,
    FindingsTooLarge,
    ModelMissing,
)
from app.domain.report import Findings
from app.engine.client import EngineClient
from app.engine.order import Order
from app.engine.protocol import Failed, Finished, Load, Reading, Ready, Welcome, Words
from app.engine.scripted import Life, Reply, ScriptedFailure
from app.engine.watchdog import Deadlines

FINDINGS = Findings("The lungs are clear.")
MODEL = Load(id=0, path="model.gguf")
SHORT = Deadlines(hello=20, load=0.2, first_word=0.2, between_words=0.2, farewell=0.5)


def test_words_stream_in_order_and_the_finish_holds_the_whole_text(listen):
    listener = listen(Life(replies=(Reply(words=("No acute ", "disease."), reading=(0.5, 1.0)),)))
    load = listener.client.load(MODEL)
    draft = listener.client.draft(Order(FINDINGS))
    told = listener.until(Finished)
    assert [type(answer) for answer in told] == [
        Welcome,
        Ready,
        Reading,
        Reading,
        Words,
        Words,
        Finished,
    ]
    assert told[1].id == load
    assert {answer.id for answer in told[2:]} == {draft}
    assert told[-1].text == "No acute disease."


def test_numbered_length_puts_each_sentence_on_its_own_line(listen):
    listener = listen(Life(replies=(Reply(words=("No pneumonia. ", "Small left effusion.")),)))
    listener.client.draft(Order(FINDINGS, length="numbered"))
    assert listener.until(Finished)[-1].text == "1. No pneumonia.\n2. Small left effusion."


def test_a_cancelled_draft_finishes_as_cancelled_before_its_next_word(listen):
    an_hour = 3_600_000
    listener = listen(
        Life(
            replies=(
                Reply(words=("slow ",) * 3, delay_ms=an_hour),
                Reply(words=("Two",)),
            )
        )
    )
    draft = listener.client.draft(Order(FINDINGS))
    listener.until(Welcome)
    listener.client.cancel(draft)
    finished = listener.next()
    assert isinstance(finished, Finished)
    assert (finished.finish, finished.text) == ("cancelled", "")


def test_a_cancel_of_something_unknown_is_ignored(listen):
    listener = listen()
    listener.client.cancel(12345)
    listener.client.draft(Order(FINDINGS))
    assert listener.until(Finished)[-1].finish == "stop"


def test_after_a_cancel_the_next_draft_may_be_asked_at_once(listen):
    listener = listen(
        Life(
            replies=(
                Reply(words=("a ", "b"), delay_ms=3_600_000),
                Reply(words=("Clear.",)),
            )
        )
    )
    first = listener.client.draft(Order(FINDINGS))
    with pytest.raises(EngineBusy):
        listener.client.draft(Order(FINDINGS))
    listener.client.cancel(first)
    second = listener.client.draft(Order(FINDINGS))
    told = listener.until(Finished, request_id=second)
    assert [answer.finish for answer in told if isinstance(answer, Finished)] == [
        "cancelled",
        "stop",
    ]


@pytest.mark.parametrize(
    ("mishap", "error"),
    [
        ("crash", EngineDied),
        ("hang", EngineHung),
        ("garbage", EngineGarbled),
        ("oversize", EngineGarbled),
    ],
)
@pytest.mark.parametrize("after", [0, 1])
def test_a_mishap_while_drafting_is_told_once_and_the_child_and_model_come_back(listen, mishap, error, after):
    listener = listen(
        Life(replies=(Reply(words=("One ", "two"), mishap=mishap, mishap_after=after),)),
        Life(replies=(Reply(words=("Clear.",)),)),
        deadlines=SHORT,
    )
    load = listener.client.load(MODEL)
    listener.client.draft(Order(FINDINGS))
    assert isinstance(listener.until(error)[-1], error)
    told = listener.until(Ready)
    assert [type(answer) for answer in told] == [Welcome, Ready]
    assert told[-1].id == load
    listener.client.draft(Order(FINDINGS))
    assert listener.until(Finished)[-1].text == "Clear."


@pytest.mark.parametrize(("mishap", "error"), [("crash", EngineDied), ("hang", EngineHung)])
def test_a_model_that_always_kills_the_child_is_tried_twice_and_then_only_when_asked(listen, mishap, error):
    listener = listen(Life(at_load=mishap), deadlines=SHORT)
    listener.client.load(MODEL)
    assert [type(answer) for answer in listener.until(error)] == [Welcome, error]
    assert [type(answer) for answer in listener.until(error)] == [Welcome, error]
    assert listener.told.empty()
    listener.client.load(MODEL)
    assert [type(answer) for answer in listener.until(error)] == [Welcome, error]


def test_a_draft_asked_while_the_child_is_gone_starts_it_and_loads_the_model_first(
    listen,
):
    failing = Life(replies=(Reply(mishap="crash"),))
    listener = listen(failing, failing, Life(replies=(Reply(words=("Clear.",)),)))
    listener.client.load(MODEL)
    for _ in range(2):
        listener.client.draft(Order(FINDINGS))
        listener.until(EngineDied)
    draft = listener.client.draft(Order(FINDINGS))
    told = listener.until(Finished, request_id=draft)
    assert [type(answer) for answer in told] == [Welcome, Ready, Words, Finished]


def test_a_failed_answer_leaves_the_child_alive(listen):
    failure = ScriptedFailure("ModelMissing", "There is no model file at x.", "Choose an installed model.")
    listener = listen(
        Life(
            load_failure=failure,
            replies=(Reply(failure=failure), Reply(words=("Clear.",))),
        )
    )
    load = listener.client.load(MODEL)
    failed = listener.until(Failed)[-1]
    assert (failed.id, failed.kind) == (load, ModelMissing.__name__)
    # The refused model is asked for again first, and refused again.
    refused = listener.client.draft(Order(FINDINGS))
    assert isinstance(listener.until(Failed, request_id=refused)[-1], Failed)
    listener.client.draft(Order(FINDINGS))
    assert listener.until(Finished)[-1].text == "Clear."


def test_progress_in_reading_keeps_the_first_words_deadline_away(listen):
    reply = Reply(words=("Clear.",), reading=(0.25, 0.5, 0.75, 1.0), delay_ms=400)
    listener = listen(Life(replies=(reply,)), deadlines=Deadlines(first_word=1.0))
    listener.client.draft(Order(FINDINGS))
    assert listener.until(Finished)[-1].text == "Clear."


@pytest.mark.parametrize("mishap", ["crash", "hang", "garbage"])
def test_a_child_that_never_welcomes_is_told_as_not_started(listen, mishap):
    deadlines = Deadlines(hello=2.0, farewell=0.5)
    listener = listen(Life(at_hello=mishap), Life(at_hello=mishap), Life(), deadlines=deadlines)
    kind = EngineGarbled if mishap == "garbage" else EngineNotStarted
    assert isinstance(listener.next(), kind)
    assert isinstance(listener.next(), kind)
    listener.client.load(MODEL)
    assert isinstance(listener.until(Ready)[-1], Ready)


def test_a_command_that_does_not_exist_is_an_error_of_the_start(tmp_path: Path):
    client = EngineClient([str(tmp_path / "missing")], lambda answer: None, lambda error: None)
    with pytest.raises(EngineNotStarted):
        client.start()
    client.close()


def test_findings_beyond_all_measure_are_refused_before_they_are_sent(listen):
    listener = listen()
    with pytest.raises(FindingsTooLarge):
        listener.client.draft(Order(Findings("a" * 1_000_001)))
    listener.client.draft(Order(Findings("\x00" * 1_000_000)))
    assert listener.until(Finished)[-1].finish == "stop"


def test_a_cancel_starts_no_child_but_a_draft_does(listen):
    failing = Life(at_hello="crash")
    listener = listen(failing, failing, Life())
    listener.until(EngineNotStarted)
    listener.until(EngineNotStarted)
    listener.client.cancel(1)
    draft = listener.client.draft(Order(FINDINGS))
    told = listener.until(Finished, request_id=draft)
    assert [type(answer) for answer in told].count(Welcome) == 1


def test_any_unicode_can_be_sent(listen):
    listener = listen()
    listener.client.draft(Order(Findings("lone \ud800 surrogate, pair \ud83e\ude7b, \x00 and \u202e")))
    assert listener.until(Finished)[-1].finish == "stop"


def test_nothing_of_the_client_is_left_after_close(listen):
    listener = listen(Life(replies=(Reply(mishap="hang"),)))
    listener.client.draft(Order(FINDINGS))
    pid = listener.until(Welcome)[-1].pid
    listener.client.close()
    listener.client.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("engine")]
    assert listener.told.empty()


def test_what_the_child_prints_is_kept_and_does_not_disturb_the_answers(listen):
    noisy = "import sys; sys.stderr.write('first line\\nlast line\\n'); sys.exit(3)"
    listener = listen(command=[sys.executable, "-I", "-c", noisy])
    listener.until(EngineNotStarted)
    listener.until(EngineNotStarted)
    assert listener.client.stderr_tail() == "first line\nlast line"


def test_the_child_s_process_is_told_while_it_lives(listen):
    told = listen()
    welcome = told.until(Welcome)[-1]
    assert told.client.process_id == welcome.pid
    told.client.close()
    assert told.client.process_id is None
