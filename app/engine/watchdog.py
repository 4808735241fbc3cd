"""The deadlines of the engine child: a model that hangs in a kernel says nothing, so silence itself must be noticed.

It does not know processes or messages.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

# Slowest disk that a model is expected to be read from, in bytes per second.
_DISK_BYTES_PER_SECOND = 50e6


@dataclass(frozen=True)
class Deadlines:
    """How long the child may be silent, in seconds.

    Attributes:
        hello: from its start to its welcome.
        load: for a model of no size; its reading is added.
        first_word: from the request, or from the last progress in reading the findings, to the next sign of life.
        between_words: from one word to the next.
        farewell: from being asked to end to being killed.
    """

    hello: float = 30.0
    load: float = 120.0
    first_word: float = 60.0
    between_words: float = 30.0
    farewell: float = 1.0

    def for_load(self, model_bytes: int) -> float:
        return self.load + model_bytes / _DISK_BYTES_PER_SECOND


DEADLINES = Deadlines()


@dataclass(frozen=True)
class Wait:
    """What is waited for: a stage in words ("loading the model") and the seconds allowed."""

    stage: str
    seconds: float


class Watchdog:
    """Watches the oldest of the answers waited for: the child works in order, so the others' time has not begun."""

    def __init__(self, on_missed: Callable[[], None]) -> None:
        self.missed: Wait | None = None
        self._on_missed = on_missed
        self._waits: dict[int, Wait] = {}
        self._due = 0.0
        self._stopped = False
        self._changed = threading.Condition(threading.RLock())
        self._thread = threading.Thread(target=self._watch, name="engine watchdog", daemon=True)
        self._thread.start()

    def expect(self, request_id: int, wait: Wait) -> None:
        """Begin to wait, or, for a request that is waited for already, begin anew."""
        with self._changed:
            self._waits[request_id] = wait
            if next(iter(self._waits)) == request_id:
                self._restart_clock()

    def renew(self, request_id: int, wait: Wait) -> None:
        """A sign of life: the clock begins anew; unknown requests (answered already) are ignored."""
        with self._changed:
            if request_id in self._waits:
                self.expect(request_id, wait)

    def met(self, request_id: int) -> None:
        with self._changed:
            self._waits.pop(request_id, None)
            self._restart_clock()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _restart_clock(self) -> None:
        oldest = next(iter(self._waits.values()), None)
        self._due = monotonic() + oldest.seconds if oldest else 0.0
        self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._stopped and self.missed is None:
                oldest = next(iter(self._waits.values()), None)
                left = self._due - monotonic() if oldest else None
                if left is not None and left <= 0:
                    self.missed = oldest
                else:
                    self._changed.wait(left)
        if self.missed:
            self._on_missed()
