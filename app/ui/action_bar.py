"""What can be done with the report now: draft, copy, sign; and for whom it would be signed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.domain.prompt import LENGTHS
from app.domain.signing import can_reopen, why_not_signable
from app.domain.study_work import StudyWork, Writing
from app.ui.identity_bar import short_identity
from app.ui.keys import key_text
from app.ui.pieces import ElidedLabel, command_button, restyle


class ActionBar(QWidget):
    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._draft = command_button(actions["draft"], "Draft", kind="primary")
        self._lengths = {name: self._length_button(name) for name in LENGTHS}
        self._group = QButtonGroup(self)
        self._stop = command_button(actions["stop"], "Stop")
        self._sign = command_button(actions["sign"], "Sign", kind="primary")
        self._signed_only = [
            command_button(actions[name], text, shows_key=False)
            for name, text in (("reopen", "Reopen"), ("correct", "Correct…"), ("addendum", "Addendum"))
        ]
        self._withdraw = command_button(actions["withdraw"], "Give up", shows_key=False)
        self._for = ElidedLabel()
        self._asking, asking = _group()
        asking.addWidget(self._draft)
        asking.addWidget(self._stop)
        asking.addSpacing(8)
        for button in self._lengths.values():
            self._group.addButton(button)
            asking.addWidget(button)
        asking.addSpacing(8)
        self._left, left = _group()
        left.addWidget(self._asking)
        left.addWidget(command_button(actions["copy_report"], "Copy report"))
        left.addWidget(command_button(actions["copy_impression"], "Impression"))
        left.addStretch(1)
        self._right, right = _group()
        right.addStretch(1)
        for button in (*self._signed_only, self._withdraw, self._sign):
            right.addWidget(button)
        right.addWidget(self._for)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._rows.addWidget(self._left)
        self._rows.addWidget(self._right, 1)

    def minimumSizeHint(self) -> QSize:
        """Room for one of the two groups: they stand below each other where the window is too narrow for both."""
        left, right = self._left.minimumSizeHint(), self._right.minimumSizeHint()
        return QSize(max(left.width(), right.width()), super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        return handled

    def _fit(self) -> None:
        needed = self._left.sizeHint().width() + self._right.sizeHint().width() + 6
        is_narrow = needed > self.width()
        self._rows.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)

    def show_work(self, work: StudyWork) -> None:
        """Enable what is possible and say why the rest is not."""
        reason = why_not_signable(work)
        for name in ("draft", *LENGTHS):
            self._actions[name].setEnabled(not work.is_signed and not work.is_streaming)
        self._actions["stop"].setEnabled(work.is_streaming)
        self._actions["copy_impression"].setEnabled(bool(work.impression_text.strip()) or work.is_signed)
        self._actions["copy_report"].setEnabled(not work.is_empty)
        self._actions["reopen"].setEnabled(can_reopen(work))
        self._actions["correct"].setEnabled(work.is_signed)
        self._actions["addendum"].setEnabled(work.is_signed)
        self._actions["withdraw"].setEnabled(work.writing in (Writing.CORRECTION, Writing.ADDENDUM))
        self._lengths[work.length].setChecked(True)
        self._asking.setVisible(not work.is_signed)
        for button in self._signed_only:
            button.setVisible(work.is_signed)
        self._withdraw.setVisible(self._actions["withdraw"].isEnabled())
        self._sign.setVisible(not work.is_signed)
        # It stays enabled: pressed too early, it says why.
        self._sign.setToolTip(f"Not yet: {reason}" if reason else "Sign, and copy the report")
        restyle(self._sign, kind="" if reason else "primary")
        identity = short_identity(work.study)
        self._for.setText(identity if work.is_signed else f"for {identity}")
        restyle(self._for, kind="" if work.study.is_identified else "warning")

    def _length_button(self, name: str) -> QPushButton:
        action = self._actions[name]
        button = command_button(action, name.capitalize(), kind="flat", shows_key=False)
        button.setCheckable(True)
        button.setToolTip(f"{action.text()} ({key_text(action)})")
        return button


def _group() -> tuple[QWidget, QHBoxLayout]:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    return group, row
