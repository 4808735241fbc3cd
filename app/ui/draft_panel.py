"""The impression: streaming, proposed, edited or signed, with everything the reader must know about it above it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.composition import addendum_number
from app.domain.study_work import StudyWork, Writing
from app.ui.copy_out import CopyOut
from app.ui.desk import Desk
from app.ui.documents import new_document
from app.ui.draft_notes import DraftNotes
from app.ui.lock import Lock
from app.ui.pieces import ElidedLabel, command_button, count_words, flat_button, label, restyle
from app.ui.report_edit import ReportEdit
from app.ui.text_marks import GUTTER

_EMPTY = "The draft appears here; you can also write by hand"


class DraftPanel(QWidget):
    """Signals:
    end_seen: the end of the version shown has been on screen.
    """

    end_seen = Signal()

    def __init__(
        self, desk: Desk, copy_out: CopyOut, actions: dict[str, QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.edit = ReportEdit(copy_out.selection)
        self.edit.setAccessibleName("Impression")
        self._title = ElidedLabel("title")
        self._version = ElidedLabel("muted")
        self._words = label("", "muted")
        self._lock = Lock()
        self._paging = QWidget()
        # Its room is kept, so that a second version does not push the text down.
        kept = self._paging.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._paging.setSizePolicy(kept)
        self._row = QWidget()
        self._back = command_button(actions["model_text"], "Back to model text", kind="flat", shows_key=False)
        self.notes = DraftNotes(actions)
        self._remark = label("", "note")
        # Its line is always kept: a remark must not push the end of a draft out of sight.
        self._remark.setIndent(GUTTER + 2)
        self._remark.setMinimumHeight(self._remark.fontMetrics().height())
        self._rule = QFrame()
        self._rule.setFixedWidth(4)
        self._arrange(actions)
        self._is_streaming = False
        self._blank = new_document()
        self.edit.textChanged.connect(self._on_text)
        self.edit.report_pasted.connect(desk.begin_from_report)
        self.edit.undone_at_start.connect(desk.take_back)
        self._looking = QTimer(self, singleShot=True, interval=0)
        self._looking.timeout.connect(self._look)
        bar = self.edit.verticalScrollBar()
        bar.valueChanged.connect(self._looking.start)
        bar.rangeChanged.connect(self._looking.start)

    def show_work(self) -> None:
        """Show the present study's impression in the state it is in."""
        work = self._desk.present
        if not self._is_streaming or not work.is_streaming:
            self._is_streaming = False
            self._show_document(work)
        self.edit.setReadOnly(work.is_signed or work.is_streaming)
        self.edit.setPlaceholderText("" if work.is_streaming else _placeholder(work))
        self._show_heading(work)
        self._looking.start()

    def show_stream(self, text: str, activity: str) -> None:
        """Show what has come so far; what stands there never moves, it only gives way to words taken back."""
        if not self._is_streaming:
            self._is_streaming = True
            self.edit.show_document(new_document())
            self.edit.setReadOnly(True)
        shown = self.edit.text
        end = QTextCursor(self.edit.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        if text.startswith(shown):
            end.insertText(text[len(shown) :])
        elif shown.startswith(text):
            end.setPosition(len(text), QTextCursor.MoveMode.KeepAnchor)
            end.removeSelectedText()
        self._version.setText(activity)

    def remark(self, text: str) -> None:
        """One line under the draft."""
        self._remark.setText(text)

    def back_to_model_text(self) -> None:
        """The model's words again, as one step of undo."""
        version = self._desk.present.version
        if version and version.is_by_model and not self.edit.isReadOnly():
            self.edit.replace_text(version.draft.model_text)

    def _show_document(self, work: StudyWork) -> None:
        if work.is_signed:
            document = self._desk.signed_document()
            if document.toPlainText() != self.edit.text or not self.edit.isReadOnly():
                self.edit.show_document(document)
            return
        document = self._desk.version_document() or self._blank
        if document is self._blank and self.edit.document() is not self._blank:
            document = self._blank = new_document()
        self.edit.show_document(document)

    def _show_heading(self, work: StudyWork) -> None:
        version = work.version
        self._title.setText(_title(work))
        restyle(self._title, kind="title" if work.is_signed or not self._has_text(work) else "warning")
        rule = "signed-rule" if work.is_signed else "draft-rule"
        restyle(self._rule, kind=rule if self._has_text(work) else "no-rule")
        shows_version = version is not None and not work.is_signed and not work.is_streaming
        if work.is_signed:
            self._version.setText("The legal signature is given in the RIS")
        elif not work.is_streaming:
            self._version.setText(_version_line(work))
        self._paging.setVisible(shows_version and len(work.versions) > 1)
        self._back.setVisible(bool(shows_version and version and version.differs_from_model))
        self._lock.setVisible(work.is_signed)
        self._row.setVisible(self._has_text(work))
        self._words.setText(count_words(self.edit.text) if self._has_text(work) and not work.is_streaming else "")

    def _has_text(self, work: StudyWork) -> bool:
        return work.is_signed or work.is_streaming or bool(work.impression_text.strip())

    def _on_text(self) -> None:
        work = self._desk.present
        if self._is_streaming or work.is_signed or self.edit.isReadOnly():
            return
        if self.edit.text != work.impression_text:
            self._desk.set_impression(self.edit.text, self.edit.document())

    def _look(self) -> None:
        version = self._desk.present.version
        if version and not version.end_seen and not self._is_streaming and self.edit.shows_end:
            self.end_seen.emit()

    def _arrange(self, actions: dict[str, QAction]) -> None:
        first = QHBoxLayout()
        first.setContentsMargins(GUTTER + 2, 0, 8, 0)
        first.addWidget(self._lock)
        first.addWidget(self._title, 1)
        first.addWidget(self._words)
        second = QHBoxLayout(self._row)
        second.setContentsMargins(GUTTER + 2, 0, 0, 0)
        second.setSpacing(4)
        second.addWidget(self._version)
        second.addWidget(self._back)
        second.addStretch(1)
        pages = QHBoxLayout(self._paging)
        pages.setContentsMargins(0, 0, 0, 0)
        pages.setSpacing(0)
        for name, text in (("previous_version", "‹"), ("next_version", "›")):
            button = flat_button(text, actions[name].text())
            button.setToolTip(f"{actions[name].text()} ({actions[name].shortcut().toString()})")
            button.clicked.connect(actions[name].trigger)
            pages.addWidget(button)
        second.addWidget(self._paging)
        frame = QFrame()
        frame.setProperty("kind", "panel")
        row = QHBoxLayout(frame)
        row.setContentsMargins(5, 5, 0, 5)
        row.setSpacing(0)
        row.addWidget(self._rule)
        column = QVBoxLayout()
        column.setContentsMargins(0, 5, 6, 3)
        column.setSpacing(6)
        column.addLayout(first)
        column.addWidget(self._row)
        column.addWidget(self.notes)
        column.addWidget(self.edit, 1)
        column.addWidget(self._remark)
        row.addLayout(column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)


def _title(work: StudyWork) -> str:
    if work.is_signed:
        given = work.signatures[-1].impression
        return f"Signed here {given.signed_at:%H:%M} by {given.signed_by}"
    match work.writing:
        case Writing.CORRECTION:
            return "CORRECTION – requires radiologist review"
        case Writing.ADDENDUM:
            return f"ADDENDUM {addendum_number(work)} – the signed report above it stays as it is"
    if not work.impression_text.strip() and not work.is_streaming:
        return "IMPRESSION"
    return "DRAFT – requires radiologist review"


def _version_line(work: StudyWork) -> str:
    return f"{work.current + 1} of {len(work.versions)} · {work.version.label()}" if work.version else ""


def _placeholder(work: StudyWork) -> str:
    if work.writing is Writing.ADDENDUM:
        return "Write the addendum here"
    return _EMPTY
