"""Keeps the second reader's review of the present study up to date, beside the window, as texts change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.study_work import StudyWork, Writing
from app.review.authors import Texts, review_texts
from app.review.flags import Flag, Review
from app.ui.background import run_aside
from app.ui.desk import Desk

PAUSE_MS = 50
# What an unfinished text and an addendum cannot be asked: whether they mention, answer and end everything.
_OF_THE_WHOLE = frozenset({"omitted_finding", "question_unanswered", "incomplete_draft", "critical_result"})


@dataclass(frozen=True)
class Reviewed:
    """A review and the texts whose characters it counts."""

    texts: Texts
    review: Review

    @property
    def flags(self) -> tuple[Flag, ...]:
        return self.review.flags


NOTHING = Reviewed(Texts("", ""), Review((), ()))


class Reviewing(QObject):
    """Signals:
    reviewed: `last` speaks of other texts than before.
    """

    reviewed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._streamed = ""
        self._is_working = False
        self.last = NOTHING
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._begin)
        desk.touched.connect(self._pause.start)
        desk.changed.connect(self._pause.start)
        desk.opened.connect(self._forget)

    def show_stream(self, text: str) -> None:
        """What of a draft stands on the screen while it is being written."""
        if text != self._streamed:
            self._streamed = text
            self._pause.start()

    def now(self) -> Reviewed:
        """The review of the present texts, made at once if it does not stand yet."""
        texts = self._texts()
        if texts != self.last.texts:
            self._take(texts, _review(texts, self._is_whole()))
        return self.last

    def _begin(self) -> None:
        """One review at a time; what changed meanwhile is reviewed next."""
        texts, is_whole = self._texts(), self._is_whole()
        if self._is_working or texts == self.last.texts:
            return
        self._is_working = True
        run_aside(self, lambda: _review(texts, is_whole), lambda made: self._end(texts, made), self._fail)

    def _end(self, texts: Texts, made: Review) -> None:
        self._is_working = False
        if texts == self._texts():
            self._take(texts, made)
        else:
            self._begin()

    def _fail(self, error: Exception) -> None:
        self._is_working = False
        raise error

    def _take(self, texts: Texts, made: Review) -> None:
        self.last = Reviewed(texts, made)
        self.reviewed.emit()

    def _forget(self) -> None:
        self._streamed = ""
        self.last = NOTHING
        self.reviewed.emit()

    def _is_whole(self) -> bool:
        work = self._desk.present
        return not work.is_streaming and work.writing is not Writing.ADDENDUM

    def _texts(self) -> Texts:
        return texts_of(self._desk.present, self._streamed)


def texts_of(work: StudyWork, streamed: str = "") -> Texts:
    """What the second reader is given of a study."""
    report, version = work.report, work.version
    texts = Texts(
        findings=report.findings,
        impression=work.impression_text,
        exam=report.exam,
        indication=report.indication,
        comparison=report.comparison,
        sex=work.study.sex,
        age=work.study.age,
    )
    if work.is_streaming:
        return replace(texts, impression=streamed, model_text=streamed)
    if version is None or not version.is_by_model:
        return texts
    return replace(texts, model_text=version.draft.model_text, guarded=version.guarded)


def _review(texts: Texts, is_whole: bool) -> Review:
    made = review_texts(texts)
    if is_whole:
        return made
    return replace(made, flags=tuple(flag for flag in made.flags if flag.kind not in _OF_THE_WHOLE))
