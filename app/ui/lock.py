"""A small lock: signed text is told by its shape, not by a color alone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget


class Lock(QWidget):
    """Drawn, because not every system's fonts have one."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Signed")
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().height()
        return QSize(height, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = self.height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self.palette().windowText().color()
        painter.setPen(QPen(ink, side / 10))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(side * 0.28, side * 0.12, side * 0.36, side * 0.6), side * 0.18, side * 0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(QRectF(side * 0.16, side * 0.44, side * 0.6, side * 0.46), side * 0.06, side * 0.06)
