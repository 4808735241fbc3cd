"""The card of keys, as they hold now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.keys import COMMANDS, key_text
from app.ui.pieces import button, label

_STEPS = "From dictated text to the RIS in three keys: {draft} drafts, {sign} signs and copies, Ctrl+V pastes there."


class ShortcutsPage(QDialog):
    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 20, 24, 14)
        inside.setSpacing(16)
        inside.addWidget(
            label(_STEPS.format(draft=key_text(actions["draft"]), sign=key_text(actions["sign"])), "title")
        )
        columns = QHBoxLayout()
        columns.setSpacing(40)
        groups = list(dict.fromkeys(command.group for command in COMMANDS))
        for some in (groups[:1] + groups[2:3], groups[1:2] + groups[3:]):
            columns.addLayout(_table(some, actions))
        inside.addLayout(columns)
        inside.addWidget(label("Every key can be changed in the settings.", "muted"))
        close = button("Close  Esc", "Close", is_default=True)
        close.clicked.connect(self.accept)
        inside.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _table(groups: list[str], actions: dict[str, QAction]) -> QGridLayout:
    table = QGridLayout()
    table.setHorizontalSpacing(18)
    table.setVerticalSpacing(5)
    for group in groups:
        row = table.rowCount()
        table.setRowMinimumHeight(row, table.verticalSpacing() * 6)
        table.addWidget(label(group.upper(), "muted"), row, 0, 1, 2, Qt.AlignmentFlag.AlignBottom)
        for command in (command for command in COMMANDS if command.group == group):
            row = table.rowCount()
            key = key_text(actions[command.name])
            table.addWidget(label(key or "button", "note" if key else "muted"), row, 0)
            table.addWidget(label(command.label), row, 1)
    table.setRowStretch(table.rowCount(), 1)
    return table
