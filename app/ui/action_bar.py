"""What can be done with the report now: draft, copy, sign; and for whom it would be signed."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.domain.prompt import LENGTHS
from app.domain.signing import can_reopen, why_not_signable
from app.domain.study_work import StudyWork, Writing
from app.ui.identity_bar import short_identity
from app.ui.keys import key_text
from app.ui.pieces import command_button, label


class ActionBar(QWidget):
    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._draft = command_button(actions["draft"], "Draft", kind="primary")
        self._lengths = {name: self._length_button(name) for name in LENGTHS}
        self._group = QButtonGroup(self)
        self._stop = command_button(actions["stop"], "Stop")
        self._reason = label("", "muted")
        self._sign = command_button(actions["sign"], "Sign", kind="primary")
        self._signed_only = [
            command_button(actions[name], text, shows_key=False)
            for name, text in (("reopen", "Reopen"), ("correct", "Correct…"), ("addendum", "Addendum"))
        ]
        self._withdraw = command_button(actions["withdraw"], "Give up", shows_key=False)
        self._for = label("")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._draft)
        for button in self._lengths.values():
            self._group.addButton(button)
            row.addWidget(button)
        row.addWidget(self._stop)
        row.addSpacing(14)
        row.addWidget(command_button(actions["copy_report"], "Copy report"))
        row.addWidget(command_button(actions["copy_impression"], "Impression"))
        row.addStretch(1)
        row.addWidget(self._reason)
        for button in self._signed_only:
            row.addWidget(button)
        row.addWidget(self._withdraw)
        row.addWidget(self._sign)
        row.addWidget(self._for)

    def show_work(self, work: StudyWork) -> None:
        """Enable what is possible and say why the rest is not."""
        reason = why_not_signable(work)
        can_draft = not work.is_signed
        for name in ("draft", *LENGTHS):
            self._actions[name].setEnabled(can_draft)
        self._actions["stop"].setEnabled(work.is_streaming)
        self._actions["copy_impression"].setEnabled(bool(work.impression_text.strip()) or work.is_signed)
        self._actions["copy_report"].setEnabled(not work.is_empty)
        self._actions["reopen"].setEnabled(can_reopen(work))
        self._actions["correct"].setEnabled(work.is_signed)
        self._actions["addendum"].setEnabled(work.is_signed)
        self._actions["withdraw"].setEnabled(work.writing in (Writing.CORRECTION, Writing.ADDENDUM))
        self._lengths[work.length].setChecked(True)
        self._stop.setVisible(work.is_streaming)
        self._draft.setVisible(not work.is_streaming)
        for button in (self._draft, *self._lengths.values()):
            button.setVisible(can_draft and not (button is self._draft and work.is_streaming))
        for button in self._signed_only:
            button.setVisible(work.is_signed)
        self._withdraw.setVisible(self._actions["withdraw"].isEnabled())
        self._sign.setVisible(not work.is_signed)
        self._sign.setEnabled(reason is None)
        self._reason.setText(reason if reason and not work.is_signed and work.impression_text.strip() else "")
        self._for.setText(f"for {short_identity(work.study)}" if not work.is_signed else short_identity(work.study))

    def _length_button(self, name: str) -> QPushButton:
        action = self._actions[name]
        button = command_button(action, name.capitalize(), kind="flat", shows_key=False)
        button.setCheckable(True)
        button.setToolTip(f"{action.text()} ({key_text(action)})")
        return button
