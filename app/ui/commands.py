"""What each command of the window does: the table of keys names them, this says who carries them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from app.domain.errors import WorkstationError
from app.settings import Settings, with_value

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


def commands_of(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Each command's name with what it does in this window."""
    return {
        "draft": window.drafting.draft,
        "concise": lambda: window.drafting.draft("concise"),
        "standard": lambda: window.drafting.draft("standard"),
        "numbered": lambda: window.drafting.draft("numbered"),
        "stop": window.drafting.stop,
        "keep": lambda: _keep(window),
        "next_flag": lambda: window.reader.step(1),
        "previous_flag": lambda: window.reader.step(-1),
        "mend_impression": lambda: window.mending.mend("impression"),
        "mend_findings": lambda: window.mending.mend("findings"),
        "delete_sentence": window.mending.delete_sentence,
        "insert_finding": window.mending.insert_finding,
        "sort": window.mending.sort,
        "document_result": window.telling.document,
        "next_sentence": lambda: window.reader.evidence.step(1),
        "previous_sentence": lambda: window.reader.evidence.step(-1),
        "previous_version": lambda: _page(window, -1),
        "next_version": lambda: _page(window, 1),
        "model_text": window.draft.back_to_model_text,
        "sign": window.signing.sign,
        "copy_report": window.copy_out.copy_report,
        "copy_impression": window.copy_out.copy_impression,
        "reopen": window.signing.reopen,
        "correct": window.signing.correct,
        "addendum": window.signing.add_addendum,
        "withdraw": window.signing.withdraw,
        "new": window.desk.begin,
        "parked": window.pages.open_parked,
        "next_panel": lambda: _go_to_panel(window, 1),
        "previous_panel": lambda: _go_to_panel(window, -1),
        "larger": lambda: _resize_text(window, window.loaded.settings.font_size + 1),
        "smaller": lambda: _resize_text(window, window.loaded.settings.font_size - 1),
        "normal_size": lambda: _resize_text(window, Settings().font_size),
        "settings": lambda: window.pages.open_settings(window.loaded),
        "model": lambda: window.pages.open_models(window.loaded, window.model.path),
        "shortcuts": window.pages.open_shortcuts,
        "about": window.pages.open_about,
    }


def _keep(window: MainWindow) -> None:
    """A stale draft is settled first: the flags follow from it."""
    work = window.desk.present
    if work.is_stale:
        work.keep()
        window.desk.tell_changed()
    else:
        window.mending.keep()


def _page(window: MainWindow, step: int) -> None:
    window.desk.present.page(step)
    window.desk.tell_changed()


def _resize_text(window: MainWindow, points: int) -> None:
    try:
        window.use(with_value(window.loaded.settings, "font_size", points))
    except WorkstationError as error:
        window.tell_error(error)


def _go_to_panel(window: MainWindow, step: int) -> None:
    panels: list[QWidget] = [window.fields.first, window.findings.edit, window.draft.edit]
    focused = QApplication.focusWidget()
    here = next((place for place, panel in enumerate(panels) if panel is focused), 0 if step < 0 else -1)
    panels[(here + step) % len(panels)].setFocus()
