"""A question whose safe answer is the default: Enter and Esc go back, the other way needs its own key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.ui.pieces import label


def ask(
    window: QWidget,
    title: str,
    text: str,
    go_on: str,
    do: Callable[[], None],
    *,
    go_back: str = "Go back",
    instead: Callable[[], None] | None = None,
) -> QDialog:
    """Ask whether to go on; `do` runs if so. `go_on` carries its key: "&Sign anyway" is Alt+S.

    `go_back` is the safe answer, given by Enter; `instead` runs on its button, not on Esc.
    """
    dialog = QDialog(window)
    dialog.setWindowTitle(title)
    heading = label(title, "title")
    body = label(text)
    body.setWordWrap(True)
    body.setMinimumWidth(body.fontMetrics().averageCharWidth() * 56)
    buttons = QDialogButtonBox()
    back = buttons.addButton(go_back, QDialogButtonBox.ButtonRole.RejectRole)
    back.setAccessibleName(go_back)
    if instead:
        back.clicked.connect(instead)
    back.setDefault(True)
    back.setFocus()
    other = buttons.addButton(go_on, QDialogButtonBox.ButtonRole.AcceptRole)
    other.setAccessibleName(go_on.replace("&", ""))
    other.setAutoDefault(False)
    other.setToolTip(f"Alt+{go_on[go_on.index('&') + 1]}")
    buttons.rejected.connect(dialog.reject)
    buttons.accepted.connect(dialog.accept)
    dialog.accepted.connect(do)
    dialog.finished.connect(dialog.deleteLater)
    inside = QVBoxLayout(dialog)
    inside.setContentsMargins(20, 18, 20, 14)
    inside.setSpacing(12)
    inside.addWidget(heading)
    inside.addWidget(body)
    inside.addSpacing(6)
    inside.addWidget(buttons)
    dialog.open()
    return dialog
