"""Whose report is open: one line on top, never in the window's title, inverse when nobody was there for a while."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.domain.report import Study
from app.domain.study_work import StudyWork
from app.ui.keys import short_key_text
from app.ui.pieces import flat_button, label, restyle

NO_IDENTITY = "⚠ NO STUDY IDENTITY"
_FIELDS = {
    "accession": ("Accession", 12),
    "patient": ("Patient", 22),
    "sex": ("Sex", 4),
    "age": ("Age", 5),
    "exam_date": ("Exam date", 14),
}


def identity_line(study: Study) -> str:
    """The study in one line: "ACC 4711-22 · DOE, JANE · F 58 · CT CHEST · 23 Nov 10:31"."""
    parts = [
        f"ACC {study.accession.strip()}" if study.accession.strip() else "",
        study.patient.strip(),
        f"{study.sex} {study.age}".strip(),
        study.exam.strip(),
        study.exam_date.strip(),
    ]
    shown = [part for part in parts if part]
    if not study.is_identified:
        shown.insert(0, NO_IDENTITY)
    return " · ".join(shown)


def short_identity(study: Study) -> str:
    """What stands beside the Sign button: accession and patient."""
    if not study.is_identified:
        return NO_IDENTITY
    return " · ".join(part for part in (study.accession.strip(), study.patient.strip()) if part)


class IdentityBar(QFrame):
    """Signals:
    edited: the Study as typed; its exam is that of the exam field.
    """

    edited = Signal(object)

    def __init__(self, actions: dict[str, QAction], menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "identity")
        self._line = flat_button("", "Study identity")
        self._line.setObjectName("identity")
        self._line.setToolTip("Edit the study's identity")
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._line.clicked.connect(self._toggle)
        self._parked = _tool(actions["parked"])
        self._parked_action = actions["parked"]
        edit = flat_button("Edit", "Edit the study's identity")
        edit.clicked.connect(self._toggle)
        self._new = _tool(actions["new"], f"New  {short_key_text(actions['new'])}")
        self._menu = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setText("Menu")
        self._menu.setAccessibleName("Menu")
        self._menu.setMenu(menu)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._line, 1)
        for button in (edit, self._parked, self._new, self._menu):
            row.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(6, 5, 8, 5)
        whole.addLayout(row)
        self._editor, self._edits = self._make_editor()
        whole.addWidget(self._editor)
        self._study = Study()
        self.set_away(False)

    def show_study(self, work: StudyWork, parked: str) -> None:
        """Show whose study this is and how many others are parked."""
        self._study = work.study
        text = identity_line(work.study)
        self._line.setText(text.replace("&", "&&"))
        self._line.setAccessibleName(f"Study identity: {text}. Press to edit")
        restyle(self, missing="false" if work.study.is_identified else "true")
        key = short_key_text(self._parked_action)
        self._parked.setText(f"{parked}  {key}" if parked else f"None parked  {key}")
        for name, edit in self._edits.items():
            value = getattr(work.study, name)
            if edit.text().strip() != value.strip():
                edit.setText(value)

    def set_away(self, away: bool) -> None:
        """Draw the bar inverse: the reader comes back and should look whose report is open."""
        restyle(self, away="true" if away else "false")

    @property
    def is_away(self) -> bool:
        return bool(self.property("away") == "true")

    def _make_editor(self) -> tuple[QWidget, dict[str, QLineEdit]]:
        editor = QWidget()
        row = QHBoxLayout(editor)
        row.setContentsMargins(8, 2, 8, 4)
        edits: dict[str, QLineEdit] = {}
        for name, (text, characters) in _FIELDS.items():
            edit = QLineEdit()
            edit.setAccessibleName(text)
            edit.setMaximumWidth(self.fontMetrics().averageCharWidth() * (characters + 4))
            edit.textEdited.connect(self._tell)
            edit.returnPressed.connect(self._toggle)
            caption = label(text, "muted")
            caption.setBuddy(edit)
            row.addWidget(caption)
            row.addWidget(edit)
            edits[name] = edit
        row.addStretch(1)
        done = flat_button("Done", "Close the identity fields")
        done.clicked.connect(self._toggle)
        row.addWidget(done)
        editor.hide()
        return editor, edits

    def _toggle(self) -> None:
        self._editor.setVisible(not self._editor.isVisible())
        if self._editor.isVisible():
            self._edits["accession"].setFocus()

    def _tell(self) -> None:
        values = {name: edit.text() for name, edit in self._edits.items()}
        self.edited.emit(replace(self._study, **values))


def _tool(action: QAction, text: str = "") -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(action.text())
    button.setToolTip(action.text())
    button.clicked.connect(action.trigger)
    return button
