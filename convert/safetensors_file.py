"""Reading one tensor at a time from a safetensors file, bfloat16 included (the library's numpy face lacks it).

It does not know what the tensors mean. Format: 8 bytes header length, a JSON header, the numbers; little-endian.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from convert.names import Floats

MAX_HEADER_BYTES = 100_000_000
_TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2")}


class SafetensorsDamaged(ValueError):
    """The file is not a sound safetensors file of 16- or 32-bit floats; the message is the reason."""


@dataclass(frozen=True)
class StoredTensor:
    """A tensor's place in its file; `offset` is from the file's start."""

    path: Path
    dtype: str
    shape: tuple[int, ...]
    offset: int

    def read(self) -> Floats:
        """The numbers as 32-bit floats."""
        stored = np.memmap(self.path, _TYPES[self.dtype], mode="r", offset=self.offset, shape=self.shape)
        if self.dtype == "BF16":
            return np.asarray((stored.astype(np.uint32) << 16).view(np.float32))
        return np.asarray(stored, dtype=np.float32)


def open_safetensors(path: Path) -> dict[str, StoredTensor]:
    """The tensors of a file by name.

    Raises:
        SafetensorsDamaged: lengths or offsets do not fit the file, or a tensor is of another type.
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, MAX_HEADER_BYTES):
            raise SafetensorsDamaged(f"{path.name} is cut off or no safetensors file")
        try:
            header = json.loads(file.read(length))
            header.pop("__metadata__", None)
            return {name: _stored(path, name, entry, 8 + length, size) for name, entry in header.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, SafetensorsDamaged):
                raise
            raise SafetensorsDamaged(f"the header of {path.name} is damaged") from None


def _stored(path: Path, name: str, entry: dict[str, object], start: int, size: int) -> StoredTensor:
    dtype, shape, offsets = str(entry["dtype"]), entry["shape"], entry["data_offsets"]
    if dtype not in _TYPES:
        raise SafetensorsDamaged(f"{name} in {path.name} is of type {dtype}, not F32, F16 or BF16")
    if not isinstance(shape, list) or not isinstance(offsets, list):
        raise SafetensorsDamaged(f"the header of {path.name} is damaged")
    begin, end = (int(offset) for offset in offsets)
    sides = tuple(int(side) for side in shape)
    if begin < 0 or any(side < 1 for side in sides) or prod(sides) * _TYPES[dtype].itemsize != end - begin:
        raise SafetensorsDamaged(f"the shape of {name} in {path.name} does not fit its data")
    if start + end > size:
        raise SafetensorsDamaged(f"{path.name} is cut off")
    return StoredTensor(path, dtype, sides, start + begin)
