"""The edge where errors that nobody expected become a notice instead of a traceback."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from app.ui.notice_banner import Notice

_log = logging.getLogger(__name__)


class CrashNotice(QObject):
    """Tells of an exception that nobody caught, from whichever thread; its message is not shown: it may hold text.

    Signals:
        _happened: crosses from other threads to the window's.
    """

    _happened = Signal(object)

    def __init__(self, tell: Callable[[Notice], None]) -> None:
        super().__init__()
        self._happened.connect(tell, Qt.ConnectionType.QueuedConnection)

    def watch(self) -> None:
        """From now on every uncaught exception comes here."""
        sys.excepthook = self.catch
        threading.excepthook = lambda caught: self.catch(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def catch(self, kind: type[BaseException], _: BaseException | None, trace: TracebackType | None) -> None:
        frames = traceback.extract_tb(trace)
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
        steps = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        _log.error("uncaught %s at %s", kind.__name__, steps)
        sentence = f"Something went wrong in the program ({kind.__name__} at {where}). Your text is kept."
        self._happened.emit(Notice("critical", sentence, "If it happens again, tell whoever looks after this program."))
