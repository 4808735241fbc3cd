"""Signing, reopening, correcting and adding an addendum at the radiologist's word; asks only what is open."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain import signing
from app.domain.composition import whole_report
from app.domain.study_work import StudyWork
from app.settings import Settings
from app.ui.copy_out import CopyOut
from app.ui.desk import Desk
from app.ui.question import ask


class Signing(QObject):
    """Signals:
    remarked: why something was not done.
    """

    remarked = Signal(str)

    def __init__(self, desk: Desk, copy_out: CopyOut, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._copy_out, self._settings, self._window = desk, copy_out, settings, window

    def use(self, settings: Settings) -> None:
        self._settings = settings

    def sign(self) -> None:
        """Sign the present study; with open questions only after asking."""
        work = self._desk.present
        reason = signing.why_not_signable(work)
        if reason:
            self.remarked.emit(f"Not signed: {reason}")
            return
        questions = signing.open_questions(work)
        if not questions:
            self._sign(work)
            return
        ask(
            self._window,
            "Sign all the same?",
            "\n".join(questions),
            "&Sign anyway",
            lambda: self._sign_if_present(work),
        )

    def reopen(self) -> None:
        self._do(signing.reopen)

    def correct(self) -> None:
        self._do(signing.correct)

    def add_addendum(self) -> None:
        self._do(signing.add_addendum)

    def withdraw(self) -> None:
        """Give up a correction or an addendum; asks when text would be lost."""
        work = self._desk.present
        base = work.signatures[-1] if work.signatures else None
        unchanged = not work.impression_text.strip() or (
            base is not None
            and work.impression_text.strip() == base.impression.text
            and work.report.findings == base.report.findings
        )
        if unchanged:
            self._do(signing.withdraw)
        else:
            text = "What you wrote for it is discarded; the signed report stays as it is."
            ask(self._window, "Give it up?", text, "&Give up", lambda: self._do(signing.withdraw))

    def _sign_if_present(self, work: StudyWork) -> None:
        if work is self._desk.present and signing.why_not_signable(work) is None:
            self._sign(work)

    def _sign(self, work: StudyWork) -> None:
        signing.sign(work, self._settings.user_name or getpass.getuser(), datetime.now())
        if self._settings.copy_on_sign and whole_report(work):
            self._copy_out.copy_report()
        self._desk.tell_changed()

    def _do(self, change: Callable[[StudyWork], None]) -> None:
        change(self._desk.present)
        self._desk.opened.emit()
        self._desk.tell_changed()
