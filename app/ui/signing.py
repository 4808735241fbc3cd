"""Signing, reopening, correcting and adding an addendum at the radiologist's word; asks only what is open."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain import signing
from app.domain.composition import whole_report
from app.domain.study_work import StudyWork, Writing
from app.settings import Settings
from app.ui.copy_out import CopyOut
from app.ui.desk import Desk
from app.ui.question import ask
from app.ui.second_reader import SecondReader
from app.ui.telling import Telling


class Signing(QObject):
    """Signals:
    remarked: why something was not done.
    signed: the whole impression that was signed.
    """

    remarked = Signal(str)
    signed = Signal(str)

    def __init__(
        self, desk: Desk, copy_out: CopyOut, reader: SecondReader, telling: Telling, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk, self._copy_out, self._settings, self._window = desk, copy_out, settings, window
        self._reader, self._telling = reader, telling

    def use(self, settings: Settings) -> None:
        self._settings = settings

    def sign(self) -> None:
        """Sign the present study; with open questions only after asking."""
        work = self._desk.present
        reason = signing.why_not_signable(work)
        if reason:
            self.remarked.emit(f"Not signed: {reason}")
            return
        questions = signing.open_questions(work, self._reader.criticals())
        if work.writing is not Writing.ADDENDUM:
            questions += [
                f"▲ The report says who was told of {finding}, but the impression no longer calls it a critical result."
                for finding in self._reader.told_of_nothing()
            ]
        if not questions:
            self._ask_of_results(work)
            return
        ask(
            self._window,
            "Sign all the same?",
            "\n".join(questions),
            "&Sign anyway",
            lambda: self._ask_of_results(work),
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
            and work.full_impression == base.impression.text
            and work.report.findings == base.report.findings
        )
        if unchanged:
            self._do(signing.withdraw)
        else:
            text = "What you wrote for it is discarded; the signed report stays as it is."
            ask(self._window, "Give it up?", text, "&Give up", lambda: self._do(signing.withdraw))

    def _ask_of_results(self, work: StudyWork) -> None:
        """A critical result is a task: fill it in now, or sign and do it later."""
        untold = self._reader.untold()
        if not untold:
            self._sign(work)
            return
        ask(
            self._window,
            "Critical result",
            f"{', '.join(untold).capitalize()}: who was told is not documented.",
            "&Later, sign now",
            lambda: self._sign(work),
            go_back="Fill in now",
            instead=self._telling.document,
        )

    def _sign(self, work: StudyWork) -> None:
        if work is not self._desk.present or signing.why_not_signable(work) is not None:
            return
        untold = self._reader.untold()
        signing.sign(work, self._settings.user_name or getpass.getuser(), datetime.now(), untold)
        if self._settings.copy_on_sign and whole_report(work):
            self._copy_out.copy_report()
        self._desk.tell_changed()
        self.signed.emit(work.full_impression)

    def _do(self, change: Callable[[StudyWork], None]) -> None:
        change(self._desk.present)
        self._desk.opened.emit()
        self._desk.tell_changed()
