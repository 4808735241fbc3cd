"""The phrase memory: which token the model's own drafts go on with, a file of hashes beside the model file.

It holds no words: of each context only a hash is kept. It does not know who built it (training/) nor how its guesses
are verified (the engine): a wrong guess costs time, never a word.

The file: magic, length of the header, header as JSON, then three columns of equal length, little-endian, ordered by
hash: hash of the context (64 bits), token (32 bits), confidence in 65,535ths (16 bits).
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from app.domain.errors import PhrasesUnusable
from app.models.gguf_format import STRING, GgufHeader
from app.models.gguf_parse import read_array

ORDERS = (4, 3, 2, 1)  # tokens of a context, longest first
BEGIN = -1  # stands before a reply's first token
SUFFIX = ".phrases"

MAGIC = b"RGPTPHR1"
_LENGTH = struct.Struct("<I")
_COLUMNS = (("Q", 8), ("I", 4), ("H", 2))
_ENTRY_BYTES = sum(size for _, size in _COLUMNS)
_FULL = 65_535
_MAX_HEADER_BYTES = 1 << 16
_MAX_ENTRIES = 1 << 20
_MAX_ORDER = 8


@dataclass(frozen=True)
class Guess:
    """The token that most often follows a context.

    Attributes:
        confidence: its share of everything that follows the context in the drafts, 0 to 1.
    """

    token: int
    confidence: float


@dataclass(frozen=True)
class PhrasesHeader:
    """What a table says about itself.

    Attributes:
        tokenizer: `vocabulary_digest` of the model whose tokens are meant; `vocabulary` how many tokens that has.
        orders: lengths of the contexts, longest first.
        least_reports: in so many distinct reports' drafts every entry was seen at least.
        reports: whose drafts the table was built from.
        prompt_id: of the wording that the drafts were asked with.
        adapter_sha256: of the adapter of the model that drafted; "" for a base alone.
    """

    tokenizer: str
    vocabulary: int
    orders: tuple[int, ...]
    least_reports: int
    reports: int
    prompt_id: str
    adapter_sha256: str


class Phrases:
    """A table in memory: about as large as its file.

    Attributes:
        header: what it was built from; `tokenizer` whose token numbers it speaks of. A caller must refuse a table of
            another vocabulary: its tokens may not even exist there.
    """

    def __init__(
        self, header: PhrasesHeader, hashes: array[int], tokens: Sequence[int], confidences: Sequence[int]
    ) -> None:
        self.header = header
        self.tokenizer = header.tokenizer
        self._hashes, self._tokens, self._confidences = hashes, tokens, confidences

    def __len__(self) -> int:
        return len(self._hashes)

    def guess(self, tail: Sequence[int]) -> Guess | None:
        """What follows the reply so far, by the longest context that is known.

        Args:
            tail: the reply's last tokens, before its first one BEGIN once or more; more than the longest context is
                not looked at.
        """
        for order in self.header.orders:
            if order <= len(tail) and (found := self.entry(tail[len(tail) - order :])):
                return found
        return None

    def entry(self, context: Sequence[int]) -> Guess | None:
        """What follows exactly this context; None if it is not known."""
        wanted = context_hash(context)
        at = bisect_left(self._hashes, wanted)
        if at == len(self._hashes) or self._hashes[at] != wanted:
            return None
        return Guess(self._tokens[at], self._confidences[at] / _FULL)


def context_hash(context: Sequence[int]) -> int:
    """64 bits of a context's tokens, salted by their number."""
    packed = struct.pack(f"<{len(context)}i", *context)
    return int.from_bytes(hashlib.blake2b(packed, digest_size=8, salt=bytes([len(context)])).digest(), "little")


def vocabulary_digest(header: GgufHeader) -> str:
    """SHA-256 of a model's vocabulary: what each token number means.

    Covers the texts of `tokenizer.ggml.tokens` in order, each after its length (32 bits, little-endian); no merges, no
    scores: they decide how text is cut, not what a number means.
    """
    tokens = header.array("tokenizer.ggml.tokens", STRING)
    digest = hashlib.sha256()
    for piece in read_array(header, tokens) if tokens else ():
        if isinstance(piece, bytes):
            digest.update(_LENGTH.pack(len(piece)) + piece)
    return digest.hexdigest()


def phrases_path(model: Path) -> Path:
    """Where a model file's table lies: beside it, under its name."""
    return model.with_suffix(SUFFIX)


def read_phrases(path: Path) -> Phrases:
    """Read a table and check all of it.

    Raises:
        PhrasesUnusable: missing, unreadable, damaged, or of another version.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            limit = len(MAGIC) + _LENGTH.size + _MAX_HEADER_BYTES + _MAX_ENTRIES * _ENTRY_BYTES
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                raise PhrasesUnusable(path, "it is no phrase table")
            content = file.read(limit)
    except OSError as error:
        raise PhrasesUnusable(path, error.strerror or type(error).__name__) from None
    try:
        return _parse(content)
    except _Damaged as damage:
        raise PhrasesUnusable(path, str(damage)) from None


def write_phrases(path: Path, entries: Mapping[tuple[int, ...], Guess], header: PhrasesHeader) -> None:
    """Write a table; the same entries give the same bytes. Raises OSError."""
    rows = sorted((context_hash(context), guess) for context, guess in entries.items())
    columns = (
        array("Q", [hashed for hashed, _ in rows]),
        array("I", [guess.token for _, guess in rows]),
        array("H", [int(guess.confidence * _FULL) for _, guess in rows]),
    )
    body = b"".join(_little_endian(column).tobytes() for column in columns)
    told = asdict(header) | {"entries": len(rows), "sha256": hashlib.sha256(body).hexdigest()}
    head = json.dumps(told, sort_keys=True).encode()
    path.write_bytes(MAGIC + _LENGTH.pack(len(head)) + head + body)


class _Damaged(Exception):
    pass


def _parse(content: bytes) -> Phrases:
    start = len(MAGIC) + _LENGTH.size
    if content[: len(MAGIC)] != MAGIC or len(content) < start:
        raise _Damaged("it is no phrase table, or one of another version")
    end = start + _LENGTH.unpack_from(content, len(MAGIC))[0]
    if end > min(len(content), start + _MAX_HEADER_BYTES):
        raise _Damaged("it ends inside its header")
    told = _header(content[start:end])
    body = content[end:]
    count, rest = divmod(len(body), _ENTRY_BYTES)
    if rest or told.get("entries") != count or count > _MAX_ENTRIES:
        raise _Damaged("its length is not what its header says")
    if told.get("sha256") != hashlib.sha256(body).hexdigest():
        raise _Damaged("its contents differ from what was written")
    header = _typed(told)
    columns, at = [], 0
    for code, size in _COLUMNS:
        column = array(code)
        column.frombytes(body[at : at + count * size])
        columns.append(_little_endian(column))
        at += count * size
    hashes, tokens, confidences = columns
    if any(hashes[at] >= hashes[at + 1] for at in range(count - 1)):
        raise _Damaged("its entries are out of order")
    if any(token >= header.vocabulary for token in tokens):
        raise _Damaged("it names a token beyond its vocabulary")
    return Phrases(header, hashes, tokens, confidences)


def _header(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise _Damaged("its header is unreadable") from None
    if not isinstance(told, dict):
        raise _Damaged("its header is unreadable")
    return told


def _typed(told: dict[str, Any]) -> PhrasesHeader:
    texts = [told.get(key) for key in ("tokenizer", "prompt_id", "adapter_sha256")]
    counts = [told.get(key) for key in ("vocabulary", "least_reports", "reports")]
    orders = told.get("orders")
    is_sound = all(isinstance(text, str) for text in texts) and all(type(number) is int for number in counts)
    if not is_sound or not isinstance(orders, list) or not 0 < len(orders) <= _MAX_ORDER:
        raise _Damaged("its header is incomplete")
    if not all(type(order) is int and 0 < order <= _MAX_ORDER for order in orders):
        raise _Damaged("its header is incomplete")
    known = {field.name for field in fields(PhrasesHeader)}
    return PhrasesHeader(**{key: value for key, value in told.items() if key in known} | {"orders": tuple(orders)})


def _little_endian(column: array[int]) -> array[int]:
    if sys.byteorder == "big":
        column.byteswap()
    return column
