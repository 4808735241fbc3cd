"""Starts the application and its one window."""

from __future__ import annotations

import sys

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.paths import engine_command, policy_path, resources_dir, settings_path
from app.settings import LoadedSettings, load_settings
from app.ui.crash_notice import CrashNotice
from app.ui.drafter import Drafter
from app.ui.keys import key_problems
from app.ui.main_window import MainWindow
from app.ui.notice_banner import Notice
from app.ui.theme import apply_theme, chosen_theme


def run() -> int:
    """Open the window and stay until it is closed; returns the exit code. Qt needs a display: see app.display."""
    application = make_application()
    window = open_window(application, engine_command())
    crash = CrashNotice(window.tell)
    crash.watch()
    return application.exec()


def make_application() -> QApplication:
    """The Qt application with its name, before any window."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Radiology-GPT Workstation")
    application.setWindowIcon(QIcon(str(resources_dir() / "icons" / "radiology-gpt.png")))
    return application


def open_window(application: QApplication, command: list[str], loaded: LoadedSettings | None = None) -> MainWindow:
    """The window, with its engine starting beside it; it follows the user's settings unless others are given."""
    loaded = loaded or load_settings(settings_path(), policy_path())
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
