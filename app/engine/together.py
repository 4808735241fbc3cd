"""Drafts asked for together, each from its request to its answer, as many at once as there is room for.

It does not know pipes, nor in which order the answers are wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.errors import DraftingFailed
from app.engine.context import DecodeFailed
from app.engine.model import Model
from app.engine.parallel import ParallelLoop
from app.engine.protocol import DraftBeside, Finished, Reading
from app.engine.sequences import Sequences
from app.engine.wish import Listener, Reply, Wish
from app.engine.worker import Tell, failure

# Drafts at once, and tokens in one step: a step costs what its tokens cost, so that more of them bring next to nothing
# on a processor, and a graphics card has its own, larger measure.
_AT_ONCE = 16
_TOKENS_IN_A_STEP = 64

Next = Callable[[], DraftBeside | None]


@dataclass(frozen=True)
class _Waiting:
    request: DraftBeside
    wish: Wish


class Together:
    """Drafts side by side with one model, in a context of their own that holds as much as the model's."""

    def __init__(
        self,
        model: Model,
        threads: int,
        opening: Sequence[int],
        wish: Callable[[DraftBeside], Wish],
        finished: Callable[[DraftBeside, Wish, Reply], Finished],
    ) -> None:
        """
        Args:
            opening: tokens that every prompt begins with.

        Raises:
            ContextRefused: there is no memory for it.
            DecodeFailed
        """
        self._sequences = Sequences(
            model.pointer,
            count=_AT_ONCE,
            size=model.context.size,
            chunk=max(_TOKENS_IN_A_STEP, model.context.chunk),
            threads=threads,
            vocabulary_size=model.vocabulary.size,
        )
        self._sequences.read_common(opening)
        self._loop = ParallelLoop(self._sequences, model.vocabulary)
        self._wish = wish
        self._finished = finished

    def close(self) -> None:
        self._sequences.close()

    def answer(self, first: DraftBeside, following: Next, tell: Tell) -> None:
        """Answer the first request and all that follow, until there are none."""
        waiting = self._understand(first, tell) or self._next(following, tell)
        while waiting or not self._loop.is_idle:
            while waiting and self._loop.has_room(waiting.wish):
                self._begin(waiting, tell)
                waiting = self._next(following, tell)
            self._loop.step()
            waiting = waiting or self._next(following, tell)

    def _next(self, following: Next, tell: Tell) -> _Waiting | None:
        while (request := following()) is not None:
            if waiting := self._understand(request, tell):
                return waiting
        return None

    def _understand(self, request: DraftBeside, tell: Tell) -> _Waiting | None:
        """What the request asks of the model; None if it cannot be answered, which is told."""
        try:
            return _Waiting(request, self._wish(request))
        except Exception as error:  # noqa: BLE001 - each request is answered for itself
            tell(failure(request.id, error))
            return None

    def _begin(self, waiting: _Waiting, tell: Tell) -> None:
        request, wish = waiting.request, waiting.wish

        def end(outcome: Reply | Exception) -> None:
            try:
                tell(self._finished(request, wish, _reply(outcome)))
            except Exception as error:  # noqa: BLE001 - likewise
                tell(failure(request.id, error))

        def read(fraction: float) -> None:
            tell(Reading(id=request.id, fraction=fraction))

        self._loop.begin(wish, Listener(read, lambda _: None, lambda: False), end)


def _reply(outcome: Reply | Exception) -> Reply:
    if isinstance(outcome, DecodeFailed):
        raise DraftingFailed(str(outcome)) from None
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
