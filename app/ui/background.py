"""Slow work beside the window: a function runs in a thread, its result or error comes back to the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.domain.errors import WorkstationError


class Task(QObject):
    """One function at work.

    Signals:
        done: its result.
        failed: the WorkstationError it raised.
        crashed: any other exception; it is raised again in the window's thread, where the crash notice sees it.
    """

    done = Signal(object)
    failed = Signal(object)
    crashed = Signal(object)


class _Runnable(QRunnable):
    def __init__(self, function: Callable[[], Any], task: Task) -> None:
        super().__init__()
        self._function, self._task = function, task

    def run(self) -> None:
        try:
            result = self._function()
        except WorkstationError as error:
            self._task.failed.emit(error)
        except BaseException as error:  # noqa: BLE001 - a thread has no caller: the window's thread raises it
            self._task.crashed.emit(error)
        else:
            self._task.done.emit(result)


def run_aside(parent: QObject, function: Callable[[], Any]) -> Task:
    """Run a function in a thread of the pool; connect the returned task's signals at once."""
    task = Task(parent)
    task.crashed.connect(_raise)
    for signal in (task.done, task.failed, task.crashed):
        signal.connect(task.deleteLater)
    QThreadPool.globalInstance().start(_Runnable(function, task))
    return task


@Slot(object)
def _raise(error: BaseException) -> None:
    raise error
