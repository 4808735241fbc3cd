"""Lets the engine read the findings while they are dictated, so that the draft is ready when the dictation ends.

What it computes stays unseen until the radiologist asks for a draft: seeing it early would anchor the reader.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.domain.errors import WorkstationError
from app.domain.study_work import StudyWork
from app.engine.order import Order
from app.power import on_battery
from app.settings import Settings
from app.ui.desk import Desk
from app.ui.drafter import Drafter

# While keys come, the engine is told at most this often; after so long without one, or at once when a sentence ends,
# the findings count as complete. A draft asked for 150 ms after the last key must have begun by then, so the pause is
# half as long; with reading ahead only in pauses it is one that nobody makes between two letters.
_WHILE_TYPING_MS = 150
_PAUSE_MS: dict[str, int] = {"full": 80, "low": 400}
_SENTENCE_ENDS = (".", "!", "?", "\n")
# So long without a key, and nothing of the study stays in the engine's memory.
_FORGET_MS = 10 * 60_000


class Preparing(QObject):
    def __init__(
        self,
        desk: Desk,
        drafter: Drafter,
        settings: Settings,
        parent: QObject | None = None,
        is_on_battery: Callable[[], bool] = on_battery,
    ) -> None:
        super().__init__(parent)
        self._desk, self._drafter, self._settings = desk, drafter, settings
        self._is_on_battery = is_on_battery
        self._told: tuple[Order, bool] | None = None
        self._typing = QTimer(self, singleShot=True, interval=_WHILE_TYPING_MS)
        self._typing.timeout.connect(lambda: self._tell(is_open=True))
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(lambda: self._tell(is_open=False))
        self._quiet = QTimer(self, singleShot=True, interval=_FORGET_MS)
        self._quiet.timeout.connect(self.forget)
        desk.touched.connect(self._on_key)
        desk.opened.connect(self._on_other_study)
        drafter.ready.connect(self._on_ready)

    def use(self, settings: Settings) -> None:
        self._settings = settings
        if settings.prepare == "off":
            self.forget()

    def forget(self) -> None:
        """Nothing of a study stays in the engine's memory."""
        self._typing.stop()
        self._pause.stop()
        self._told = None
        self._drafter.forget()

    def stay(self) -> None:
        """A draft has ended: the engine holds it until nobody has been here for a while."""
        self._told = None
        self._quiet.start()

    def _on_ready(self) -> None:
        self._told = None
        self._pause.start(self._patience())

    def _on_key(self) -> None:
        self._quiet.start()
        if not self._typing.isActive() and self._settings.prepare == "full":
            self._typing.start()
        self._pause.start(self._patience())

    def _patience(self) -> int:
        """Milliseconds without a key after which the findings count as complete."""
        ends = self._desk.present.report.findings.endswith(_SENTENCE_ENDS)
        return 0 if ends and self._settings.prepare == "full" else _PAUSE_MS.get(self._settings.prepare, 0)

    def _on_other_study(self) -> None:
        self.forget()
        self._on_key()

    def _tell(self, *, is_open: bool) -> None:
        work = self._desk.present
        if self._told and not work.report.findings.strip():
            self.forget()
        if not self._is_wanted(work) or self._is_on_battery():
            return
        order = self._drafter.order(work.asked(), work.report.exam, self._settings)
        if (order, is_open) == self._told or (order, False) == self._told:
            return
        self._told = (order, is_open)
        try:
            self._drafter.prepare(order, is_open=is_open)
        except WorkstationError:
            # Too much text to be sent: the radiologist hears of it when a draft is asked for.
            return

    def _is_wanted(self, work: StudyWork) -> bool:
        if self._settings.prepare == "off" or not self._drafter.has_model:
            return False
        if work.findings_locked or work.is_streaming:
            return False
        return bool(work.report.findings.strip())
