"""What the model reads of several texts side by side: a batch holds tokens of any of them, and what they share once.

It does not know what the tokens mean, nor which one comes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.batch import Batch, Row
from app.engine.binding import llama
from app.engine.context import ContextRefused, DecodeFailed
from app.engine.context_params import context_params
from app.engine.crew import Crew

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """The next tokens of one sequence; whether the logits after the last one are wanted."""

    sequence: int
    tokens: Sequence[int]
    wants_logits: bool


class Sequences:
    """Sequences of evaluated tokens, numbered from 0; all begin with the same tokens, which are read once.

    Attributes:
        count: of the sequences.
        size: how many tokens fit each.
        chunk: how many tokens are evaluated at once.
        tokens: those evaluated, of each sequence.
        common: what all begin with.
    """

    def __init__(self, model: Any, *, count: int, size: int, chunk: int, threads: int, vocabulary_size: int) -> None:
        """Raises ContextRefused."""
        params = context_params(size=count * size, chunk=chunk, threads=threads)
        params.n_seq_max = params.n_outputs_max = count
        # A memory for each: in one for all, each token would be compared with those of all others and the result thrown
        # away, which costs half as much again as the model itself.
        params.kv_unified = False
        self._context = llama.llama_init_from_model(model, params)
        if not self._context:
            raise ContextRefused
        self._memory = llama.llama_get_memory(self._context)
        self._vocabulary_size = vocabulary_size
        self._batch = Batch(chunk)
        self._crew = Crew(threads)
        self.count = count
        self.size: int = llama.llama_n_ctx(self._context) // count
        self.chunk = chunk
        self.tokens: list[list[int]] = [[] for _ in range(count)]
        self.common: list[int] = []

    def close(self) -> None:
        llama.llama_free(self._context)

    def read_common(self, tokens: Sequence[int]) -> None:
        """Evaluate what all begin with, before any of them is begun.

        Raises:
            DecodeFailed
        """
        for start in range(0, len(tokens), self.chunk):
            self.evaluate([Piece(0, tokens[start : start + self.chunk], wants_logits=False)])
        for sequence in range(1, self.count):
            self._copy(0, sequence)
        self.common = list(tokens)

    def clear(self) -> None:
        """Forget everything, what all begin with too, and the traces in memory."""
        llama.llama_memory_clear(self._memory, True)
        self._batch.clear()
        self.common = []
        for tokens in self.tokens:
            tokens.clear()

    def begin(self, sequence: int, tokens: Sequence[int]) -> int:
        """Begin a sequence with the longest beginning of `tokens` that any sequence has read; how many these are.

        At least the last of `tokens` is left to evaluate, because its logits are wanted.
        """
        longest, donor = self.longest_common(tokens)
        if longest > common_length(self.tokens[sequence], tokens):
            self._copy(donor, sequence)
        self.keep(sequence, longest)
        return longest

    def end(self, sequence: int) -> None:
        """Forget a sequence but for what all begin with."""
        self.keep(sequence, common_length(self.tokens[sequence], [*self.common, -1]))

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

        Pieces of neighboring sequences, in their order, are computed together.

        Raises:
            DecodeFailed: everything is forgotten.
        """
        rows = [row for piece in pieces for row in self._rows(piece)]
        threads = self._crew.threads
        began = perf_counter()
        code = llama.llama_decode(self._context, self._batch.fill_rows(rows))
        self._crew.note(len(rows), perf_counter() - began)
        if self._crew.threads != threads:
            llama.llama_set_n_threads(self._context, self._crew.threads, self._crew.threads)
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

    def _copy(self, source: int, sequence: int) -> None:
        """Make a sequence the same as another."""
        llama.llama_memory_seq_cp(self._memory, source, sequence, -1, -1)
        self.tokens[sequence] = list(self.tokens[source])

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
