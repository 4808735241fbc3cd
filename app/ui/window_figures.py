"""The real window, opened to be measured: tells when it takes a key and when its model is ready, and closes.

Whoever started it takes the time; see app.measuring.window.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.measuring.memory import resident_bytes
from app.paths import engine_command, policy_path, settings_path
from app.settings import LoadedSettings, load_settings
from app.ui.application import make_application, open_window
from app.ui.main_window import MainWindow

# What belongs into the engine's process alone.
_NATIVE = ("llama_cpp", "numpy")
_NO_MODEL = 3
# Whoever waits for the figures has given up by then.
_LONGEST_MS = 10 * 60_000


def run(model: Path | None) -> int:
    """Open the window, tell one JSON object a line on stdout, and return the exit code."""
    application = make_application()
    loaded = load_settings(settings_path(), policy_path())
    path = str(model) if model else loaded.settings.model_path
    settings = replace(loaded.settings, model_path=path, intended_use_read=True)
    window = open_window(application, engine_command(), LoadedSettings(settings, loaded.locked))
    _Telling(application, window)
    return application.exec()


class _Telling(QObject):
    """Watches the window come up."""

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        super().__init__(window)
        self._application, self._window = application, window
        self._edit = window.findings.edit
        self._is_editable = self._is_ready = False
        self._edit.viewport().installEventFilter(self)
        window.drafter.ready.connect(self._on_ready)
        window.drafter.model_failed.connect(lambda _: self._end(_NO_MODEL))
        window.drafter.lost.connect(lambda _: self._end(_NO_MODEL))
        QTimer.singleShot(_LONGEST_MS, lambda: self._end(_NO_MODEL))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # Behind the painting, and behind whatever else still stands in the way of a key.
            QTimer.singleShot(0, self._press_key)
        return False

    def _press_key(self) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier, "x")
            QApplication.sendEvent(self._edit, key)
        if self._edit.toPlainText() == "x":
            self._edit.undo()
            self._is_editable = True
            self._tell({"told": "editable"})
            self._end_when_both()

    def _on_ready(self) -> None:
        self._is_ready = True
        self._tell({"told": "ready"})
        self._end_when_both()

    def _end_when_both(self) -> None:
        if self._is_editable and self._is_ready:
            engine = self._window.drafter.process_id
            figures: dict[str, object] = {
                "told": "memory",
                "window": resident_bytes(os.getpid()),
                "engine": resident_bytes(engine) if engine else None,
                "native_modules": [name for name in _NATIVE if name in sys.modules],
            }
            self._tell(figures)
            self._end(0)

    def _end(self, code: int) -> None:
        self._window.drafter.close()
        # An exit before the event loop runs would be forgotten.
        QTimer.singleShot(0, lambda: self._application.exit(code))

    def _tell(self, what: dict[str, object]) -> None:
        try:
            sys.stdout.write(json.dumps(what) + "\n")
            sys.stdout.flush()
        except OSError:
            self._end(_NO_MODEL)  # nobody listens any more
