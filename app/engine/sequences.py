"""What the model reads of several texts side by side: a batch holds tokens of any of them, and what they share once.

It does not know what the tokens mean, nor which one comes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.batch import Batch, Row
from app.engine.binding import llama
from app.engine.context import ContextRefused, DecodeFailed

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """The next tokens of one sequence; whether the logits after the last one are wanted."""

    sequence: int
    tokens: Sequence[int]
    wants_logits: bool


class Sequences:
    """Sequences of evaluated tokens, numbered from 0, and one more that holds what all begin with.

    Attributes:
        count: of the sequences.
        size: how many tokens fit in all; those that sequences share count once.
        chunk: how many tokens are evaluated at once.
        tokens: those evaluated, of each sequence.
    """

    def __init__(self, model: Any, *, count: int, size: int, chunk: int, threads: int, vocabulary_size: int) -> None:
        """Raises ContextRefused."""
        params = llama.llama_context_default_params()
        params.n_ctx = size
        params.n_batch = params.n_ubatch = chunk
        params.n_seq_max = count + 1
        params.n_outputs_max = params.n_seq_max
        # One memory for all: a batch may mix them as it likes, and a copied beginning costs nothing.
        params.kv_unified = True
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_AUTO
        params.no_perf = True
        self._context = llama.llama_init_from_model(model, params)
        if not self._context:
            raise ContextRefused
        self._memory = llama.llama_get_memory(self._context)
        self._vocabulary_size = vocabulary_size
        self._batch = Batch(chunk)
        self.count = count
        self.size: int = llama.llama_n_ctx(self._context)
        self.chunk = chunk
        self.tokens: list[list[int]] = [[] for _ in range(count + 1)]

    def close(self) -> None:
        llama.llama_free(self._context)

    @property
    def common(self) -> list[int]:
        """What all begin with."""
        return self.tokens[self.count]

    def read_common(self, tokens: Sequence[int]) -> None:
        """Evaluate what all begin with, before any of them is begun.

        Raises:
            DecodeFailed
        """
        for start in range(0, len(tokens), self.chunk):
            self.evaluate([Piece(self.count, tokens[start : start + self.chunk], wants_logits=False)])

    def clear(self) -> None:
        """Forget everything, what all begin with too, and the traces in memory."""
        llama.llama_memory_clear(self._memory, True)
        self._batch.clear()
        for tokens in self.tokens:
            tokens.clear()

    def begin(self, sequence: int, tokens: Sequence[int]) -> int:
        """Begin a sequence with the longest beginning of `tokens` that any sequence has read; how many these are.

        At least the last of `tokens` is left to evaluate, because its logits are wanted.
        """
        longest, donor = self.longest_common(tokens)
        if longest:
            llama.llama_memory_seq_cp(self._memory, donor, sequence, 0, longest)
            self.tokens[sequence] = list(tokens[:longest])
        return longest

    def longest_common(self, tokens: Sequence[int]) -> tuple[int, int]:
        """How many of the first tokens any sequence has read, and which one; the last of `tokens` never counts."""
        return max((common_length(read, tokens), number) for number, read in enumerate(self.tokens))

    def keep(self, sequence: int, count: int) -> None:
        """Forget everything of a sequence after its first `count` tokens."""
        if count < len(self.tokens[sequence]):
            llama.llama_memory_seq_rm(self._memory, sequence, count, -1)
            del self.tokens[sequence][count:]

    def evaluate(self, pieces: Sequence[Piece]) -> Logits:
        """Read at most `chunk` tokens more; a row of logits for each piece that wants them, valid until the next call.

        Raises:
            DecodeFailed: everything is forgotten.
        """
        rows = [row for piece in pieces for row in self._rows(piece)]
        code = llama.llama_decode(self._context, self._batch.fill_rows(rows))
        if code != 0:
            self.clear()
            raise DecodeFailed(f"llama.cpp's decode returned {code}")
        for piece in pieces:
            self.tokens[piece.sequence].extend(piece.tokens)
        wanted = [index for index, row in enumerate(rows) if row.wants_logits]
        if not wanted:
            return np.empty((0, self._vocabulary_size), np.float32)
        # llama.cpp lays the rows asked for side by side, in the batch's order.
        first = llama.llama_get_logits_ith(self._context, wanted[0])
        return np.ctypeslib.as_array(first, shape=(len(wanted), self._vocabulary_size))

    def _rows(self, piece: Piece) -> list[Row]:
        start, last = len(self.tokens[piece.sequence]), len(piece.tokens) - 1
        return [
            Row(token, start + index, piece.sequence, piece.wants_logits and index == last)
            for index, token in enumerate(piece.tokens)
        ]


def common_length(read: Sequence[int], tokens: Sequence[int]) -> int:
    """How many of the first tokens are the same, but for the last of `tokens`."""
    length = 0
    for ours, theirs in zip(read, tokens[:-1], strict=False):
        if ours != theirs:
            break
        length += 1
    return length
