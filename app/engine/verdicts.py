"""What was learned about devices: where each model computes fastest, and which attempts ended the engine.

One small file in the user's data; without it everything is measured anew. It does not know devices or models.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

_MOST_ENTRIES = 16


class Step(msgspec.Struct, frozen=True):
    """So many layers on these devices, by their names; none means the processor alone."""

    devices: tuple[str, ...] = ()
    layers: int = 0
    context: int = 0


class Situation(msgspec.Struct, frozen=True):
    """What a verdict holds for: once any of it has changed, it is asked again."""

    model: str
    model_bytes: int
    model_changed: int
    library: str
    devices: tuple[str, ...]
    drivers: tuple[str, ...]
    wanted_layers: int | None
    wanted_context: int


class Measured(msgspec.Struct, frozen=True):
    """How long a usual draft took there; None where the model could not be loaded or computed."""

    step: Step
    draft_seconds: float | None


class Entry(msgspec.Struct):
    """What is known of a situation.

    Attributes:
        trying: stands while a step is tried; found by another process, it tells that the step ended the engine.
        fatal: steps that did.
    """

    situation: Situation
    measured: list[Measured] = msgspec.field(default_factory=list)
    trying: Step | None = None
    fatal: list[Step] = msgspec.field(default_factory=list)


class Verdicts:
    """The entries of a file that one process at a time may use."""

    def __init__(self, path: Path | None) -> None:
        """`path`: None keeps nothing."""
        self._path = path
        self._attempt: Entry | None = None

    @contextmanager
    def entry(self, situation: Situation) -> Iterator[Entry]:
        """What is known of a situation, for this process alone; `save` keeps what is changed.

        An attempt that another process began and did not live to end is among the fatal ones.
        """
        with self._alone():
            found = next((entry for entry in self._read() if entry.situation == situation), Entry(situation))
            if found.trying:
                found.fatal.append(found.trying)
                found.trying = None
                self.save(found)
            yield found

    @contextmanager
    def trying(self, entry: Entry, step: Step) -> Iterator[None]:
        """Leave word of an attempt for as long as it lasts: whoever finds it knows that this process died of it."""
        entry.trying = step
        self._attempt = entry
        self.save(entry)
        try:
            yield
        finally:
            self.withdraw()

    def withdraw(self) -> None:
        """Take back the word of this process's attempt, if there is one: it is over, or somebody ends this process."""
        if entry := self._attempt:
            self._attempt = entry.trying = None
            self.save(entry)

    def save(self, entry: Entry) -> None:
        """Keep an entry; the oldest ones of too many are dropped, and others about the same model file and wish."""
        others = [other for other in self._read() if _subject(other) != _subject(entry)]
        self._write([*others, entry][-_MOST_ENTRIES:])

    def _read(self) -> list[Entry]:
        # Damaged, of another version, or not there: everything is measured again.
        try:
            if self._path is None:
                return []
            return msgspec.json.decode(self._path.read_bytes(), type=list[Entry])
        except (OSError, ValueError):
            return []

    def _write(self, entries: list[Entry]) -> None:
        # Where nothing can be kept, it is measured at every start; that is no reason not to draft.
        if self._path is None:
            return
        part = self._path.with_suffix(".part")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(msgspec.json.format(msgspec.json.encode(entries)))
            part.replace(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait until no other process tries devices: it would take their memory and spoil what is measured."""
        if self._path is None:
            yield
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.with_suffix(".lock").open("ab")
        except OSError:
            yield
            return
        with file:
            _lock(file)
            # Closing the file gives the lock back, and so does the end of this process, however it comes.
            yield


def _subject(entry: Entry) -> tuple[str, int | None, int]:
    return entry.situation.model, entry.situation.wanted_layers, entry.situation.wanted_context


def _lock(file: IO[bytes]) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
