"""Dictating to an engine as the window does it, and the wait for the first word."""

from __future__ import annotations

import pytest

from app.domain.report import Findings
from app.engine.order import Order
from app.engine.protocol import Finished, Prepared
from app.measuring import first_word
from app.measuring.first_word import dictate, first_word_ms, read_instruction_alone

WORDS = [f"word{number}" for number in range(30)]
ORDER = Order(Findings(" ".join(WORDS), comparison="Of May."), exam="XR chest")


class Recorded:
    """A session and a clock that note what was asked, and when."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds

    def perf_counter(self) -> float:
        return self.now

    def forget(self) -> None:
        self.asked.append(("forget", ""))

    def prepare(self, order: Order, *, is_open: bool) -> Prepared:
        assert is_open
        self.asked.append(("open", order.findings.text))
        assert order.findings.comparison == ("Of May." if order.findings.text else "")
        return Prepared(id=1, tokens=17)

    def begin(self, order: Order) -> None:
        self.asked.append((f"whole at {self.now:.2f}", order.findings.text))

    def draft(self, findings, *, on_words, **_) -> Finished:
        self.now += 0.25
        for word in ("No ", "change."):
            on_words(word)
            self.now += 1.0
        return Finished(
            id=1,
            text="No change.",
            finish="stop",
            prompt_tokens=1,
            output_tokens=2,
            first_token_ms=1,
            tokens_per_second=1,
        )


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    recorded = Recorded()
    monkeypatch.setattr(first_word, "time", recorded)
    return recorded


def test_the_last_words_come_one_by_one_and_the_whole_text_after_the_pause(session):
    dictate(session, ORDER, pause=0.5, seconds_a_word=0.0)
    forgotten, empty, *spoken, whole = session.asked
    assert (forgotten, empty) == (("forget", ""), ("open", ""))
    assert [len(text.split()) for _, text in spoken] == list(range(22, 31))
    assert all(ORDER.findings.text.startswith(text) for _, text in spoken)
    assert whole == ("whole at 0.08", ORDER.findings.text)
    assert session.now == pytest.approx(0.5)


def test_where_a_sentence_ends_the_text_is_told_whole_at_once(session):
    dictate(session, Order(Findings("Clear lungs.", comparison="Of May.")), pause=0.5, seconds_a_word=0.0)
    assert session.asked[-1] == ("whole at 0.00", "Clear lungs.")
    dictate(session, Order(Findings("Clear lungs.", comparison="Of May.")), pause=0.0, seconds_a_word=0.0)
    assert session.asked[-1][0] == "open"


def test_without_a_long_enough_pause_the_engine_is_not_told_that_the_text_is_whole(session):
    dictate(session, ORDER, pause=0.05, seconds_a_word=1.0)
    assert {kind for kind, _ in session.asked} == {"forget", "open"}
    assert session.now == pytest.approx(9.05)


def test_the_wait_ends_with_the_first_word_not_with_the_draft(session):
    milliseconds, finished = first_word_ms(session, ORDER)
    assert milliseconds == pytest.approx(250)
    assert finished.text == "No change."


def test_the_instruction_alone_stays_when_a_study_is_forgotten(session):
    assert read_instruction_alone(session) == 17
    assert session.asked == [("forget", ""), ("open", "")]
