"""Drafts asked for together, each from its request to its answer, as many at once as there is room for.

It does not know pipes, nor in which order the answers are wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.errors import DraftingFailed
from app.engine.context import DecodeFailed
from app.engine.model import Model
from app.engine.parallel import NoRoom, ParallelLoop
from app.engine.protocol import DraftBeside, Finished, Reading
from app.engine.sequences import Sequences
from app.engine.wish import Listener, Reply, Wish
from app.engine.worker import Tell, failure

# Drafts at once, where the model's context could hold so many of the usual length; and tokens in one step: a step costs
# what its tokens cost, so that more of them bring little on a processor, and from 64 on llama.cpp's flash attention
# computes in another way than alone; a graphics card has its own, larger measure.
_AT_ONCE = 8
_USUAL_TOKENS = 512
_TOKENS_IN_A_STEP = 60

Next = Callable[[], DraftBeside | None]


@dataclass(frozen=True)
class _Waiting:
    request: DraftBeside
    wish: Wish


class Together:
    """Drafts side by side with one model, in a context of their own that holds as much as the model's.

    What is longer than its share of it is drafted alone, in the model's.
    """

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
        count = max(2, min(_AT_ONCE, model.context.size // _USUAL_TOKENS))
        self._model = model
        self._sequences = Sequences(
            model.pointer,
            count=count,
            size=model.context.size // count,
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
            while waiting and self._loop.has_room():
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
                reply = self._model.loop.draft(wish, listener) if isinstance(outcome, NoRoom) else _reply(outcome)
                tell(self._finished(request, wish, reply))
            except Exception as error:  # noqa: BLE001 - likewise
                known = DraftingFailed(str(error)) if isinstance(error, DecodeFailed) else error
                tell(failure(request.id, known))

        def read(fraction: float) -> None:
            tell(Reading(id=request.id, fraction=fraction))

        listener = Listener(read, lambda _: None, lambda: False)
        if self._loop.fits(wish):
            self._loop.begin(wish, listener, end)
        else:
            end(NoRoom())


def _reply(outcome: Reply | Exception) -> Reply:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
