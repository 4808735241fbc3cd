"""Documents that somebody was told of a critical result: a line of the report, after signing an addendum."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from app.domain import signing
from app.domain.communication import Communication
from app.domain.study_work import StudyWork, Writing
from app.ui.critical_result import CriticalResult
from app.ui.desk import Desk

NOBODY_WAITS = "No critical result waits to be told"


def untold_summary(waiting: int) -> str:
    """For the status bar: how many critical results of signed studies nobody was told of; "" when none."""
    return f"○ {waiting} critical result{'s' if waiting != 1 else ''} to tell" if waiting else ""


class Telling(QObject):
    """Signals:
    remarked: why nothing was done.
    """

    remarked = Signal(str)

    def __init__(self, desk: Desk, untold: Callable[[], list[str]], window: QWidget) -> None:
        """`untold` gives the critical results of the present impression that nobody was told of."""
        super().__init__(window)
        self._desk, self._untold, self._window = desk, untold, window

    @property
    def waiting(self) -> int:
        """How many critical results of signed studies on the desk wait to be told."""
        return sum(len(work.untold_results) for work in self._all())

    def document(self) -> None:
        """Ask for the first result that waits: of the present study, else of a signed one, which comes to the front."""
        names = self._of_present()
        if not names:
            other = next((work for work in self._desk.worklist.parked if work.untold_results), None)
            if other is None:
                self.remarked.emit(NOBODY_WAITS)
                return
            self._desk.open(other)
            names = list(other.untold_results)
        work = self._desk.present
        CriticalResult(names[0], lambda told: self._take(work, told), self._window).open()

    def _of_present(self) -> list[str]:
        work = self._desk.present
        names = self._untold() if work.writing in (Writing.REPORT, Writing.CORRECTION) else list(work.untold_results)
        return [name for name in names if not work.is_told(name)]

    def _take(self, work: StudyWork, told: Communication) -> None:
        if work.is_signed:
            signing.add_addendum(work)
        if work.writing is Writing.ADDENDUM:
            self._write(work, told.line())
        else:
            work.communications[told.finding] = told
            work.revision += 1
        self._desk.tell_changed()

    def remove(self, finding: str) -> None:
        """Take back what was documented of the present report, to fill it in anew or not at all."""
        work = self._desk.present
        if not work.is_signed and finding in work.communications:
            del work.communications[finding]
            work.revision += 1
            self._desk.tell_changed()

    def _write(self, work: StudyWork, line: str) -> None:
        """Add a line to the addendum, through its document: what is not seen there would be lost with the next key."""
        document = self._desk.version_document()
        if document is None:
            work.set_impression(line)
            self._desk.opened.emit()
            return
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(f"\n{line}" if work.impression_text.strip() else line)
        work.set_impression(document.toPlainText())

    def _all(self) -> list[StudyWork]:
        worklist = self._desk.worklist
        return [worklist.present, *worklist.parked]
