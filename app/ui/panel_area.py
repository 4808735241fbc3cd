"""Where the panels stand: side by side, stacked on narrow and upright screens, a column for each on wide ones.

The second reader stands under the draft, and from 1600 pixels in a column of its own; there the fields stand above the
findings.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.ui.draft_panel import DraftPanel
from app.ui.exam_fields import ExamFields
from app.ui.findings_panel import FindingsPanel
from app.ui.flag_panel import FlagPanel

STACKED_BELOW = 1100
WIDE_FROM = 1600
_COLUMNS = (38, 38, 24)
_DRAFT_OVER_FLAGS = (56, 44)


class PanelArea(QWidget):
    def __init__(
        self,
        fields: ExamFields,
        findings: FindingsPanel,
        draft: DraftPanel,
        flags: FlagPanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fields, self._flags = fields, flags
        self._left = QWidget()
        self._column = QVBoxLayout(self._left)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(findings, 1)
        self._right = _splitter(Qt.Orientation.Vertical)
        self._right.addWidget(draft)
        self._right.addWidget(flags)
        self._splitter = _splitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self._left)
        self._splitter.addWidget(self._right)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(8)
        self._whole.addWidget(fields)
        self._whole.addWidget(self._splitter, 1)
        self._is_wide: bool | None = None
        self._is_stacked: bool | None = None

    def minimumSizeHint(self) -> QSize:
        """Room for one panel beside none: the panels are stacked before a narrower window needs more."""
        panels = (self._fields, self._left, self._right, self._flags)
        return QSize(max(one.minimumSizeHint().width() for one in panels), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = event.size().width(), self.window().height()
        is_stacked = width < STACKED_BELOW or height > width
        is_wide = width >= WIDE_FROM and not is_stacked
        if (is_stacked, is_wide) == (self._is_stacked, self._is_wide):
            return
        self._is_stacked, self._is_wide = is_stacked, is_wide
        self._splitter.setOrientation(Qt.Orientation.Vertical if is_stacked else Qt.Orientation.Horizontal)
        if is_wide:
            self._column.insertWidget(0, self._fields)
            self._splitter.addWidget(self._flags)
            self._splitter.setSizes([1000 * part for part in _COLUMNS])
        else:
            self._whole.insertWidget(0, self._fields)
            self._right.addWidget(self._flags)
            self._right.setSizes([1000 * part for part in _DRAFT_OVER_FLAGS])
            self._splitter.setSizes([1000, 1400] if is_stacked else [1000, 1000])
        self._fields.show()
        self._flags.show()


def _splitter(orientation: Qt.Orientation) -> QSplitter:
    made = QSplitter(orientation)
    made.setChildrenCollapsible(False)
    made.setHandleWidth(8)
    return made
