"""The logits along a text that is being written: one evaluation a token, or one for several where guesses come true.

Whether a guess comes true is decided by who chooses the tokens; here it only saves an evaluation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.engine.choosing import Logits
from app.engine.context import Context
from app.engine.speculation import Speculation
from app.engine.wish import Cancelled, Listener


class Stepper:
    """Walks through a context. The logits that it gives are valid until it is asked again."""

    def __init__(self, context: Context, speculation: Speculation | None) -> None:
        self._context = context
        self._speculation = speculation
        self._rows: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._guesses: list[int] = []
        self._right = 0  # guesses that came true since the last evaluation

    def read(
        self,
        tokens: Sequence[int],
        listener: Listener,
        at_once: int = 0,
        reply: Sequence[int] | None = None,
        room: int = 0,
    ) -> Logits:
        """Evaluate at least one token from the start of the sequence, chunk by chunk; the logits after the last.

        Args:
            at_once: tokens a chunk, fewer than the context's own; 0: those.
            reply: the end of `tokens` that is reply already; None: no reply follows.
            room: how many tokens the reply may still grow by.

        Raises:
            Cancelled
        """
        self.settle()
        position = self._context.keep_common_prefix(tokens)
        size = min(at_once or self._context.chunk, self._context.chunk)
        while not listener.is_cancelled():
            chunk = tokens[position : position + size]
            position += len(chunk)
            if position == len(tokens):
                logits = self._evaluate(chunk, reply, room)
                listener.on_reading(1.0)
                return logits
            self._context.evaluate(chunk)
            listener.on_reading(position / len(tokens))
        raise Cancelled

    def after(self, token: int, reply: Sequence[int], room: int) -> Logits:
        """The logits after one token more, the reply's last."""
        if self._right < len(self._guesses) and self._guesses[self._right] == token:
            self._right += 1
            logits: Logits = self._rows[self._right]
            return logits
        self.settle()
        return self._evaluate([token], reply, room)

    def settle(self) -> None:
        """Forget the guesses that did not come true; nothing is taken from the last evaluation any more."""
        if self._speculation and len(self._rows):
            self._speculation.settle(self._right)
        self._context.keep(len(self._context.tokens) - (len(self._guesses) - self._right))
        self._rows = self._rows[:0]
        self._guesses, self._right = [], 0

    def _evaluate(self, chunk: Sequence[int], reply: Sequence[int] | None, room: int) -> Logits:
        if self._speculation and reply is not None:
            self._guesses = self._speculation.guess(reply, min(room, self._context.chunk - len(chunk)), base=len(chunk))
        rows = self._context.evaluate([*chunk, *self._guesses], len(self._guesses) + 1)
        if reply is not None:
            self._rows = rows
        if self._speculation and len(chunk) == 1 and self._context.has_all_threads:
            self._speculation.costs.note(len(rows), self._context.seconds)
        logits: Logits = rows[0]
        return logits
