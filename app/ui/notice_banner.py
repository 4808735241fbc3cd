"""The one place where the window says that something went wrong, or that something slow is going on, and what helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from app.domain.errors import WorkstationError
from app.ui.pieces import button, flat_button, named, restyle

Severity = Literal["critical", "warning", "note"]
SHAPES: dict[Severity, str] = {"critical": "■", "warning": "▲", "note": "○"}


@dataclass(frozen=True)
class Notice:
    """Something the user must know.

    Attributes:
        action: what a button beside it does, with its label.
        progress: 0 to 1 while something slow is going on; None otherwise.
    """

    severity: Severity
    sentence: str
    remedy: str = ""
    action: tuple[str, Callable[[], None]] | None = None
    progress: float | None = None

    @staticmethod
    def of(error: WorkstationError, action: tuple[str, Callable[[], None]] | None = None) -> Notice:
        severity: Severity = "warning" if error.exit_code == 2 else "critical"
        return Notice(severity, error.sentence, error.remedy, action)


class NoticeBanner(QFrame):
    """Shows one notice at a time, the latest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "banner")
        self.setAccessibleName("Notice")
        self._shape = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._progress = named(QProgressBar(textVisible=False, maximum=100), "Progress")
        self._progress.setFixedWidth(180)
        self._action = button("", "What can be done")
        self._close = flat_button("Close", "Close this notice")
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._shape)
        row.addWidget(self._text, 1)
        row.addWidget(self._progress)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self._run: Callable[[], None] | None = None
        self._action.clicked.connect(self._act)
        self.notice: Notice | None = None
        self.hide()

    def tell(self, notice: Notice) -> None:
        """Show a notice; it stays until it is closed or another one comes."""
        self.notice = notice
        self._shape.setText(SHAPES[notice.severity])
        restyle(self._shape, kind=notice.severity)
        self._text.setText(f"{notice.sentence} {notice.remedy}".strip())
        self.setAccessibleDescription(self._text.text())
        self._progress.setVisible(notice.progress is not None)
        self._progress.setValue(round(100 * (notice.progress or 0.0)))
        self._action.setVisible(notice.action is not None)
        self._close.setVisible(notice.progress is None)
        if notice.action:
            label, self._run = notice.action
            self._action.setText(label)
            self._action.setAccessibleName(label.replace("&", ""))
        restyle(self, severity=notice.severity)
        self.show()

    def forget(self) -> None:
        """What the notice said is over."""
        self.notice = None
        self.hide()

    def _act(self) -> None:
        run = self._run
        self.forget()
        if run:
            run()
