"""What can compute here besides the processor, and how much of a model fits there.

It loads nothing and decides nothing but the order in which to try.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from app.engine.binding import llama, load_ggml

# Scratch buffers, and what the other programs of a reading room need of the graphics card.
_RESERVED_BYTES = 1536 << 20
_GPU_TYPES = (1, 2)


@dataclass(frozen=True)
class Graphics:
    """A graphics device that llama.cpp can use; `free` in bytes."""

    name: str
    free: int


def find_graphics() -> list[Graphics]:
    """The graphics devices that this build of llama.cpp can use."""
    if not llama.llama_supports_gpu_offload():
        return []
    ggml, base = load_ggml("ggml"), load_ggml("ggml-base")
    ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    ggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    ggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    devices = [ggml.ggml_backend_dev_get(number) for number in range(ggml.ggml_backend_dev_count())]
    return [_describe(base, device) for device in devices if _type(base, device) in _GPU_TYPES]


def _type(base: ctypes.CDLL, device: int) -> int:
    kind: int = base.ggml_backend_dev_type(ctypes.c_void_p(device))
    return kind


def _describe(base: ctypes.CDLL, device: int) -> Graphics:
    base.ggml_backend_dev_description.restype = ctypes.c_char_p
    name = base.ggml_backend_dev_description(ctypes.c_void_p(device)) or b"GPU"
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    base.ggml_backend_dev_memory(ctypes.c_void_p(device), ctypes.byref(free), ctypes.byref(total))
    return Graphics(name.decode("utf-8", "replace"), free.value)


def layers_that_fit(needed: int, layers: int, free: int) -> int:
    """How many of a model's layers fit.

    Args:
        needed: bytes of weights and context together.
        free: bytes free on the graphics devices.
    """
    usable = max(0, free - _RESERVED_BYTES)
    return layers if needed <= usable else usable * layers // max(1, needed)


def ladder(wanted: int | None, fitting: int, layers: int) -> list[int]:
    """The numbers of layers to try on graphics devices, in order; the last is 0, the processor alone.

    Args:
        wanted: by the user; None means as many as fit, negative means all.
    """
    first = fitting if wanted is None else layers if wanted < 0 else min(wanted, layers)
    return list(dict.fromkeys([first, first // 2, 0]))
