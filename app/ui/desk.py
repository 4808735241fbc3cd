"""The desk in front of the radiologist: the worklist with the documents that hold each study's text and undo history.

It does not know widgets: panels listen to it and tell it what was typed.
"""

from __future__ import annotations

from datetime import datetime
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextDocument

from app.domain.composition import impression_alone, signed_text, whole_report
from app.domain.errors import DeskFull
from app.domain.prompt import Length
from app.domain.report import Study
from app.domain.study_work import StudyWork
from app.domain.worklist import Worklist
from app.ui.documents import Copied, Documents, new_document

# Typing reaches the study at once; what is only shown (word counts, marks, questions) follows when the hand rests.
_SETTLE_MS = 120


class Desk(QObject):
    """Signals:
    opened: another study stands in front, or the present one was replaced as a whole.
    touched: a key changed the present study's text; `changed` follows when the hand rests.
    changed: something of the present study changed.
    refused: a WorkstationError for the user.
    """

    opened = Signal()
    touched = Signal()
    changed = Signal()
    refused = Signal(object)

    def __init__(self, length: Length = "standard", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worklist = Worklist(default_length=length, present=StudyWork(length=length))
        self._documents: WeakKeyDictionary[StudyWork, Documents] = WeakKeyDictionary()
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settling.timeout.connect(self.changed)

    @property
    def present(self) -> StudyWork:
        return self.worklist.present

    # --- studies --------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Park the present study and open an empty one."""
        before = self.present
        try:
            self.worklist.begin()
        except DeskFull as error:
            self.refused.emit(error)
            return
        if self.present is not before:
            self._show()

    def begin_from_report(self, text: str) -> None:
        """Open a study from a whole report's text."""
        try:
            self.worklist.begin_from_report(text)
        except DeskFull as error:
            self.refused.emit(error)
            return
        self._show()

    def take_back(self) -> None:
        """Undo a paste that opened a study, if nothing has happened since."""
        if self.worklist.can_take_back:
            self.worklist.take_back()
            self._show()

    def open(self, work: StudyWork) -> None:
        self.worklist.open(work)
        self._show()

    def discard(self, work: StudyWork) -> None:
        """Take a study off the desk for good."""
        was_present = work is self.present
        self.worklist.discard(work)
        if was_present:
            self._show()
        else:
            self.changed.emit()

    # --- text -----------------------------------------------------------------------------------------------------

    def set_study(self, study: Study) -> None:
        self.present.set_study(study)
        self._touch()

    def set_text(self, name: str, text: str) -> None:
        self.present.set_text(name, text)
        self._touch()

    def set_impression(self, text: str, document: QTextDocument) -> None:
        """A human's text for the current version, or the first words of one, typed into `document`."""
        began = self.present.version is None
        self.present.set_impression(text)
        if began and self.present.version is not None:
            self._present_documents().adopt(self.present, document)
            self.tell_changed()
        else:
            self._touch()

    def tell_changed(self) -> None:
        """Show now what a command has changed."""
        self._settling.stop()
        self.changed.emit()

    def findings_document(self) -> QTextDocument:
        return self._present_documents().findings

    def version_document(self) -> QTextDocument | None:
        """The document of the current version; None when there is none, or the text is signed."""
        if self.present.is_signed or self.present.version is None:
            return None
        return self._present_documents().current(self.present)

    def signed_document(self) -> QTextDocument:
        return new_document(signed_text(self.present, whole=False).strip())

    # --- copies ---------------------------------------------------------------------------------------------------

    def note_copied(self, text: str, *, whole: bool) -> None:
        self._present_documents().copied = Copied(text, whole, datetime.now())
        self.tell_changed()

    def changed_since_copied(self) -> datetime | None:
        """When the report was last copied, if its text has changed since; else None."""
        copied = self._present_documents().copied
        if copied is None:
            return None
        now = whole_report(self.present) if copied.whole else impression_alone(self.present)
        return copied.at if now != copied.text else None

    def _touch(self) -> None:
        self.touched.emit()
        self._settling.start()

    def _present_documents(self) -> Documents:
        if self.present not in self._documents:
            self._documents[self.present] = Documents.of(self.present)
        return self._documents[self.present]

    def _show(self) -> None:
        self._settling.stop()
        self.opened.emit()
        self.changed.emit()
