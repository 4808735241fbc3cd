"""The few fields of a SentencePiece model that a GGUF vocabulary needs, read from its protocol buffer.

It does not tokenize. Fields as in sentencepiece_model.proto: ModelProto {1 pieces, 2 trainer_spec, 3 normalizer_spec},
SentencePiece {1 piece, 2 score, 3 type}, TrainerSpec {3 model_type}, NormalizerSpec {3 add_dummy_prefix}.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_KINDS = {1: "UNIGRAM", 2: "BPE", 3: "WORD", 4: "CHAR"}
NORMAL = 1


@dataclass(frozen=True)
class Piece:
    """A piece; `kind` is 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte."""

    text: str
    score: float = 0.0
    kind: int = NORMAL


@dataclass(frozen=True)
class PieceModel:
    """A SentencePiece model: its algorithm's name and its pieces in the order of their ids."""

    kind: str
    pieces: tuple[Piece, ...]
    has_dummy_prefix: bool


def read_pieces(model: bytes) -> PieceModel:
    """Read a serialized ModelProto.

    Raises:
        ValueError: it is cut off or no protocol buffer.
    """
    pieces, kind, has_dummy_prefix = [], 1, True
    for field, value in _fields(model):
        if field == 1:
            pieces.append(_piece(_message(value)))
        elif field == 2:
            kind = _last_integer(_message(value), 3, default=1)
        elif field == 3:
            has_dummy_prefix = bool(_last_integer(_message(value), 3, default=1))
    if not pieces:
        raise ValueError("no pieces")
    return PieceModel(_KINDS.get(kind, str(kind)), tuple(pieces), has_dummy_prefix)


def _piece(message: bytes) -> Piece:
    values = dict(_fields(message))
    text, score, kind = values.get(1, b""), values.get(2, b"\0\0\0\0"), values.get(3, NORMAL)
    if not isinstance(kind, int):
        raise ValueError("a piece's type is no number")
    (number,) = struct.unpack("<f", _message(score))
    return Piece(_message(text).decode(), number, kind)


def _message(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where a message is expected")
    return value


def _last_integer(message: bytes, field: int, default: int) -> int:
    found = [value for number, value in _fields(message) if number == field and isinstance(value, int)]
    return found[-1] if found else default


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field number and value of each field: an integer for varints, bytes for everything else."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        wire_type = tag & 7
        if wire_type == 0:
            value, position = _varint(message, position)
            yield tag >> 3, value
            continue
        if wire_type == 2:
            length, position = _varint(message, position)
        else:
            length = {1: 8, 5: 4}.get(wire_type, -1)
        if length < 0 or position + length > len(message):
            raise ValueError("not a protocol buffer")
        yield tag >> 3, message[position : position + length]
        position += length


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(message):
            raise ValueError("cut off")
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("a number is too long")
