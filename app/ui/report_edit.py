"""The text field of both panels: plain text, a readable line, one way in and one way out.

It does not know studies; it tells what was pasted and asks its owner what a copy may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from app.domain.report import is_whole_report
from app.ui.copy_out import inside_text
from app.ui.documents import new_document
from app.ui.text_marks import GUTTER, LAYERS, Gutter, Layer, TextMark, select, selections
from app.ui.theme import LINE_CHARACTERS


class ReportEdit(QTextEdit):
    """Signals:
    report_pasted: a whole report was pasted or dropped here; its text was not inserted.
    undone_at_start: undo was pressed where this document has nothing left to undo.
    clicked: a place in the text was clicked, nothing selected.
    """

    report_pasted = Signal(str)
    undone_at_start = Signal()
    clicked = Signal()

    def __init__(self, make_copy: Callable[[str], QMimeData], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_copy = make_copy
        self._marks: dict[Layer, tuple[TextMark, ...]] = {}
        self._gutter = Gutter(self)
        self._shown: QTextDocument | None = None
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.show_document(new_document())

    @property
    def text(self) -> str:
        return self.toPlainText()

    def show_document(self, document: QTextDocument) -> None:
        """Show another document; the caret returns to where it was in it."""
        if document is self.document():
            return
        self.document().setProperty("caret", self.textCursor().position())
        document.setDefaultFont(self.font())
        self.blockSignals(True)
        self.setDocument(document)
        self.blockSignals(False)
        # Qt does not own it: without this reference Python would free it while it is shown. PySide keeps every document
        # that it was ever given, texts of discarded studies among them, until it is told to let go.
        before, self._shown = self._shown, document
        if before is not None:
            before.setParent(None)
        caret = document.property("caret")
        cursor = QTextCursor(document)
        if isinstance(caret, int):
            cursor.setPosition(min(caret, max(document.characterCount() - 1, 0)))
        self.setTextCursor(cursor)
        # Marks belong to the text that stood here.
        for layer in LAYERS:
            self.show_marks(layer, ())
        self._keep_lines_short()

    def replace_text(self, text: str) -> None:
        """Replace everything, as one step of undo."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()

    def replace_span(self, span: tuple[int, int], text: str) -> None:
        """Replace characters, as one step of undo."""
        cursor = select(self.document(), span)
        cursor.beginEditBlock()
        cursor.insertText(text)
        cursor.endEditBlock()

    def show_marks(self, layer: Layer, marks: Sequence[TextMark]) -> None:
        """Set one layer of marks; none takes it away."""
        self._marks[layer] = tuple(marks)
        every = [mark for name in LAYERS for mark in self._marks.get(name, ())]
        self.setExtraSelections(selections(self.document(), every))
        self._gutter.show_marks(every)

    def bring_into_view(self, span: tuple[int, int]) -> None:
        """Scroll as little as shows the characters; the caret stays where it is."""
        rect = self.cursorRect(select(self.document(), span))
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top() - rect.height())
        elif rect.bottom() > height:
            bar.setValue(bar.value() + rect.bottom() - height + rect.height())

    @property
    def shows_end(self) -> bool:
        """Whether the end of the text is on screen now."""
        window = self.window()
        if not self.isVisible() or window.isMinimized():
            return False
        end = QTextCursor(self.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        return self.cursorRect(end).center().y() <= self.viewport().height()

    # --- Qt's own doors: every copy, cut, drag and X11 selection; every paste and drop -------------------------------

    def createMimeDataFromSelection(self) -> QMimeData:
        return self._make_copy(self.textCursor().selection().toPlainText())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not self.isReadOnly()

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = inside_text(source)
        if text is None:
            text = source.text()
            if is_whole_report(text):
                self.report_pasted.emit(text)
                return
        self.textCursor().insertText(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
        self.ensureCursorVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo) and not self.document().isUndoAvailable():
            self.undone_at_start.emit()
            return
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.text().isprintable() and event.text():
            # A command's key that does nothing now must not become a digit of the report.
            event.ignore()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.textCursor().hasSelection():
            self.clicked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._gutter.setGeometry(0, 0, GUTTER, self.height())
        self._keep_lines_short()

    def _keep_lines_short(self) -> None:
        widest = self.fontMetrics().averageCharWidth() * LINE_CHARACTERS
        bar = self.verticalScrollBar().sizeHint().width()
        self.setViewportMargins(GUTTER, 0, max(0, self.width() - GUTTER - widest - bar), 0)
