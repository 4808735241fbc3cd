"""The child's loop: requests in, answers out, one at a time, in order; a cancel is heard while a draft is written.

It does not know what answers the requests: a model, or a script that recites.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import IO, Protocol

import msgspec

from app.domain.errors import DraftingFailed, WorkstationError
from app.engine.frames import frame, read_frame
from app.engine.protocol import (
    PROTOCOL_VERSION,
    Answer,
    Cancel,
    Draft,
    DraftBeside,
    Failed,
    Finished,
    Forget,
    Hello,
    Learn,
    Load,
    Prepare,
    Prepared,
    Ready,
    Request,
    Shutdown,
    Welcome,
)

_ANSWER_ENCODER = msgspec.json.Encoder()
_REQUEST_DECODER: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)

Tell = Callable[[Answer], None]
_Work = Hello | Load | Draft | DraftBeside | Prepare | Forget | Learn


class Engine(Protocol):
    """What can be loaded and asked for drafts; errors are WorkstationErrors."""

    def welcome(self) -> None: ...

    def load(self, request: Load) -> Ready: ...

    def draft(self, request: Draft, tell: Tell, cancelled: threading.Event) -> Finished: ...

    def draft_beside(self, first: DraftBeside, following: Callable[[], DraftBeside | None], tell: Tell) -> None:
        """Answer the first request, and with it all that `following` gives."""

    def prepare(self, request: Prepare, is_interrupted: Callable[[], bool]) -> Prepared: ...

    def forget(self) -> None: ...

    def learn(self, request: Learn) -> None: ...


def serve(engine: Engine, requests: IO[bytes], answers: IO[bytes], on_end: Callable[[], None]) -> None:
    """Answer requests until there are none.

    Args:
        on_end: called, in the reading thread, at the app's farewell or end; whatever is computed then is unwanted.
    """
    inbox = _Inbox(requests, on_end)

    def tell(answer: Answer) -> None:
        answers.write(frame(_ANSWER_ENCODER.encode(answer)))
        answers.flush()

    while (request := inbox.next()) is not None:
        try:
            if isinstance(request, Forget):
                engine.forget()
                continue
            if isinstance(request, Learn):
                engine.learn(request)
                continue
            if isinstance(request, DraftBeside):
                engine.draft_beside(request, inbox.next_beside, tell)
                continue
            tell(_answer(engine, request, tell, inbox))
        except (
            WorkstationError,
            ArithmeticError,
            LookupError,
            MemoryError,
            OSError,
            RuntimeError,
            TypeError,
            ValueError,
        ) as error:
            tell(failure(request.id, error))


def failure(request_id: int, error: Exception) -> Failed:
    """The answer to a request that failed."""
    # Of what nobody expected only the type's name: its text may quote what was drafted from.
    told = error if isinstance(error, WorkstationError) else DraftingFailed(type(error).__name__)
    return Failed(id=request_id, kind=told.kind, sentence=told.sentence, remedy=told.remedy)


def _answer(engine: Engine, request: Hello | Load | Draft | Prepare, tell: Tell, inbox: _Inbox) -> Answer:
    match request:
        case Hello():
            engine.welcome()
            return Welcome(id=request.id, version=PROTOCOL_VERSION, pid=os.getpid())
        case Load():
            return engine.load(request)
        case Draft():
            try:
                return engine.draft(request, tell, inbox.cancelled(request.id))
            finally:
                inbox.forget(request.id)
        case Prepare():
            try:
                return engine.prepare(request, lambda: not inbox.is_empty)
            except WorkstationError:
                # Nobody asked for it yet: whoever asks for the draft is told then.
                return Prepared(id=request.id, tokens=0)


class _Inbox:
    """Reads requests in a thread of its own."""

    def __init__(self, requests: IO[bytes], on_end: Callable[[], None]) -> None:
        self._requests = requests
        self._on_end = on_end
        self._waiting: deque[_Work | None] = deque()
        self._arrived = threading.Condition()
        self._cancelled: dict[int, threading.Event] = {}
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next(self) -> _Work | None:
        """The next request, or None after the last; of those to read ahead only the latest."""
        with self._arrived:
            self._arrived.wait_for(lambda: bool(self._waiting))
            return self._waiting.popleft()

    def next_beside(self) -> DraftBeside | None:
        """The next request, if it is one to be answered beside others and is here already."""
        with self._arrived:
            request = self._waiting[0] if self._waiting else None
            if not isinstance(request, DraftBeside):
                return None
            self._waiting.popleft()
            return request

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits for what is computed now to end."""
        return not self._waiting

    def cancelled(self, request_id: int) -> threading.Event:
        return self._cancelled[request_id]

    def forget(self, request_id: int) -> None:
        del self._cancelled[request_id]

    def _read(self) -> None:
        try:
            while (body := read_frame(self._requests)) is not None:
                request = _REQUEST_DECODER.decode(body)
                if isinstance(request, Shutdown):
                    break
                self._take(request)
        except (OSError, EOFError, ValueError):
            # The app is gone or broken: either way there is nobody left to answer.
            pass
        for cancelled in list(self._cancelled.values()):
            cancelled.set()
        self._put(None)
        self._on_end()

    def _take(self, request: _Work | Cancel) -> None:
        if isinstance(request, Cancel):
            if cancelled := self._cancelled.get(request.target):
                cancelled.set()
            return
        if isinstance(request, Draft):
            self._cancelled[request.id] = threading.Event()
        self._put(request)

    def _put(self, request: _Work | None) -> None:
        with self._arrived:
            if isinstance(request, Prepare):
                # Dropped here, not when its turn comes: while an engine hangs, the app goes on telling what is typed.
                self._waiting = deque(waiting for waiting in self._waiting if not isinstance(waiting, Prepare))
            self._waiting.append(request)
            self._arrived.notify()
