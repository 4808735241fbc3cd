"""What the model has read so far: tokens go in through one reusable batch, logits come out of the rows asked for.

It does not know what the tokens mean, nor which one comes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.batch import Batch
from app.engine.binding import llama
from app.engine.context_params import context_params
from app.engine.crew import Crew

_SEQUENCE = 0


class DecodeFailed(RuntimeError):
    """llama.cpp could not compute; what had been read is forgotten."""


class ContextRefused(RuntimeError):
    """There is no memory for a context of this size."""


class Context:
    """One sequence of evaluated tokens.

    Attributes:
        size: how many tokens fit.
        chunk: how many tokens are evaluated at once, the time after which a cancel is heard.
        tokens: those evaluated.
        seconds: that the last evaluation took.
    """

    def __init__(self, model: Any, *, size: int, chunk: int, threads: int, vocabulary_size: int) -> None:
        """Raises ContextRefused."""
        params = context_params(size=size, chunk=chunk, threads=threads)
        self._context = llama.llama_init_from_model(model, params)
        if not self._context:
            raise ContextRefused
        self._memory = llama.llama_get_memory(self._context)
        self._vocabulary_size = vocabulary_size
        self._batch = Batch(chunk)
        self._crew = Crew(threads)
        self.size: int = llama.llama_n_ctx(self._context)
        self.chunk = chunk
        self.tokens: list[int] = []
        self.seconds = 0.0

    @property
    def has_all_threads(self) -> bool:
        """Whether the next evaluation is computed as quickly as this PC can."""
        return self._crew.threads == self._crew.most

    @property
    def is_held_up(self) -> bool:
        """Whether something else wanted the device during the last evaluation."""
        return self._crew.is_held_up

    def close(self) -> None:
        llama.llama_free(self._context)

    def clear(self) -> None:
        """Forget everything, its traces in memory too."""
        llama.llama_memory_clear(self._memory, True)
        self._batch.clear()
        self.tokens.clear()

    def keep_common_prefix(self, tokens: Sequence[int]) -> int:
        """Forget everything after the first token that differs; how many tokens are kept.

        At least the last of `tokens` is left to evaluate, because its logits are wanted.
        """
        kept = 0
        for ours, theirs in zip(self.tokens, tokens[:-1], strict=False):
            if ours != theirs:
                break
            kept += 1
        self.keep(kept)
        return kept

    def evaluate(self, tokens: Sequence[int], rows: int = 1) -> NDArray[np.float32]:
        """Read at most `chunk` tokens more; the logits after each of the last `rows`, valid until the next call.

        Raises:
            DecodeFailed
        """
        batch = self._batch.fill(tokens, len(self.tokens), rows)
        threads = self._crew.threads
        began = perf_counter()
        code = llama.llama_decode(self._context, batch)
        self.seconds = perf_counter() - began
        self._crew.note(len(tokens), self.seconds)
        if self._crew.threads != threads:
            llama.llama_set_n_threads(self._context, self._crew.threads, self._crew.threads)
        if code != 0:
            self.clear()
            raise DecodeFailed(f"llama.cpp's decode returned {code}")
        self.tokens.extend(tokens)
        first = llama.llama_get_logits_ith(self._context, len(tokens) - rows)
        return np.ctypeslib.as_array(first, shape=(rows, self._vocabulary_size))

    def keep(self, count: int) -> None:
        """Forget everything after the first `count` tokens."""
        if count < len(self.tokens):
            llama.llama_memory_seq_rm(self._memory, _SEQUENCE, count, -1)
            del self.tokens[count:]
