"""How every context computes: so that a text's logits are the same in whatever pieces it was read, on a processor.

llama.cpp's flash attention has three ways on a processor, and a small model's logits differ between them by up to 1:
one for 64 tokens and more at once; one for a single token before 512 and more places of a memory whose keys and values
are of one type; and one for all else. Fewer tokens at once and values of another type leave the third alone.
"""

from __future__ import annotations

from typing import Any

from app.engine.binding import llama

_ANOTHER_WAY_FROM = 64
_BF16 = 30  # ggml_type, as large as the default F16


def context_params(*, size: int, chunk: int, threads: int) -> Any:
    """llama.cpp's parameters of a context.

    Args:
        size: tokens that fit.
        chunk: tokens evaluated at once; below 64 no text depends on its pieces, as long as a processor computes.
    """
    params = llama.llama_context_default_params()
    params.n_ctx = size
    params.n_batch = params.n_ubatch = chunk
    params.n_threads = params.n_threads_batch = threads
    params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_AUTO
    params.no_perf = True
    if chunk < _ANOTHER_WAY_FROM:
        params.type_v = _BF16
    return params
