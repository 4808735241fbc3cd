"""Many drafts asked of one engine: every line answered once, in order, whatever happens to the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.errors import (
    EngineDied,
    EngineNotStarted,
    FindingsEmpty,
    FindingsTooLarge,
    LineInvalid,
    NothingToSummarize,
)
from app.domain.report import Findings
from app.engine.many import _OUTSTANDING
from app.engine.order import MAX_CHARACTERS, Order
from app.engine.protocol import Finished
from app.engine.scripted import Life, Reply, Script, ScriptedFailure
from app.engine.session import EngineSession
from app.paths import engine_command
from tests.app.engine.conftest import PATIENCE, scripted_command

CLEAR = Order(Findings("The lungs are clear."))
CRASH = Reply(mishap="crash")


def said(number: int) -> Reply:
    return Reply(words=(f"Reply {number}.",))


@pytest.fixture
def recite(tmp_path: Path) -> Iterator[Callable[..., EngineSession]]:
    """A session whose engine lives the given lives, with a model loaded."""
    sessions: list[EngineSession] = []

    def start(*lives: Life) -> EngineSession:
        script = Script(lives).save(tmp_path / "script.json")
        sessions.append(EngineSession(scripted_command(script)))
        sessions[-1].__enter__()
        sessions[-1].load("scripted")
        return sessions[-1]

    yield start
    for session in sessions:
        session.__exit__(None, None, None)


def texts(answers) -> list[str]:
    return [answer.text if isinstance(answer, Finished) else type(answer).__name__ for answer in answers]


def test_more_orders_than_may_be_outstanding_are_answered_in_order(recite):
    count = 3 * _OUTSTANDING
    session = recite(Life(replies=tuple(said(number) for number in range(count))))
    assert texts(session.draft_many([CLEAR] * count)) == [f"Reply {number}." for number in range(count)]


def test_errors_stand_in_their_place(recite):
    failure = ScriptedFailure(kind="NothingToSummarize", sentence="Nothing.", remedy="Say more.")
    session = recite(Life(replies=(said(0), Reply(failure=failure), said(2))))
    too_large = Order(Findings("x" * (MAX_CHARACTERS + 1)))
    answers = list(session.draft_many([LineInvalid("no JSON"), CLEAR, too_large, CLEAR, FindingsEmpty(), CLEAR]))
    assert texts(answers) == [
        LineInvalid.__name__,
        "Reply 0.",
        FindingsTooLarge.__name__,
        NothingToSummarize.__name__,
        FindingsEmpty.__name__,
        "Reply 2.",
    ]
    assert (answers[3].sentence, answers[3].remedy) == ("Nothing.", "Say more.")


def test_nothing_is_answered_where_nothing_is_asked(recite):
    assert list(recite(Life()).draft_many([])) == []


def test_whoever_waits_for_an_answer_before_the_next_order_gets_it(recite):
    session = recite(Life(replies=(said(0), said(1), said(2))))
    answered = [threading.Event() for _ in range(3)]

    def orders() -> Iterator[Order | LineInvalid]:
        for place in range(3):
            yield CLEAR if place != 1 else LineInvalid("no JSON")
            assert answered[place].wait(PATIENCE)

    told = []
    for place, answer in enumerate(session.draft_many(orders())):
        told.append(answer)
        answered[place].set()
    assert texts(told) == ["Reply 0.", LineInvalid.__name__, "Reply 1."]


def test_orders_are_not_taken_far_ahead_of_the_answers(recite):
    session = recite(Life())
    taken = []

    def orders() -> Iterator[Order]:
        for number in range(4 * _OUTSTANDING):
            taken.append(number)
            yield CLEAR

    for number, _ in enumerate(session.draft_many(orders())):
        assert len(taken) <= number + _OUTSTANDING + 2
    assert len(taken) == 4 * _OUTSTANDING


def test_what_stops_the_orders_is_raised_after_the_answers(recite):
    session = recite(Life(replies=(said(0),)))

    def orders() -> Iterator[Order]:
        yield CLEAR
        raise OSError("the disk is gone")

    told = session.draft_many(orders())
    assert next(told).text == "Reply 0."
    with pytest.raises(OSError, match="the disk"):
        next(told)


def test_the_order_that_ends_the_engine_alone_stays_without_a_draft(recite):
    """The first life dies with all on the second order; alone, that one ends the next too."""
    session = recite(
        Life(replies=(said(0), CRASH)),
        Life(replies=(CRASH,)),
        Life(replies=(said(2), said(3), said(4))),
    )
    assert texts(session.draft_many([CLEAR] * 5)) == [
        "Reply 0.",
        EngineDied.__name__,
        "Reply 2.",
        "Reply 3.",
        "Reply 4.",
    ]


def test_an_engine_that_always_dies_answers_each_order_with_its_loss(recite):
    session = recite(Life(replies=(CRASH,)))
    assert texts(session.draft_many([CLEAR] * 3)) == [EngineDied.__name__] * 3


def test_an_engine_that_cannot_start_again_is_told_for_all_that_was_asked(recite):
    session = recite(Life(replies=(CRASH,)), Life(at_hello="crash"))
    assert set(texts(session.draft_many([CLEAR] * 2))) <= {EngineDied.__name__, EngineNotStarted.__name__}


def test_a_line_that_is_left_leaves_the_session_usable(recite):
    session = recite(Life(replies=(said(0),)))
    told = session.draft_many([CLEAR] * 20)
    next(told)
    told.close()
    assert session.draft(CLEAR.findings).text == "Reply 0."
    assert texts(session.draft_many([CLEAR] * 3)) == ["Reply 0."] * 3


@pytest.fixture(scope="module")
def loaded(tiny_model):
    with EngineSession() as session:
        session.load(str(tiny_model), threads=1)
        yield session


def test_the_real_engine_gives_each_the_draft_that_it_gives_alone(loaded):
    orders = [
        Order(Findings(text), length, max_tokens=12)
        for text in ("The lungs are clear.", "Small left effusion.", "Cyst of the liver.")
        for length in ("standard", "concise")
    ]
    bad = [Order(Findings("The liver is normal. " * 60), max_tokens=64), Order(Findings("12"))]
    answers = list(loaded.draft_many([*orders[:3], *bad, *orders[3:]]))
    assert [type(answer).__name__ for answer in answers[3:5]] == ["FindingsTooLong", "NothingToSummarize"]
    for order, answer in zip(orders, [*answers[:3], *answers[5:]], strict=True):
        alone = loaded.draft(order.findings, length=order.length, max_tokens=12)
        assert (answer.text, answer.finish, answer.prompt_tokens, answer.output_tokens) == (
            alone.text,
            alone.finish,
            alone.prompt_tokens,
            alone.output_tokens,
        )


def test_nothing_can_be_drafted_before_a_model_is_loaded():
    with EngineSession(engine_command()) as session:
        assert texts(session.draft_many([CLEAR] * 2)) == ["ModelNotLoaded"] * 2
