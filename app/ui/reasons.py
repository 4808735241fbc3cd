"""Asks why a critical flag is kept: one key a reason, Esc for none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.ui.pieces import button, label


class Reasons(QDialog):
    """`choose` gets the reason that was chosen."""

    def __init__(self, message: str, reasons: Sequence[str], choose: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keep as is")
        said = label(message)
        said.setWordWrap(True)
        said.setMinimumWidth(said.fontMetrics().averageCharWidth() * 48)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 14)
        inside.setSpacing(6)
        inside.addWidget(label("Keep as is, because:", "title"))
        inside.addWidget(said)
        inside.addSpacing(6)
        for number, reason in enumerate(reasons, start=1):
            one = button(f"{number}   {reason.capitalize()}", reason.capitalize())
            one.setProperty("kind", "choice")
            one.setShortcut(str(number))
            one.clicked.connect(self.accept)
            one.clicked.connect(partial(choose, reason))
            inside.addWidget(one)
        back = button("Go back  Esc", "Go back", is_default=True)
        back.clicked.connect(self.reject)
        inside.addSpacing(6)
        inside.addWidget(back)
        back.setFocus()
        self.finished.connect(self.deleteLater)
