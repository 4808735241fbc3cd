"""The pages that open over the window, and the menu that leads to them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from app.paths import resources_dir
from app.settings import LoadedSettings, with_value
from app.ui.about_page import AboutPage
from app.ui.desk import Desk
from app.ui.model_page import ModelPage
from app.ui.parked_list import ParkedList
from app.ui.settings_dialog import SettingsDialog
from app.ui.shortcuts_page import ShortcutsPage


def sample_reports() -> dict[str, Path]:
    """The invented reports that come with the program: name in words → file."""
    files = sorted((resources_dir() / "samples").glob("*.txt"))
    return {file.stem.replace("_", " "): file for file in files}


class Pages(QObject):
    """Signals:
    chosen: the Settings that a page has changed.
    """

    chosen = Signal(object)

    def __init__(self, desk: Desk, actions: dict[str, QAction], window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._actions, self._window = desk, actions, window

    def menu(self) -> QMenu:
        menu = QMenu(self._window)
        for name in ("shortcuts", "settings", "model"):
            menu.addAction(self._actions[name])
        samples = menu.addMenu("Sample reports")
        for name, file in sample_reports().items():
            samples.addAction(name).triggered.connect(lambda _=False, file=file: self._open_sample(file))
        menu.addAction(self._actions["about"])
        return menu

    def open_parked(self) -> None:
        self._open(ParkedList(self._desk, self._window))

    def open_shortcuts(self) -> None:
        self._open(ShortcutsPage(self._actions, self._window))

    def open_about(self) -> None:
        self._open(AboutPage(self._window))

    def open_first_start(self, loaded: LoadedSettings) -> None:
        """Show the intended use once; it counts as read when the page is closed by its button."""
        page = AboutPage(self._window, first_start=True)
        page.accepted.connect(lambda: self.chosen.emit(with_value(loaded.settings, "intended_use_read", True)))
        self._open(page)

    def open_settings(self, loaded: LoadedSettings) -> None:
        page = SettingsDialog(loaded, self._window)
        page.chosen.connect(self.chosen)
        self._open(page)

    def open_models(self, loaded: LoadedSettings, in_use: Path) -> None:
        settings = loaded.settings
        page = ModelPage(in_use, settings.prompt_style, self._window, locked="model_path" in loaded.locked)
        page.chosen.connect(
            lambda path, style: self.chosen.emit(
                with_value(with_value(settings, "model_path", path), "prompt_style", style)
            )
        )
        self._open(page)

    def _open_sample(self, file: Path) -> None:
        self._desk.begin_from_report(file.read_text(encoding="utf-8"))

    def _open(self, page: QDialog) -> None:
        page.finished.connect(page.deleteLater)
        page.open()
