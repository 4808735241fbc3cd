"""llama.cpp's batch over arrays of our own: filled without a ctypes call a token.

It does not know what is evaluated, nor what comes of it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.binding import llama

_SEQUENCE = 0


class Row(NamedTuple):
    """One token to be evaluated, and where."""

    token: int
    position: int
    sequence: int
    wants_logits: bool


class Batch:
    """Tokens to be evaluated together; used again and again."""

    def __init__(self, room: int) -> None:
        self._tokens = np.zeros(room, np.int32)
        self._positions = np.zeros(room, np.int32)
        self._wants_logits = np.zeros(room, np.int8)
        self._sequence_counts = np.ones(room, np.int32)
        self._sequences = np.full(room, _SEQUENCE, np.int32)
        addresses = self._sequences.ctypes.data + np.arange(room, dtype=np.uintp) * self._sequences.itemsize
        self._sequence_addresses = addresses.astype(np.uintp)
        self._batch = llama.llama_batch(
            n_tokens=0,
            token=_pointer(self._tokens, llama.llama_token),
            pos=_pointer(self._positions, llama.llama_pos),
            n_seq_id=_pointer(self._sequence_counts, ctypes.c_int32),
            seq_id=_pointer(self._sequence_addresses, ctypes.POINTER(llama.llama_seq_id)),
            logits=_pointer(self._wants_logits, ctypes.c_int8),
        )

    def clear(self) -> None:
        self._tokens[:] = 0

    def fill(self, tokens: Sequence[int], start: int, rows: int = 1) -> Any:
        """The batch for tokens at positions from `start`; logits of the last `rows` alone."""
        count = len(tokens)
        self._tokens[:count] = tokens
        self._positions[:count] = np.arange(start, start + count)
        self._wants_logits[:count] = 0
        self._wants_logits[count - rows : count] = 1
        self._batch.n_tokens = count
        return self._batch

    def fill_rows(self, rows: Sequence[Row]) -> Any:
        """The batch for rows of several sequences."""
        count = len(rows)
        self._tokens[:count] = [row.token for row in rows]
        self._positions[:count] = [row.position for row in rows]
        self._sequences[:count] = [row.sequence for row in rows]
        self._wants_logits[:count] = [row.wants_logits for row in rows]
        self._batch.n_tokens = count
        return self._batch


def _pointer(array: NDArray[Any], kind: Any) -> Any:
    return array.ctypes.data_as(ctypes.POINTER(kind))
