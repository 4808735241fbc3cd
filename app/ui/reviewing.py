"""Keeps the second reader's review of the present study up to date, beside the window, as texts change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.study_work import StudyWork, Writing
from app.review.authors import Texts, review_texts
from app.review.flags import Flag, Review, Severity
from app.ui.background import run_aside
from app.ui.desk import Desk

PAUSE_MS = 50


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
            self._take(texts, _review(texts))
        return self.last

    def _begin(self) -> None:
        """One review at a time; what changed meanwhile is reviewed next."""
        texts = self._texts()
        if self._is_working or texts == self.last.texts:
            return
        self._is_working = True
        run_aside(self, lambda: _review(texts), lambda made: self._end(texts, made), self._fail)

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
        return replace(texts, impression=streamed, model_text=streamed, is_whole=False)
    if work.is_signed:
        # Addenda stand beside it: what is flagged on the signed report stays flagged.
        base = next(one for one in reversed(work.signatures) if one.kind is not Writing.ADDENDUM)
        version = base.version
        texts = replace(texts, findings=base.report.findings, impression=version.draft.text)
    texts = replace(texts, is_whole=work.writing is not Writing.ADDENDUM)
    if version is None or not version.is_by_model:
        return texts
    return replace(texts, model_text=version.draft.model_text, guarded=version.guarded)


def _review(texts: Texts) -> Review:
    """The review, or one flag that says that there is none: a rule that fails must not silence the others for good."""
    try:
        return review_texts(texts)
    except Exception as error:  # noqa: BLE001 - whatever a rule meets in a text, the radiologist must know
        message = f"The rules could not read this text ({type(error).__name__}). Nothing was checked."
        return Review((Flag("wrong_section", Severity.CRITICAL, message),), ())
