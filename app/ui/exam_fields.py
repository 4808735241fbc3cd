"""What was done and why: exam, indication, comparison, and what else a pasted report brought along."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.study_work import StudyWork
from app.ui.pieces import label

_FIELDS = {
    "exam": "Exam",
    "indication": "Indication",
    "comparison": "Comparison",
    "technique": "Technique",
    "other": "Above the sections",
}
# No example stands in an empty field: grey words in a report's form are mistaken for text.
# Shown only when a pasted report brought them: text that is copied out is never out of sight.
_ONLY_IF_GIVEN = ("technique", "other")


class ExamFields(QWidget):
    """Signals:
    edited: name of the field, its text.
    """

    edited = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._edits: dict[str, QLineEdit] = {}
        self._whole_fields: dict[str, QWidget] = {}
        for name, text in _FIELDS.items():
            row.addWidget(self._field(name, text), 3 if name == "indication" else 2)

    def show_work(self, work: StudyWork) -> None:
        """Show the study's fields; a field that is being typed into is left alone."""
        for name, edit in self._edits.items():
            value = getattr(work.report, name)
            if _flat(edit.text()) != _flat(value):
                edit.setText(_flat(value))
                edit.setCursorPosition(0)
            edit.setReadOnly(work.findings_locked)
            if name in _ONLY_IF_GIVEN:
                self._whole_fields[name].setVisible(bool(value) or edit.hasFocus())

    @property
    def first(self) -> QLineEdit:
        return self._edits["exam"]

    def _field(self, name: str, text: str) -> QWidget:
        edit = QLineEdit()
        edit.setAccessibleName(text)
        edit.textEdited.connect(lambda value, name=name: self.edited.emit(name, value))
        caption = label(text, "muted")
        caption.setBuddy(edit)
        field = QWidget()
        inside = QVBoxLayout(field)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2)
        inside.addWidget(caption)
        inside.addWidget(edit)
        self._edits[name] = edit
        self._whole_fields[name] = field
        return field


def _flat(text: str) -> str:
    return " ".join(text.split())
