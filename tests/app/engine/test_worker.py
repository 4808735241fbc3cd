"""The child's loop: everything readable is answered, everything else ends it."""

from __future__ import annotations

import io
import threading

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import DraftingFailed, ModelMissing, NothingToSummarize
from app.engine.frames import frame, read_frame
from app.engine.protocol import (
    Answer,
    Cancel,
    Draft,
    Failed,
    Finished,
    Forget,
    Hello,
    Load,
    Prepare,
    Prepared,
    Ready,
    Request,
    Shutdown,
    Welcome,
)
from app.engine.worker import serve

ENCODE = msgspec.json.Encoder().encode
DRAFT = Draft(id=3, findings="The lungs are clear.")


class Reciter:
    """An engine that answers at once, or raises what it is given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.cancelled: list[bool] = []
        self.prepared: list[object] = []
        self.holds_up: threading.Event | None = None

    def welcome(self) -> None:
        pass

    def load(self, request: Load) -> Ready:
        raise ModelMissing(request.path)

    def draft(self, request: Draft, tell, cancelled: threading.Event) -> Finished:
        if self.holds_up:
            assert self.holds_up.wait(10)
        self.cancelled.append(cancelled.is_set())
        if self.error:
            raise self.error
        return Finished(
            id=request.id,
            text="Clear.",
            finish="stop",
            prompt_tokens=1,
            output_tokens=1,
            first_token_ms=1.0,
            tokens_per_second=1.0,
        )

    def draft_beside(self, first, following, tell) -> None:
        request = first
        together = []
        while request is not None:
            together.append(request.id)
            request = following()
        for one in reversed(together):
            tell(self.draft(Draft(id=one, findings=""), tell, threading.Event()))

    def prepare(self, request: Prepare, is_interrupted) -> Prepared:
        self.prepared.append((request.id, is_interrupted()))
        if self.error:
            raise self.error
        return Prepared(id=request.id, tokens=7)

    def forget(self) -> None:
        self.prepared.append("forgotten")


def answers(engine: Reciter, sent: bytes) -> list[Answer]:
    told = io.BytesIO()
    ended = threading.Event()
    serve(engine, io.BytesIO(sent), told, ended.set)
    assert ended.is_set() or ended.wait(10)
    told.seek(0)
    found = []
    while (body := read_frame(told)) is not None:
        found.append(msgspec.json.decode(body, type=Answer))
    return found


def sent(*requests: Request) -> bytes:
    return b"".join(frame(ENCODE(request)) for request in requests)


def test_each_request_is_answered_in_order_until_the_farewell():
    told = answers(Reciter(), sent(Hello(id=1), Load(id=2, path="x.gguf"), DRAFT, Shutdown(id=4), DRAFT))
    assert [type(answer) for answer in told] == [Welcome, Failed, Finished]
    assert [answer.id for answer in told] == [1, 2, 3]
    assert told[1].kind == "ModelMissing"


def test_an_error_nobody_expected_names_its_type_and_no_text():
    told = answers(Reciter(ValueError("the patient has cancer")), sent(DRAFT))
    assert told[0].kind == DraftingFailed.__name__
    assert "cancer" not in told[0].sentence + told[0].remedy
    assert "ValueError" in told[0].sentence


def test_a_draft_that_was_cancelled_before_its_turn_begins_cancelled():
    engine = Reciter()
    answers(engine, sent(DRAFT, Cancel(id=4, target=3), Cancel(id=5, target=99)))
    assert len(engine.cancelled) == 1


def test_of_several_requests_to_read_ahead_only_the_latest_is_followed() -> None:
    """All are read while the engine is held up by the draft before them."""
    engine = Reciter()
    everything_is_read = threading.Event()
    engine.holds_up = everything_is_read
    asked = [DRAFT, Prepare(id=4, findings="a"), Prepare(id=5, findings="b"), Forget(id=6), Prepare(id=7, findings="c")]
    told = io.BytesIO()
    serve(engine, io.BytesIO(sent(*asked, Shutdown(id=9))), told, everything_is_read.set)
    assert engine.prepared == ["forgotten", (7, True)]


def test_what_goes_wrong_while_reading_ahead_is_nobody_s_business() -> None:
    told = answers(Reciter(NothingToSummarize()), frame(ENCODE(Prepare(id=1, findings="x"))))
    assert told == [Prepared(id=1, tokens=0)]


@settings(max_examples=60)
@given(st.binary(max_size=60) | st.binary(max_size=60).map(frame))
def test_garbage_ends_the_loop_without_an_answer(garbage):
    assert answers(Reciter(), garbage) == []
