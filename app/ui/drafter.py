"""The one door between threads: what the engine client tells in its thread arrives as signals in the window's."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from app.domain.errors import EngineError, EngineNotStarted, WorkstationError
from app.domain.versions import Wanted
from app.engine.client import EngineClient
from app.engine.order import Order
from app.engine.protocol import Answer, Failed, Finished, Load, Reading, Ready, Words
from app.engine.watchdog import DEADLINES, Deadlines
from app.settings import Settings


class Drafter(QObject):
    """The window's engine.

    Signals:
        ready: the Ready of a loaded model; comes again after a restart.
        model_failed: the WorkstationError why a model cannot be used.
        reading: request id, fraction of the findings read.
        words: request id, the next piece, and how many characters before it are taken back.
        finished: the Finished of a draft.
        failed: request id, WorkstationError.
        lost: the EngineError that ended the engine; a draft that was being written is lost with it.
    """

    ready = Signal(object)
    model_failed = Signal(object)
    reading = Signal(int, float)
    words = Signal(int, str, int)
    finished = Signal(object)
    failed = Signal(int, object)
    lost = Signal(object)

    _answered = Signal(object)
    _was_lost = Signal(object)

    def __init__(self, command: list[str], parent: QObject | None = None, deadlines: Deadlines = DEADLINES) -> None:
        super().__init__(parent)
        self._answered.connect(self._sort, Qt.ConnectionType.QueuedConnection)
        self._was_lost.connect(self._forget, Qt.ConnectionType.QueuedConnection)
        self._client = EngineClient(command, self._answered.emit, self._was_lost.emit, deadlines)
        self._loading = 0
        self._is_closed = False
        self.model: Ready | None = None

    def start(self) -> None:
        """Start the engine's process; a failure comes as `lost`."""
        try:
            self._client.start()
        except EngineNotStarted as error:
            self.lost.emit(error)

    def use(self, path: Path, settings: Settings) -> None:
        """Load a model; `ready` or `model_failed` tells the end."""
        self.model = None
        request = Load(
            id=0,
            path=str(path),
            prompt_style=settings.prompt_style,
            gpu_layers=settings.gpu_layers,
            context=settings.context,
            threads=settings.threads,
            guess_ahead=settings.guess_ahead,
        )
        self._loading = self._client.load(request)

    @property
    def has_model(self) -> bool:
        """Whether a model is loaded or being loaded: a draft that is asked for now will come."""
        return bool(self._loading)

    @property
    def process_id(self) -> int | None:
        """The engine's, None while there is none."""
        return self._client.process_id

    def draft(self, wanted: Wanted, exam: str, settings: Settings) -> int:
        """Ask for a draft; the id under which it comes.

        Raises:
            WorkstationError: it cannot be asked now.
        """
        return self._client.draft(self.order(wanted, exam, settings))

    def order(self, wanted: Wanted, exam: str, settings: Settings) -> Order:
        """The engine's words for what is wanted."""
        return Order(
            wanted.findings,
            wanted.length,
            max_tokens=settings.max_tokens,
            alternative=wanted.alternative,
            exam=exam,
            copy_only=settings.copy_only,
            recommendations=settings.recommendations,
        )

    def prepare(self, order: Order, *, is_open: bool) -> None:
        """Let the engine read ahead; nothing comes of it but speed. Raises FindingsTooLarge."""
        self._client.prepare(order, is_open=is_open)

    def forget(self) -> None:
        """Let the engine clear what it has read of a study."""
        self._client.forget()

    def learn(self, impression: str) -> None:
        """Let the engine guess the phrases of a signed impression from now on."""
        self._client.learn(impression)

    def cancel(self, request: int) -> None:
        self._client.cancel(request)

    def awaits(self, request: int) -> bool:
        """Whether a draft may still come; a loss that is told now may be of an earlier engine than the one asked."""
        return self._client.awaits(request)

    def close(self) -> None:
        """End the engine; nothing is told any more."""
        self._is_closed = True
        self._client.close()

    def _sort(self, answer: Answer) -> None:
        if self._is_closed:
            return
        match answer:
            case Ready() if answer.id == self._loading:
                self.model = answer
                self.ready.emit(answer)
            case Reading():
                self.reading.emit(answer.id, answer.fraction)
            case Words():
                self.words.emit(answer.id, answer.text, answer.back)
            case Finished():
                self.finished.emit(answer)
            case Failed():
                error = WorkstationError.revive(answer.kind, answer.sentence, answer.remedy)
                if answer.id == self._loading:
                    self.model_failed.emit(error)
                else:
                    self.failed.emit(answer.id, error)

    def _forget(self, error: EngineError) -> None:
        if not self._is_closed:
            self.model = None
            self.lost.emit(error)
