"""One life of the engine child, from its start to its loss: what is waited for, and why it ended.

It does not know whether there is another life after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.domain.errors import EngineDied, EngineError, EngineHung, EngineNotStarted
from app.engine.process import EngineProcess
from app.engine.protocol import Answer, Draft, DraftBeside, Hello, Load, Reading, Request, Welcome, Words
from app.engine.watchdog import Deadlines, Wait, Watchdog

_STARTING = "starting"
_LOADING = "loading the model"
_READING = "reading the findings"
_DRAFTING = "drafting"
_MOST_UNSENT = 16


class Life:
    """The child's process with its watchdog, which kills it when a deadline is missed."""

    def __init__(self, command: Sequence[str], deadlines: Deadlines) -> None:
        """Raises OSError: the command cannot be started."""
        self.process = EngineProcess(command)
        self._deadlines = deadlines
        self._watchdog = Watchdog(self.process.kill)
        self._is_welcome = False

    def ask(self, request: Request) -> None:
        """Send a request and wait for its answer."""
        match request:
            case Hello():
                self._watchdog.expect(request.id, Wait(_STARTING, self._deadlines.hello))
            case Load():
                self._watchdog.expect(request.id, Wait(_LOADING, self._deadlines.for_load(_size(request.path))))
            case Draft() | DraftBeside():
                self._watchdog.expect(request.id, Wait(_READING, self._deadlines.first_word))
        self.process.send(request)

    @property
    def is_behind(self) -> bool:
        """Whether the child has stopped reading what it is sent."""
        return self.process.unsent > _MOST_UNSENT

    def note(self, answer: Answer) -> None:
        """An answer came: what is waited for now?"""
        match answer:
            case Reading():
                self._watchdog.renew(answer.id, Wait(_READING, self._deadlines.first_word))
            case Words():
                self._watchdog.renew(answer.id, Wait(_DRAFTING, self._deadlines.between_words))
            case _:
                self._watchdog.met(answer.id)
                self._is_welcome = self._is_welcome or isinstance(answer, Welcome)

    def end(self, reason: EngineError | None) -> EngineError:
        """End the process, if it has not ended yet; `reason`, or else why it was lost."""
        code = self.process.end(self._deadlines.farewell)
        self._watchdog.stop()
        missed = self._watchdog.missed
        if reason:
            return reason
        if missed and missed.stage == _STARTING:
            return EngineNotStarted(f"it did not answer within {missed.seconds:.0f} s")
        if missed:
            return EngineHung(missed.stage, missed.seconds)
        return EngineDied(code) if self._is_welcome else EngineNotStarted(f"it ended at once with code {code}")


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0
