"""Slow work beside the window: a function runs in a thread, its result or error comes back to the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from app.domain.errors import WorkstationError


def run_aside(
    parent: QObject,
    function: Callable[[], Any],
    on_done: Callable[[Any], object],
    on_failed: Callable[[WorkstationError], object],
) -> None:
    """Run a function in a thread of the pool; `on_done` or `on_failed` is called here, if `parent` lives by then."""
    QThreadPool.globalInstance().start(_Work(function, _Answer(parent, on_done, on_failed)))


class _Answer(QObject):
    """Crosses from the working thread to the one it was made in."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(
        self, parent: QObject, on_done: Callable[[Any], object], on_failed: Callable[[WorkstationError], object]
    ) -> None:
        super().__init__(parent)
        self._on_done, self._on_failed = on_done, on_failed
        self.done.connect(self._tell_done, Qt.ConnectionType.QueuedConnection)
        self.failed.connect(self._tell_failed, Qt.ConnectionType.QueuedConnection)

    def _tell_done(self, result: Any) -> None:
        self.deleteLater()
        self._on_done(result)

    def _tell_failed(self, error: BaseException) -> None:
        self.deleteLater()
        if not isinstance(error, WorkstationError):
            raise error  # nobody expected it: the crash notice of the window's thread shall see it
        self._on_failed(error)


class _Work(QRunnable):
    def __init__(self, function: Callable[[], Any], answer: _Answer) -> None:
        super().__init__()
        self._function, self._answer = function, answer

    def run(self) -> None:
        # Qt raises RuntimeError where the one who asked is gone; nobody waits for the answer then.
        try:
            result = self._function()
        except BaseException as error:  # noqa: BLE001 - a thread has no caller: the window's thread gets it
            with suppress(RuntimeError):
                self._answer.failed.emit(error)
        else:
            with suppress(RuntimeError):
                self._answer.done.emit(result)
