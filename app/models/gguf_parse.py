"""Reading a GGUF header from a file: every count, length and offset is checked before it is used.

It does not know what a LLaMA model needs (llama_contract.py), and it reads no weights. The limits are narrower than the
format's own, because native code opens the file after this.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import BinaryIO

from app.domain.errors import ModelTruncated, ModelUnsupported
from app.models.gguf_format import (
    ARRAY,
    DEFAULT_ALIGNMENT,
    SCALARS,
    STRING,
    TENSOR_TYPES,
    UINT32,
    UINT64,
    VERSION,
    Array,
    Entry,
    GgufHeader,
    TensorInfo,
)

MAX_ENTRIES = 65_536
MAX_KEY_BYTES = 256
MAX_TEXT_BYTES = 1 << 20
MAX_PIECE_BYTES = 4096
MAX_ARRAY = 1 << 21
MAX_SIDE = 1 << 31
_U32, _U64 = SCALARS[UINT32], SCALARS[UINT64]


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
        taken = self.file.read(count)
        if len(taken) != count:
            raise self.damaged("it shrank while it was read")
        return taken

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
    return GgufHeader(cursor.path, cursor.size, metadata, _placed(cursor, infos, _alignment(cursor, metadata)))


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
