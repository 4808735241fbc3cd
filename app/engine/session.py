"""The engine's blocking face, for command lines, evaluation and verification: ask, wait, have the answer.

It does not know why a child was lost, only that it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import SimpleQueue
from types import TracebackType

from app.domain.errors import EngineError, WorkstationError
from app.domain.prompt import Length
from app.domain.report import Findings
from app.engine.client import EngineClient
from app.engine.many import ManyDrafts, Taken, Told
from app.engine.order import Order
from app.engine.protocol import Answer, Failed, Finished, Load, Prepared, Reading, Ready, Words
from app.engine.watchdog import DEADLINES, Deadlines
from app.paths import engine_command


class EngineSession:
    """An engine child for the time of a `with` block; one question at a time."""

    def __init__(self, command: Sequence[str] | None = None, deadlines: Deadlines = DEADLINES) -> None:
        self._told: Told = SimpleQueue()
        self._client = EngineClient(command or engine_command(), self._told.put, self._told.put, deadlines)

    def __enter__(self) -> EngineSession:
        """Raises EngineNotStarted."""
        self._client.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def load(
        self,
        path: str,
        *,
        prompt_style: str = "",
        gpu_layers: int | None = None,
        context: int = 0,
        threads: int = 0,
        guess_ahead: bool = True,
    ) -> Ready:
        """Load a model.

        Raises:
            ModelError, EngineError
        """
        request = Load(
            id=0,
            path=path,
            prompt_style=prompt_style,
            gpu_layers=gpu_layers,
            context=context,
            threads=threads,
            guess_ahead=guess_ahead,
        )
        asked = self._client.load(request)
        while True:
            answer = self._next()
            if isinstance(answer, Ready) and answer.id == asked:
                return answer
            self._raise_if_failed(answer, asked)

    def draft(
        self,
        findings: Findings,
        *,
        length: Length = "standard",
        similar: Sequence[str] = (),
        max_tokens: int = 256,
        alternative: int = 0,
        exam: str = "",
        copy_only: bool = True,
        recommendations: bool = False,
        on_words: Callable[[str], None] | None = None,
        on_reading: Callable[[float], None] | None = None,
    ) -> Finished:
        """Draft an impression; words and progress are told in this thread. An interruption cancels the draft.

        Raises:
            InputError, ModelError, EngineError: after the last, the next draft has a new child with the same model.
        """
        order = Order(findings, length, tuple(similar), max_tokens, alternative, exam, copy_only, recommendations)
        asked = self._client.draft(order)
        try:
            while True:
                match self._next():
                    case Words(id=found, text=text) if found == asked and on_words:
                        on_words(text)
                    case Reading(id=found, fraction=fraction) if found == asked and on_reading:
                        on_reading(fraction)
                    case Finished(id=found) as finished if found == asked:
                        return finished
                    case answer:
                        self._raise_if_failed(answer, asked)
        except KeyboardInterrupt:
            self._client.cancel(asked)
            raise

    def draft_many(self, orders: Iterable[Order | WorkstationError]) -> Iterator[Finished | WorkstationError]:
        """Draft many impressions, several at once: one answer for each order, in their order, as soon as it is there.

        Orders are taken in another thread, those that are computed and a few ahead; an error in the place of an order
        is its own answer. A draft that fails is answered by its error and holds up no other; after an EngineError the
        rest has a new child with the same model.
        """
        return ManyDrafts(self._client, self._told, orders).answers()

    def prepare(self, order: Order, *, is_open: bool = False) -> Prepared:
        """Let the engine read ahead; returns when it has, at once with nothing read where no engine can.

        Raises:
            EngineError
        """
        if not self.begin(order, is_open=is_open):
            return Prepared(id=0, tokens=0)
        while not isinstance(answer := self._next(), Prepared):
            pass
        return answer

    def begin(self, order: Order, *, is_open: bool = False) -> bool:
        """The same without waiting; what is asked next ends it. Whether an engine was asked."""
        return self._client.prepare(order, is_open=is_open)

    def forget(self) -> None:
        """Let the engine clear what it has read of a study."""
        self._client.forget()

    @property
    def process_id(self) -> int | None:
        """The child's, None while there is none."""
        return self._client.process_id

    def stderr_tail(self) -> str:
        """The child's last words; no report text among them."""
        return self._client.stderr_tail()

    def _next(self) -> Answer:
        while isinstance(told := self._told.get(), Taken):
            pass  # an order of a line that nobody waits for any more
        if isinstance(told, EngineError):
            raise told
        return told

    @staticmethod
    def _raise_if_failed(answer: Answer, asked: int) -> None:
        if isinstance(answer, Failed) and answer.id == asked:
            raise WorkstationError.revive(answer.kind, answer.sentence, answer.remedy)
