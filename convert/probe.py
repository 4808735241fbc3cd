"""A GGUF model in llama.cpp, asked for token ids and next-token logits only: the measuring instrument of `verify`.

It does not draft, and it knows nothing of prompts.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from app.domain.errors import ModelUnsupported
from app.engine.binding import open_library

MAX_TOKENS = 1024


# llama.cpp reports every load; a verification reports its own figures. Kept for as long as llama.cpp may call it.
_SILENCE = llama_cpp.llama_log_callback(lambda *_: None)


class Probe:
    """A loaded model on the processor; a context manager. Raises ModelUnsupported when llama.cpp does not load it."""

    def __init__(self, path: Path, threads: int = 0) -> None:
        open_library()
        llama_cpp.llama_log_set(_SILENCE, ctypes.c_void_p())
        loading = llama_cpp.llama_model_default_params()
        loading.n_gpu_layers = 0
        self._model = llama_cpp.llama_model_load_from_file(os.fsencode(path), loading)
        if not self._model:
            raise ModelUnsupported(path, "llama.cpp does not load it")
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        running = llama_cpp.llama_context_default_params()
        running.n_ctx = running.n_batch = running.n_ubatch = MAX_TOKENS
        running.n_threads = running.n_threads_batch = threads or os.cpu_count() or 1
        self._context = llama_cpp.llama_init_from_model(self._model, running)
        if not self._context:
            llama_cpp.llama_model_free(self._model)
            raise ModelUnsupported(path, "llama.cpp cannot make room for it")

    def __enter__(self) -> Probe:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)

    def tokenize(self, text: str, is_markup: bool = False) -> list[int]:
        """Token ids of a text alone, without a beginning-of-text token; special tokens only where it is markup."""
        encoded = text.encode()
        ids = (llama_cpp.llama_token * (len(encoded) + 2))()
        # Without a token that begins the text (False).
        count = llama_cpp.llama_tokenize(self._vocabulary, encoded, len(encoded), ids, len(ids), False, is_markup)
        return list(ids[:count])

    def spell(self, ids: Sequence[int]) -> str:
        """The text of these tokens."""
        spelled = bytearray()
        buffer = ctypes.create_string_buffer(4096)
        for number in ids:
            length = llama_cpp.llama_token_to_piece(self._vocabulary, number, buffer, len(buffer), 0, True)
            spelled += buffer.raw[: max(length, 0)]
        return spelled.decode("utf-8", "replace")

    def logits(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Next-token logits behind each of these tokens: (tokens, vocabulary)."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        batch = llama_cpp.llama_batch_init(len(ids), 0, 1)
        try:
            batch.n_tokens = len(ids)
            for position, number in enumerate(ids):
                batch.token[position], batch.pos[position], batch.logits[position] = number, position, 1
                batch.n_seq_id[position], batch.seq_id[position][0] = 1, 0
            if llama_cpp.llama_decode(self._context, batch):
                raise RuntimeError("llama.cpp could not evaluate the tokens")
            size = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
            rows = [llama_cpp.llama_get_logits_ith(self._context, row)[:size] for row in range(len(ids))]
            return np.array(rows, dtype=np.float32)
        finally:
            llama_cpp.llama_batch_free(batch)
