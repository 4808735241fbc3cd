"""The words of the GGUF format, version 3: value types, tensor types, and what a header holds.

It does not know how they lie in a file (gguf_parse.py) nor what a LLaMA model needs (llama_contract.py).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"GGUF"
VERSION = 3
DEFAULT_ALIGNMENT = 32

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64 = 4, 5, 6, 7, 8, 9, 10
SCALARS: dict[int, struct.Struct] = {
    kind: struct.Struct("<" + code)
    for kind, code in zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True)
}


@dataclass(frozen=True)
class TensorType:
    """How a tensor's numbers are packed: `block` numbers take `size` bytes."""

    name: str
    block: int
    size: int


TENSOR_TYPES: dict[int, TensorType] = {
    0: TensorType("F32", 1, 4),
    1: TensorType("F16", 1, 2),
    2: TensorType("Q4_0", 32, 18),
    3: TensorType("Q4_1", 32, 20),
    6: TensorType("Q5_0", 32, 22),
    7: TensorType("Q5_1", 32, 24),
    8: TensorType("Q8_0", 32, 34),
    10: TensorType("Q2_K", 256, 84),
    11: TensorType("Q3_K", 256, 110),
    12: TensorType("Q4_K", 256, 144),
    13: TensorType("Q5_K", 256, 176),
    14: TensorType("Q6_K", 256, 210),
    16: TensorType("IQ2_XXS", 256, 66),
    17: TensorType("IQ2_XS", 256, 74),
    18: TensorType("IQ3_XXS", 256, 98),
    19: TensorType("IQ1_S", 256, 50),
    20: TensorType("IQ4_NL", 32, 18),
    21: TensorType("IQ3_S", 256, 110),
    22: TensorType("IQ2_S", 256, 82),
    23: TensorType("IQ4_XS", 256, 136),
    29: TensorType("IQ1_M", 256, 56),
    30: TensorType("BF16", 1, 2),
}


@dataclass(frozen=True)
class Array:
    """An array's place in the file; `read_array` fetches it."""

    element_type: int
    length: int
    offset: int


@dataclass(frozen=True)
class Entry:
    """A metadata value with its GGUF type, so that it can be copied unchanged."""

    type: int
    value: int | float | bool | str | Array


@dataclass(frozen=True)
class TensorInfo:
    """A tensor's place. `shape` is in GGML's order, the row's length first; `offset` is from the file's start."""

    name: str
    type: TensorType
    shape: tuple[int, ...]
    offset: int
    nbytes: int


@dataclass(frozen=True)
class GgufHeader:
    """What a GGUF file says about itself before the weights begin."""

    path: Path
    size: int
    metadata: Mapping[str, Entry]
    tensors: tuple[TensorInfo, ...]

    def text(self, key: str, default: str = "") -> str:
        """A metadata text; a key that is absent or of another type gives the default."""
        entry = self.metadata.get(key)
        return entry.value if entry and isinstance(entry.value, str) else default

    def integer(self, key: str, default: int = 0) -> int:
        """A metadata integer; a key that is absent or of another type gives the default."""
        entry = self.metadata.get(key)
        is_integer = entry and isinstance(entry.value, int) and not isinstance(entry.value, bool)
        return int(entry.value) if entry and is_integer else default  # type: ignore[arg-type]

    def array(self, key: str, element_type: int) -> Array | None:
        """A metadata array of that element type, or None."""
        entry = self.metadata.get(key)
        found = entry.value if entry else None
        return found if isinstance(found, Array) and found.element_type == element_type else None
