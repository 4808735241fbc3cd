"""Marks in a report's text: lines under words, fills behind them, and shapes beside their line.

Marks never change the text. Each layer ("stale", "flags", "evidence") is set as a whole by the one who owns it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit, QWidget

GUTTER = 14
Layer = Literal["evidence", "stale", "flags"]
LineStyle = Literal["solid", "dashes", "dots", ""]
LAYERS: tuple[Layer, ...] = ("evidence", "stale", "flags")
_LINES = {
    "solid": QTextCharFormat.UnderlineStyle.SingleUnderline,
    "dashes": QTextCharFormat.UnderlineStyle.DashUnderline,
    "dots": QTextCharFormat.UnderlineStyle.DotLine,
}


@dataclass(frozen=True)
class TextMark:
    """One mark.

    Attributes:
        span: characters of the text.
        line: how the words are underlined; "" for not.
        color: of line and shape; `fill` the color behind the words, "" for none.
        shape: drawn in the gutter beside the first word.
    """

    span: tuple[int, int]
    line: LineStyle = ""
    color: str = ""
    fill: str = ""
    shape: str = ""


def select(document: QTextDocument, span: tuple[int, int]) -> QTextCursor:
    """A cursor that selects characters of a document's plain text. Qt counts UTF-16 units, Python characters."""
    text = document.toPlainText()
    cursor = QTextCursor(document)
    cursor.setPosition(_units(text[: span[0]]))
    cursor.setPosition(_units(text[: span[1]]), QTextCursor.MoveMode.KeepAnchor)
    return cursor


def character_at(cursor: QTextCursor) -> int:
    """Where a cursor stands, in characters of the plain text."""
    text = cursor.document().toPlainText()
    if text.isascii():
        return cursor.position()
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * cursor.position()].decode("utf-16-le", "replace"))


def selections(document: QTextDocument, marks: Sequence[TextMark]) -> list[QTextEdit.ExtraSelection]:
    """Marks as Qt draws them."""
    made = []
    for mark in marks:
        selection = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        if mark.line:
            form.setUnderlineStyle(_LINES[mark.line])
            form.setUnderlineColor(QColor(mark.color))
        if mark.fill:
            form.setBackground(QColor(mark.fill))
        # PySide's stubs call these methods; they are the struct's fields.
        selection.cursor, selection.format = select(document, mark.span), form
        made.append(selection)
    return made


class Gutter(QWidget):
    """The narrow strip left of a text, with a shape beside each line that holds a flag."""

    def __init__(self, edit: QTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._marks: list[TextMark] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        edit.verticalScrollBar().valueChanged.connect(self.update)
        edit.textChanged.connect(self.update)

    def show_marks(self, marks: Sequence[TextMark]) -> None:
        self._marks = [mark for mark in marks if mark.shape]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        taken: set[int] = set()
        for mark in self._marks:
            cursor = select(self._edit.document(), mark.span)
            cursor.setPosition(cursor.selectionStart())
            middle = self._edit.cursorRect(cursor).center().y()
            if middle not in taken:
                taken.add(middle)
                _draw(painter, mark.shape, QColor(mark.color), QPointF(GUTTER / 2 - 2, middle))


def _draw(painter: QPainter, shape: str, color: QColor, middle: QPointF) -> None:
    box = QRectF(middle.x() - 4, middle.y() - 4, 8, 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if shape == "■":
        painter.drawRect(box)
    elif shape == "▲":
        painter.drawPolygon([box.bottomLeft(), QPointF(middle.x(), box.top()), box.bottomRight()])
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(color)
        painter.drawEllipse(box)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
