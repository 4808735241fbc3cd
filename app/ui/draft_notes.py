"""The lines between a draft's heading and its text: what may make the draft wrong, and what helps."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.keys import short_key_text
from app.ui.pieces import command_button, label
from app.ui.text_marks import GUTTER


class DraftNotes(QWidget):
    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._conflict = _line("critical")
        self._scope = _line("warning")
        self._stale_text = _line("warning")
        self._copied = _line("warning")
        self._stale = QWidget()
        stale = QHBoxLayout(self._stale)
        stale.setContentsMargins(0, 0, 8, 0)
        stale.addWidget(self._stale_text, 1)
        stale.addWidget(command_button(actions["draft"], "Update"))
        stale.addWidget(command_button(actions["keep"], "Keep"))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(GUTTER + 2, 0, 0, 6)
        lines.setSpacing(4)
        for line in (self._conflict, self._scope, self._stale, self._copied):
            lines.addWidget(line)
            line.hide()
        self.hide()

    def tell(self, *, conflict: str | None, scope: str | None, stale: bool, copied_before: datetime | None) -> None:
        """Show what holds now; nothing is shown for what does not."""
        _say(self._conflict, f"■ {conflict}" if conflict else "")
        _say(self._scope, f"▲ {scope}" if scope else "")
        copy = short_key_text(self._actions["copy_report"])
        _say(self._copied, f"▲ Changed since copied {copied_before:%H:%M} – copy again {copy}" if copied_before else "")
        self._stale_text.setText("▲ Findings changed since this draft" if stale else "")
        self._stale_text.setVisible(stale)
        self._stale.setVisible(stale)
        self.setVisible(bool(conflict or scope or stale or copied_before))


def _line(kind: str) -> QLabel:
    made = label("", kind)
    made.setWordWrap(True)
    return made


def _say(line: QLabel, text: str) -> None:
    line.setText(text)
    line.setVisible(bool(text))
