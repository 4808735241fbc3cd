"""The bytes of a GGUF file: metadata and the places of its tensors, every count checked before it is used.

It does not know what a LLaMA model needs (llama_contract.py), and it reads no weights. GGUF version 3, little-endian;
the limits are narrower than the format's own, because native code opens the file after this.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

from app.domain.errors import ModelTruncated, ModelUnsupported

MAGIC = b"GGUF"
VERSION = 3
DEFAULT_ALIGNMENT = 32
MAX_ENTRIES = 65_536
MAX_KEY_BYTES = 256
MAX_TEXT_BYTES = 1 << 20
MAX_PIECE_BYTES = 4096
MAX_ARRAY = 1 << 21
MAX_SIDE = 1 << 31

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64 = 4, 5, 6, 7, 8, 9, 10
SCALARS: dict[int, struct.Struct] = {
    kind: struct.Struct("<" + code)
    for kind, code in {
        0: "B",
        1: "b",
        2: "H",
        3: "h",
        4: "I",
        5: "i",
        6: "f",
        7: "?",
        10: "Q",
        11: "q",
        12: "d",
    }.items()
}
_U32, _U64 = SCALARS[UINT32], SCALARS[UINT64]


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


class Cursor:
    """Reads on through an open file and never past its end."""

    def __init__(self, file: BinaryIO, path: Path, size: int, position: int = 0) -> None:
        self.file, self.path, self.size, self.position = file, path, size, position
        file.seek(position)

    def damaged(self, reason: str) -> ModelTruncated:
        return ModelTruncated(self.path, reason)

    def take(self, count: int) -> bytes:
        self.position += count
        if self.position > self.size:
            raise self.damaged("it ends inside its header")
        return self.file.read(count)

    def skip(self, count: int) -> None:
        self.position += count
        if self.position > self.size:
            raise self.damaged("it ends inside its header")
        self.file.seek(self.position)

    def u32(self) -> int:
        return int(_U32.unpack(self.take(4))[0])

    def u64(self) -> int:
        return int(_U64.unpack(self.take(8))[0])

    def piece(self, limit: int) -> bytes:
        length = self.u64()
        if length > limit:
            raise self.damaged("a text in its header is too long")
        return self.take(length)

    def text(self, limit: int) -> str:
        try:
            return self.piece(limit).decode()
        except UnicodeDecodeError:
            raise self.damaged("a text in its header is not UTF-8") from None


def parse(cursor: Cursor) -> GgufHeader:
    """Read a header; the cursor stands behind the magic.

    Raises:
        ModelTruncated: a count, length or offset does not fit the file.
        ModelUnsupported: another version of the format, or a tensor type that is not known.
    """
    if (version := cursor.u32()) != VERSION:
        raise ModelUnsupported(cursor.path, f"it is GGUF version {version}, not {VERSION}")
    tensor_count, entry_count = cursor.u64(), cursor.u64()
    if max(tensor_count, entry_count) > MAX_ENTRIES:
        raise cursor.damaged("its header counts more entries than a model has")
    metadata: dict[str, Entry] = {}
    for _ in range(entry_count):
        key = cursor.text(MAX_KEY_BYTES)
        if key in metadata:
            raise cursor.damaged("a metadata key comes twice")
        metadata[key] = _entry(cursor)
    infos = [_tensor_info(cursor) for _ in range(tensor_count)]
    if len({info.name for info in infos}) < len(infos):
        raise cursor.damaged("a tensor comes twice")
    return GgufHeader(
        cursor.path,
        cursor.size,
        metadata,
        _placed(cursor, infos, _alignment(cursor, metadata)),
    )


def read_array(header: GgufHeader, array: Array) -> list[bytes] | list[int] | list[float]:
    """Fetch an array that `parse` has walked over; texts come as bytes, because a vocabulary may hold any bytes."""
    with header.path.open("rb") as file:
        cursor = Cursor(file, header.path, header.size, array.offset)
        if array.element_type == STRING:
            return [cursor.piece(MAX_PIECE_BYTES) for _ in range(array.length)]
        number = SCALARS[array.element_type]
        return [value for (value,) in number.iter_unpack(cursor.take(array.length * number.size))]


def _entry(cursor: Cursor) -> Entry:
    kind = cursor.u32()
    if kind == STRING:
        return Entry(kind, cursor.text(MAX_TEXT_BYTES))
    if kind == ARRAY:
        return Entry(kind, _walk_array(cursor))
    if kind not in SCALARS:
        raise cursor.damaged("a metadata value is of no known type")
    number = SCALARS[kind]
    return Entry(kind, number.unpack(cursor.take(number.size))[0])


def _walk_array(cursor: Cursor) -> Array:
    element_type, length = cursor.u32(), cursor.u64()
    array = Array(element_type, length, cursor.position)
    if length > MAX_ARRAY:
        raise cursor.damaged("an array in its header is too long")
    if element_type == STRING:
        for _ in range(length):
            cursor.piece(MAX_PIECE_BYTES)
    elif element_type in SCALARS:
        cursor.skip(length * SCALARS[element_type].size)
    else:
        raise cursor.damaged("an array in its header is of no known type")
    return array


def _tensor_info(cursor: Cursor) -> TensorInfo:
    name = cursor.text(MAX_KEY_BYTES)
    dimensions = cursor.u32()
    if not 1 <= dimensions <= 4:
        raise cursor.damaged("a tensor has no or too many dimensions")
    shape = tuple(cursor.u64() for _ in range(dimensions))
    kind, offset = cursor.u32(), cursor.u64()
    if not all(1 <= side <= MAX_SIDE for side in shape):
        raise cursor.damaged("a tensor has a side of impossible length")
    if kind not in TENSOR_TYPES:
        raise ModelUnsupported(cursor.path, f"a tensor is of type {kind}, which is not known here")
    packing = TENSOR_TYPES[kind]
    if shape[0] % packing.block:
        raise cursor.damaged(f"a tensor's rows do not divide into blocks of {packing.name}")
    return TensorInfo(name, packing, shape, offset, prod(shape) // packing.block * packing.size)


def _alignment(cursor: Cursor, metadata: Mapping[str, Entry]) -> int:
    entry = metadata.get("general.alignment", Entry(UINT32, DEFAULT_ALIGNMENT))
    alignment = entry.value
    is_sound = entry.type == UINT32 and isinstance(alignment, int) and 8 <= alignment <= 65_536
    if not is_sound or int(alignment).bit_count() != 1:  # type: ignore[arg-type]
        raise cursor.damaged("its alignment is not a power of two")
    return int(alignment)  # type: ignore[arg-type]


def _placed(cursor: Cursor, infos: list[TensorInfo], alignment: int) -> tuple[TensorInfo, ...]:
    """The tensors with offsets from the file's start; they must be aligned, inside the file and not overlap."""
    start = -(-cursor.position // alignment) * alignment
    end = start
    placed = {}
    for info in sorted(infos, key=lambda info: info.offset):
        offset = start + info.offset
        if info.offset % alignment:
            raise cursor.damaged("a tensor is not aligned")
        if offset < end:
            raise cursor.damaged("two tensors overlap")
        end = offset + info.nbytes
        if end > cursor.size:
            raise cursor.damaged(f"{end - cursor.size:,} bytes of its weights are missing")
        placed[info.name] = TensorInfo(info.name, info.type, info.shape, offset, info.nbytes)
    return tuple(placed[info.name] for info in infos)
