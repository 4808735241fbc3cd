"""The app's side of the engine: ask, cancel, watch, start again; the app outlives whatever the model's process does.

It does not know Qt, llama.cpp or what an impression is for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import count

import msgspec

from app.domain.errors import (
    EngineBusy,
    EngineError,
    EngineGarbled,
    EngineNotStarted,
)
from app.engine.frames import FrameBroken
from app.engine.life import Life
from app.engine.order import MAX_CHARACTERS, Order, sendable
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
    Shutdown,
    Welcome,
)
from app.engine.wanted_model import WantedModel
from app.engine.watchdog import DEADLINES, Deadlines


class EngineClient:
    """One engine child, started again when it is lost.

    Answers and losses are told from a thread of the client's own. Every draft ends in exactly one of: Finished, Failed,
    or a loss. After a loss the child is started again and the last model loaded again (a Ready tells it), once by
    itself and afterwards whenever something is asked of it; lost drafts are never asked again by the client. A model
    that was refused is asked for again before the next draft.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_answer: Callable[[Answer], None],
        on_lost: Callable[[EngineError], None],
        deadlines: Deadlines = DEADLINES,
    ) -> None:
        self._command = list(command)
        self._on_answer = on_answer
        self._on_lost = on_lost
        self._deadlines = deadlines
        self._ids = count(1)
        self._changed = threading.Condition()
        # Everything below is guarded by _changed.
        self._life: Life | None = None
        self._model: WantedModel | None = None
        self._backlog: list[Draft | DraftBeside | Cancel] = []
        self._drafting: int | None = None
        self._may_restart = True
        self._wanted = True
        self._closing = False
        self._is_starting = False
        self._start_failure: EngineNotStarted | None = None
        self._stderr_tail = ""
        self._supervisor: threading.Thread | None = None

    def start(self) -> None:
        """Start the child; returns when its process exists (its Welcome comes as an answer).

        Raises:
            EngineNotStarted: the command cannot be started.
        """
        # Linux ends the child when the thread that started it ends, so that thread lives as long as the client.
        with self._changed:
            self._is_starting = True
            self._supervisor = threading.Thread(target=self._supervise, name="engine supervisor", daemon=True)
            self._supervisor.start()
            self._changed.wait_for(lambda: not self._is_starting)
            if self._start_failure:
                raise self._start_failure

    def load(self, request: Load) -> int:
        """Ask for a model; the id under which Ready or Failed comes. It is loaded again after every restart."""
        with self._changed:
            request = msgspec.structs.replace(request, id=next(self._ids))
            self._model = WantedModel(request)
            if self._life:
                self._life.ask(request)
            self._want_child()
            return request.id

    def draft(self, order: Order) -> int:
        """Ask for an impression; the id under which Reading, Words and then Finished or Failed come.

        Raises:
            EngineBusy: another draft is still being written and has not been cancelled.
            FindingsTooLarge: more text than can be sent at all.
        """
        with self._changed:
            if self._drafting is not None:
                raise EngineBusy
            request = order.draft(next(self._ids))
            if self._life and self._model and (refused := self._model.refused()):
                self._life.ask(refused)
            self._drafting = request.id
            self._send(request)
            return request.id

    def draft_beside(self, order: Order) -> int:
        """Ask for an impression beside others that are being drafted; the id under which Finished or Failed comes.

        Raises:
            FindingsTooLarge: likewise.
        """
        with self._changed:
            request = order.beside(next(self._ids))
            self._send(request)
            return request.id

    def awaits(self, request_id: int) -> bool:
        """Whether a draft's end is still to come; not so once it was cancelled or lost."""
        with self._changed:
            return self._drafting == request_id

    def prepare(self, order: Order, *, is_open: bool) -> bool:
        """Let the engine read ahead, if it lives, listens and drafts nothing; whether it was asked.

        Its only answer is a Prepared.

        Raises:
            FindingsTooLarge: likewise.
        """
        with self._changed:
            if self._life is None or self._drafting is not None or self._life.is_behind:
                return False
            self._life.ask(order.prepare(next(self._ids), is_open=is_open))
            return True

    def forget(self) -> None:
        """Let the engine clear what it has read of a study."""
        with self._changed:
            if self._life:
                self._life.ask(Forget(id=next(self._ids)))

    def learn(self, impression: str) -> None:
        """Let the engine guess the phrases of a signed impression from now on; one too long to send is left out."""
        with self._changed:
            if self._life and len(impression) <= MAX_CHARACTERS:
                self._life.ask(Learn(id=next(self._ids), text=sendable(impression)))

    def cancel(self, request_id: int) -> None:
        """Stop a draft: it ends as Finished with finish "cancelled"; an id that is answered already is ignored."""
        with self._changed:
            if self._drafting == request_id:
                self._drafting = None
            # Nobody starts a child for a cancel.
            if self._life or any(waiting.id == request_id for waiting in self._backlog):
                self._send(Cancel(id=next(self._ids), target=request_id))

    def close(self) -> None:
        """End the child and everything of this client; may be called again."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            life, supervisor = self._life, self._supervisor
            if life:
                life.ask(Shutdown(id=next(self._ids)))
        if supervisor is None or supervisor is threading.current_thread():
            return
        supervisor.join(self._deadlines.farewell)
        with self._changed:
            life = self._life
        if life:
            life.process.kill()
        supervisor.join()

    @property
    def process_id(self) -> int | None:
        """The child's, None while there is none."""
        with self._changed:
            return self._life.process.pid if self._life else None

    def stderr_tail(self) -> str:
        """The end of what the child, or the last child, wrote to stderr; holds no report text."""
        with self._changed:
            return self._life.process.last_lines() if self._life else self._stderr_tail

    # --- asking; _changed is held ----------------------------------------------------------------------------------

    def _want_child(self) -> None:
        self._wanted = True
        self._changed.notify_all()

    def _send(self, request: Draft | DraftBeside | Cancel) -> None:
        if self._life is None:
            self._backlog.append(request)
            self._want_child()
            return
        self._life.ask(request)

    # --- the supervisor thread -------------------------------------------------------------------------------------

    def _supervise(self) -> None:
        while self._child_is_wanted():
            try:
                life = Life(self._command, self._deadlines)
            except OSError as error:
                self._report_not_started(error)
                continue
            with self._changed:
                self._begin(life)
                if self._closing:  # asked while this life was being started; nobody knows yet whether it listens
                    life.process.kill()
            reason = self._follow(life)
            loss = life.end(reason)
            with self._changed:
                self._forget(life, loss)
                closing = self._closing
            if not closing:
                self._on_lost(loss)

    def _child_is_wanted(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._closing)
            return not self._closing

    def _report_not_started(self, error: OSError) -> None:
        failure = EngineNotStarted(error.strerror or type(error).__name__)
        with self._changed:
            is_starting, self._is_starting = self._is_starting, False
            self._start_failure = failure
            self._wanted = False
            self._drafting = None
            self._backlog.clear()
            self._changed.notify_all()
        if not is_starting:
            self._on_lost(failure)

    def _begin(self, life: Life) -> None:
        self._life = life
        life.ask(Hello(id=next(self._ids)))
        if self._model:
            life.ask(self._model.request)
        for request in self._backlog:
            self._send(request)
        self._backlog.clear()
        self._wanted = self._is_starting = False
        self._changed.notify_all()

    def _forget(self, life: Life, loss: EngineError) -> None:
        self._life = None
        if self._model:
            self._model.lost(loss)
        self._stderr_tail = life.process.last_lines()
        self._drafting = None
        self._wanted, self._may_restart = self._may_restart, False

    def _follow(self, life: Life) -> EngineError | None:
        """Pass on answers until the child ends; why it had to be ended, if it did not end by itself."""
        try:
            for answer in life.process.answers():
                if isinstance(answer, Welcome) and answer.version != PROTOCOL_VERSION:
                    life.process.kill()
                    return EngineNotStarted("it is of another version")
                life.note(answer)
                self._on_answer(self._note(answer))
        except FrameBroken:
            life.process.kill()
            return EngineGarbled()
        except EOFError:
            return None
        return None

    def _note(self, answer: Answer) -> Answer:
        """What is to be told of an answer."""
        with self._changed:
            if self._drafting == answer.id and isinstance(answer, Finished | Failed):
                self._drafting = None
            if isinstance(answer, Finished):
                self._may_restart = True
            return self._model.hear(answer) if self._model else answer
