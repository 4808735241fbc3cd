"""Where the panels stand: side by side, stacked on narrow and upright screens, fields above findings on wide ones.

The second reader's panel will stand under the draft, and from 1600 pixels in a column of its own.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.ui.draft_panel import DraftPanel
from app.ui.exam_fields import ExamFields
from app.ui.findings_panel import FindingsPanel

STACKED_BELOW = 1100
WIDE_FROM = 1600


class PanelArea(QWidget):
    def __init__(
        self, fields: ExamFields, findings: FindingsPanel, draft: DraftPanel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fields = fields
        self._left = QWidget()
        self._column = QVBoxLayout(self._left)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(findings, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(8)
        self._splitter.addWidget(self._left)
        self._splitter.addWidget(draft)
        self._splitter.setSizes([1000, 1000])
        for place in (0, 1):
            self._splitter.setStretchFactor(place, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(8)
        self._whole.addWidget(fields)
        self._whole.addWidget(self._splitter, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = event.size().width(), self.window().height()
        is_stacked = width < STACKED_BELOW or height > width
        self._splitter.setOrientation(Qt.Orientation.Vertical if is_stacked else Qt.Orientation.Horizontal)
        is_wide = width >= WIDE_FROM and not is_stacked
        if is_wide and self._fields.parentWidget() is not self._left:
            self._column.insertWidget(0, self._fields)
            self._fields.show()
        elif not is_wide and self._fields.parentWidget() is not self:
            self._whole.insertWidget(0, self._fields)
            self._fields.show()
