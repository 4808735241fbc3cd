"""The card of a critical result: whom it was told, when and how; it becomes a line of the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.communication import METHODS, Communication
from app.ui.pieces import label, named


class CriticalResult(QDialog):
    """Asks for what must be documented; `done` gets the Communication. Nothing is kept when it is closed."""

    def __init__(self, finding: str, done: Callable[[Communication], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Critical result")
        self._finding, self._done = finding, done
        now = f"{datetime.now():%H:%M}"
        self.found_at = named(QLineEdit(now), "Time found")
        self.told = named(QLineEdit(), "Told whom, name and role")
        self.told.setPlaceholderText("Dr. …, emergency department")
        self.told_at = named(QLineEdit(now), "Time told")
        self.method = named(QComboBox(), "How")
        self.method.addItems([method.capitalize() for method in METHODS])
        self.read_back = named(QCheckBox("They read it back"), "Read-back confirmed")
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.addRow("Finding", label(finding, "title"))
        for title, field in (
            ("Time found", self.found_at),
            ("Told whom", self.told),
            ("Time told", self.told_at),
            ("How", self.method),
            ("", self.read_back),
        ):
            form.addRow(title, field)
        buttons = QDialogButtonBox()
        self.document = buttons.addButton("Document", QDialogButtonBox.ButtonRole.AcceptRole)
        later = buttons.addButton("Later", QDialogButtonBox.ButtonRole.RejectRole)
        for one in (self.document, later):
            one.setAccessibleName(one.text())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._tell)
        self.finished.connect(self.deleteLater)
        for field in (self.found_at, self.told, self.told_at):
            field.textChanged.connect(self._check)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 14)
        inside.setSpacing(14)
        inside.addLayout(form)
        inside.addWidget(buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self._check()
        self.told.setFocus()

    def _check(self) -> None:
        given = (self.found_at, self.told, self.told_at)
        self.document.setEnabled(all(field.text().strip() for field in given))

    def _tell(self) -> None:
        self._done(
            Communication(
                finding=self._finding,
                found_at=self.found_at.text().strip(),
                told=" ".join(self.told.text().split()),
                told_at=self.told_at.text().strip(),
                method=METHODS[self.method.currentIndex()],
                read_back=self.read_back.isChecked(),
            )
        )
