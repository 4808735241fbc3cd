"""Starts the window, and is the edge where errors nobody expected become a notice instead of a traceback."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from app.display import require_display
from app.paths import engine_command, policy_path, settings_path
from app.settings import load_settings
from app.ui.drafter import Drafter
from app.ui.keys import key_problems
from app.ui.main_window import MainWindow
from app.ui.notice_banner import Notice
from app.ui.theme import apply_theme, chosen_theme

_log = logging.getLogger(__name__)


def run() -> int:
    """Open the window and stay until it is closed; returns the exit code.

    Raises:
        DisplayMissing: there is no screen to open it on.
    """
    require_display()
    application = make_application()
    window = open_window(application, engine_command())
    crash = CrashNotice(window.tell)
    crash.watch()
    return application.exec()


def make_application() -> QApplication:
    """The Qt application with its name, before any window."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Radiology-GPT Workstation")
    return application


def open_window(application: QApplication, command: list[str]) -> MainWindow:
    """The window, with its engine starting beside it."""
    loaded = load_settings(settings_path(), policy_path())
    apply_theme(application, chosen_theme(loaded.settings.theme), loaded.settings.font_size)
    window = MainWindow(application, loaded, settings_path(), Drafter(command))
    window.show()
    if not loaded.settings.intended_use_read:
        window.pages.open_first_start(loaded)
    for problem in (*loaded.problems, *key_problems(loaded.settings.keys)):
        window.tell(Notice.of(problem))
    window.drafter.start()
    window.model.begin()
    return window


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
