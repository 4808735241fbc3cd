"""A window with the scripted engine behind a real pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.scripted import Life, Reply, Script
from app.engine.watchdog import DEADLINES, Deadlines
from app.paths import engine_command
from app.settings import LoadedSettings, Settings
from app.ui.drafter import Drafter
from app.ui.main_window import MainWindow
from app.ui.theme import apply_theme, chosen_theme

SETTINGS = Settings(
    model_path="scripted.gguf", theme="dark", user_name="R. Doe", intended_use_read=True, clipboard_seconds=0
)


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., MainWindow]]:
    """Opens a window whose engine gives these replies (or lives this script), its model loaded.

    `wait_for` names the drafter's signal that tells the end of loading, "" waits for none. Further settings by name.
    """
    opened: list[MainWindow] = []

    def open_it(
        *replies: Reply,
        script: Script | None = None,
        wait_for: str = "ready",
        deadlines: Deadlines = DEADLINES,
        **changes: object,
    ) -> MainWindow:
        settings = replace(SETTINGS, **changes)
        script = script or Script(lives=(Life(replies=replies or (Reply(words=("Normal ", "chest.")),)),))
        command = [*engine_command(), "--scripted", str(script.save(tmp_path / "script.json"))]
        drafter = Drafter(command, deadlines=deadlines)
        apply_theme(qapp, chosen_theme(settings.theme), settings.font_size)
        window = MainWindow(qapp, LoadedSettings(settings), tmp_path / "settings.toml", drafter)
        opened.append(window)
        window.resize(1280, 800)
        window.show()
        qtbot.waitExposed(window)
        window.drafter.start()
        if not wait_for:
            window.model.begin()
            return window
        with qtbot.waitSignal(getattr(window.drafter, wait_for), timeout=20_000):
            window.model.begin()
        return window

    yield open_it
    for window in opened:
        window.desk.worklist.parked.clear()
        window.desk.worklist.discard(window.desk.present)
        window.close()
        window.deleteLater()
