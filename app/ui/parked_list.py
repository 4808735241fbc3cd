"""The parked studies: which they are, how far they are, and the way back to them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.domain.study_work import StudyWork, Writing
from app.domain.worklist import Worklist
from app.ui.desk import Desk
from app.ui.identity_bar import identity_line
from app.ui.pieces import button, count_words, label, named
from app.ui.question import ask

_STATES = {
    Writing.REPORT: "not signed",
    Writing.CORRECTION: "correction not signed",
    Writing.ADDENDUM: "addendum not signed",
    Writing.NOTHING: "signed",
}


def parked_summary(worklist: Worklist) -> str:
    """How many studies wait: "2 parked", "2 parked, 1 signed"; "" when none."""
    signed = sum(1 for work in worklist.parked if work.is_signed)
    unsigned = len(worklist.parked) - signed
    if not signed:
        return f"{unsigned} parked" if unsigned else ""
    return f"{unsigned} parked, {signed} signed"


def parked_line(work: StudyWork) -> str:
    """One parked study: identity, state, size, and how its findings begin."""
    state = _STATES[work.writing]
    if work.is_streaming:
        state = "drafting"
    elif work.is_signed and not work.is_finished:
        state = "signed, not copied"
    beginning = " ".join(work.report.findings.split())[:70]
    return f"{identity_line(work.study)}\n{state} · {count_words(work.report.findings)} · {beginning}"


class ParkedList(QDialog):
    """Opens the chosen study when it is accepted."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Parked studies")
        self._desk = desk
        self._list = named(QListWidget(), "Parked studies")
        self._list.setMinimumSize(620, 320)
        self._list.setSpacing(3)
        self._list.itemActivated.connect(self.accept)
        self._open = button("Open  Enter", "Open the study", is_default=True)
        self._open.clicked.connect(self.accept)
        self._discard = button("Discard…", "Discard the study")
        self._discard.clicked.connect(self._ask_discard)
        close = button("Close  Esc", "Close")
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._discard)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._open)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 14, 16, 12)
        inside.setSpacing(10)
        self._hint = label("", "muted")
        inside.addWidget(self._hint)
        inside.addWidget(self._list)
        inside.addLayout(buttons)
        self.accepted.connect(self._open_chosen)
        self._fill()

    def _fill(self) -> None:
        self._list.clear()
        for work in self._desk.worklist.parked:
            item = QListWidgetItem(parked_line(work))
            item.setData(Qt.ItemDataRole.UserRole, work)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        is_any = self._list.count() > 0
        self._open.setEnabled(is_any)
        self._discard.setEnabled(is_any)
        self._hint.setText("The study in front is parked in exchange." if is_any else "No study is parked.")

    def _chosen(self) -> StudyWork | None:
        item = self._list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    def _open_chosen(self) -> None:
        work = self._chosen()
        if work:
            self._desk.open(work)

    def _ask_discard(self) -> None:
        work = self._chosen()
        if work is None:
            return
        if not work.is_unsigned_work:
            self._drop(work)
            return
        text = f"{identity_line(work.study)}\nIts text is not signed and cannot be brought back."
        ask(self, "Discard this study?", text, "&Discard", lambda: self._drop(work))

    def _drop(self, work: StudyWork) -> None:
        self._desk.discard(work)
        self._fill()
