"""How messages travel on a pipe: a 4-byte big-endian length, then that many bytes.

It does not know what the bytes mean.
"""

from __future__ import annotations

from typing import Protocol

from app.engine.protocol import MAX_MESSAGE_BYTES

_HEADER_BYTES = 4


class Readable(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


class FrameBroken(ValueError):
    """What came over the pipe is no frame, or is too large for one; nothing after it can be trusted."""


def frame(body: bytes) -> bytes:
    """The body behind its length.

    Raises:
        FrameBroken: larger than the protocol allows.
    """
    if len(body) > MAX_MESSAGE_BYTES:
        raise FrameBroken(f"a message of {len(body):,} bytes exceeds {MAX_MESSAGE_BYTES:,}")
    return len(body).to_bytes(_HEADER_BYTES, "big") + body


def read_frame(stream: Readable) -> bytes | None:
    """The next body, or None when the stream ended between two frames; blocks until either.

    Raises:
        FrameBroken: it announces more than the protocol allows.
        EOFError: the stream ended within a frame.
    """
    header = _read_all(stream, _HEADER_BYTES)
    if not header:
        return None
    if len(header) < _HEADER_BYTES:
        raise EOFError("the stream ended within a header")
    size = int.from_bytes(header, "big")
    if size > MAX_MESSAGE_BYTES:
        raise FrameBroken(f"a frame announces {size:,} bytes, more than {MAX_MESSAGE_BYTES:,}")
    body = _read_all(stream, size)
    if len(body) < size:
        raise EOFError(f"the stream ended after {len(body):,} of {size:,} bytes")
    return body


def _read_all(stream: Readable, size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size:
        piece = stream.read(size - len(pieces))
        if not piece:
            break
        pieces += piece
    return bytes(pieces)
