"""Asking for a draft and receiving it: what the radiologist asks goes to the drafter, what comes becomes a version.

A draft belongs to the study it was asked for, also when that study has been parked meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.domain.errors import DraftingFailed, EngineBusy, WorkstationError
from app.domain.layout import lay_out
from app.domain.prompt import Length
from app.domain.study_work import IMMUTABLE, StudyWork
from app.domain.substance import check_substance
from app.domain.versions import Guarded, Wanted
from app.engine.protocol import Finished
from app.settings import Settings
from app.ui.desk import Desk
from app.ui.drafter import Drafter
from app.ui.stream import Stream

_TICK_MS = 50
# From so many on, words are read as they come; below, sentences are.
_QUICK_WORDS_A_SECOND = 15
NO_MODEL = "The model is not ready yet"
UNCHANGED = "Nothing changed since this draft · the same key again gives an alternative"


@dataclass
class _Asked:
    request: int
    work: StudyWork
    wanted: Wanted
    stream: Stream
    clock: QElapsedTimer
    is_stopped: bool = False

    def kept(self, finished: Finished) -> str:
        """What stays of the answer: of one that was stopped, nothing that came later, nor what was taken back."""
        heard = lay_out(self.stream.words.strip(), self.wanted.length)
        was_cut_off = self.is_stopped and finished.finish == "cancelled"
        return heard if was_cut_off and finished.text.startswith(heard) else finished.text


class Drafting(QObject):
    """Signals:
    streamed: text that may be shown, line about what is being done; for the present study.
    ended: nothing streams any more.
    remarked: a line under the draft.
    refused: a WorkstationError for the user.
    measured: words per second of a finished draft.
    """

    streamed = Signal(str, str)
    ended = Signal()
    remarked = Signal(str)
    refused = Signal(object)
    measured = Signal(float)

    def __init__(self, desk: Desk, drafter: Drafter, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._drafter, self._settings = desk, drafter, settings
        self._asked: _Asked | None = None
        self._is_quick = False
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._show)
        drafter.reading.connect(self._on_reading)
        drafter.words.connect(self._on_words)
        drafter.finished.connect(self._on_finished)
        drafter.failed.connect(self._on_failed)
        drafter.lost.connect(self._on_lost)

    def use(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def is_running(self) -> bool:
        return self._asked is not None

    def draft(self, length: Length | None = None) -> None:
        """Draft the present study; shows the version that stands already when nothing has changed."""
        work = self._desk.present
        if self._asked and self._asked.work is work:
            return
        if work.is_signed:
            self.remarked.emit(IMMUTABLE)
            return
        try:
            check_substance(work.report.findings)
        except WorkstationError as error:
            self.refused.emit(error)
            return
        if not self._drafter.has_model:
            self.remarked.emit(NO_MODEL)
            return
        before = work.current
        wanted = work.wanted(length)
        if wanted is None:
            self._desk.tell_changed()
            self.remarked.emit(UNCHANGED if before == work.current else "")
            return
        self._ask(work, wanted)

    def stop(self) -> None:
        """Stop what streams, if anything does; what has come so far stays, marked incomplete."""
        if self._asked:
            # The engine hears of it only after the step it computes; no word of that step may still appear.
            self._asked.is_stopped = True
            self._drafter.cancel(self._asked.request)

    def _ask(self, work: StudyWork, wanted: Wanted) -> None:
        if self._asked:
            # Of one that is being stopped, what it has written so far is still to come.
            self.refused.emit(EngineBusy())
            return
        try:
            request = self._drafter.draft(wanted, work.report.exam, self._settings)
        except WorkstationError as error:
            self.refused.emit(error)
            return
        model = self._drafter.model
        clock = QElapsedTimer()
        clock.start()
        self._asked = _Asked(
            request, work, wanted, Stream(wanted.length, self._is_quick or bool(model and model.gpu_layers)), clock
        )
        work.is_streaming = True
        self._tick.start()
        self.remarked.emit("")
        self._desk.tell_changed()

    def _show(self) -> None:
        asked = self._asked
        if asked and asked.work is self._desk.present:
            elapsed = asked.clock.elapsed()
            self.streamed.emit(asked.stream.visible(), asked.stream.activity(elapsed))

    def _on_reading(self, request: int, fraction: float) -> None:
        if self._asked and self._asked.request == request:
            self._asked.stream.fraction = fraction

    def _on_words(self, request: int, words: str, back: int) -> None:
        asked = self._asked
        if asked and asked.request == request and not asked.is_stopped:
            asked.stream.hear(words, back)
            self._show()

    def _on_finished(self, finished: Finished) -> None:
        asked = self._take(finished.id)
        if asked is None:
            return
        text = asked.kept(finished)
        if text.strip():
            marked = ((text[mark.start : mark.end], mark.kind) for mark in finished.marks)
            guarded = tuple(Guarded(words, kind) for words, kind in marked if words)
            asked.work.add_draft(asked.wanted, text, is_complete=finished.finish == "stop", guarded=guarded)
        self._end()
        if not finished.text.strip() and finished.finish != "cancelled":
            self.refused.emit(DraftingFailed("the model wrote nothing"))
        elif finished.finish == "length":
            self.remarked.emit(f"■ Cut off after {finished.output_tokens} tokens · Settings: Longest draft")
        elif finished.finish == "cancelled":
            self.remarked.emit("Stopped")
        if finished.output_tokens and finished.tokens_per_second:
            seconds = finished.output_tokens / finished.tokens_per_second
            words_a_second = len(finished.text.split()) / seconds
            self._is_quick = words_a_second >= _QUICK_WORDS_A_SECOND
            self.measured.emit(words_a_second)

    def _on_failed(self, request: int, error: WorkstationError) -> None:
        if self._take(request):
            self._end()
            self.refused.emit(error)

    def _on_lost(self, _error: WorkstationError) -> None:
        asked = self._asked
        if asked and not self._drafter.awaits(asked.request) and self._take(asked.request):
            if asked.stream.words.strip():
                asked.work.add_draft(asked.wanted, asked.stream.words.strip(), is_complete=False)
            self._end()

    def _take(self, request: int) -> _Asked | None:
        asked = self._asked
        if asked is None or asked.request != request:
            return None
        self._asked = None
        asked.work.is_streaming = False
        return asked

    def _end(self) -> None:
        self._tick.stop()
        self.ended.emit()
        self._desk.tell_changed()
