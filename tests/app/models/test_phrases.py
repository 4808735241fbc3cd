"""The phrase table gives back what was written, by hash alone, and refuses whatever is damaged."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ModelError, PhrasesUnusable
from app.models.gguf_header import read_header
from app.models.phrases import (
    BEGIN,
    MAGIC,
    Guess,
    PhrasesHeader,
    context_hash,
    phrases_path,
    read_phrases,
    vocabulary_digest,
    write_phrases,
)
from tests.tiny_llama import byte_alphabet, write_tiny_llama

HEADER = PhrasesHeader(
    tokenizer="a1", vocabulary=100, orders=(4, 3, 2, 1), least_reports=5, reports=9, prompt_id="p", adapter_sha256="f0"
)
ENTRIES = {
    (BEGIN,): Guess(7, 0.5),
    (BEGIN, 7): Guess(8, 1.0),
    (8,): Guess(9, 0.25),
    (7, 8): Guess(10, 0.75),
    (5, 6, 7, 8): Guess(11, 0.8),
}


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "model.phrases"
    write_phrases(path, ENTRIES, HEADER)
    return path


def test_what_was_written_is_read(table):
    phrases = read_phrases(table)
    assert len(phrases) == len(ENTRIES)
    assert phrases.header == HEADER
    assert phrases.tokenizer == "a1"
    for context, guess in ENTRIES.items():
        found = phrases.entry(context)
        assert found is not None
        assert found.token == guess.token
        assert found.confidence == pytest.approx(guess.confidence, abs=1e-4)


@pytest.mark.parametrize(
    ("tail", "token"),
    [
        ([BEGIN], 7),
        ([BEGIN] * 4, 7),
        ([BEGIN] * 3 + [7], 8),
        ([BEGIN, 1, 2, 8], 9),
        ([4, 5, 7, 8], 10),
        ([5, 6, 7, 8], 11),
        ([1, 2, 3, 4, 5, 6, 7, 8], 11),
        ([8], 9),
        ([99], None),
        ([], None),
    ],
)
def test_longest_known_context_decides(table, tail, token):
    found = read_phrases(table).guess(tail)
    assert (found.token if found else None) == token


def test_file_holds_no_context(table):
    """Neither the tokens of a context nor their number can be seen: only hashes, salted by length."""
    content = table.read_bytes()
    for context in ENTRIES:
        if len(context) > 1:
            assert struct.pack(f"<{len(context)}i", *context) not in content
    assert context_hash((BEGIN, BEGIN)) != context_hash((BEGIN,))


def test_same_entries_give_the_same_bytes(tmp_path, table):
    write_phrases(tmp_path / "again", dict(reversed(ENTRIES.items())), HEADER)
    assert (tmp_path / "again").read_bytes() == table.read_bytes()


def test_empty_table_guesses_nothing(tmp_path):
    write_phrases(tmp_path / "empty", {}, HEADER)
    assert read_phrases(tmp_path / "empty").guess([BEGIN]) is None


def test_missing_and_irregular_files_are_refused(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(PhrasesUnusable):
            read_phrases(path)
    assert issubclass(PhrasesUnusable, ModelError)


@given(cut=st.integers(0, 10_000), flip=st.integers(0, 10_000), bit=st.integers(1, 255))
def test_cut_or_altered_file_is_refused_or_harmless(tmp_path_factory, cut, flip, bit):
    """A cut is always refused. An altered byte is refused too, or lies in a word of the header that is only told."""
    path = tmp_path_factory.getbasetemp() / "altered.phrases"
    write_phrases(path, ENTRIES, HEADER)
    content = bytearray(path.read_bytes())
    path.write_bytes(content[: cut % len(content)])
    with pytest.raises(PhrasesUnusable):
        read_phrases(path)
    content[flip % len(content)] ^= bit
    path.write_bytes(content)
    try:
        read = read_phrases(path)
    except PhrasesUnusable:
        return
    assert flip % len(content) < len(content) - 14 * len(ENTRIES)
    assert len(read) == len(ENTRIES)


def _with_header(path: Path, **changes: object) -> None:
    content = path.read_bytes()
    length = struct.unpack_from("<I", content, len(MAGIC))[0]
    start = len(MAGIC) + 4
    head = json.dumps(json.loads(content[start : start + length]) | changes).encode()
    path.write_bytes(MAGIC + struct.pack("<I", len(head)) + head + content[start + length :])


@pytest.mark.parametrize(
    "changes",
    [
        {"entries": 4},
        {"entries": 1 << 40},
        {"vocabulary": 11},
        {"vocabulary": "many"},
        {"orders": []},
        {"orders": [4, 1 << 30]},
        {"orders": [True]},
        {"tokenizer": None},
        {"sha256": "0" * 64},
    ],
)
def test_header_that_lies_is_refused(table, changes):
    _with_header(table, **changes)
    with pytest.raises(PhrasesUnusable):
        read_phrases(table)


def test_length_beyond_the_file_is_refused(table):
    content = bytearray(table.read_bytes())
    struct.pack_into("<I", content, len(MAGIC), 0xFFFFFFFF)
    table.write_bytes(content)
    with pytest.raises(PhrasesUnusable):
        read_phrases(table)


def test_table_lies_beside_its_model():
    assert phrases_path(Path("models/radiology-gpt-135M-Q8_0.gguf")) == Path("models/radiology-gpt-135M-Q8_0.phrases")
    assert phrases_path(Path("models/v1.5-7B.gguf")).name == "v1.5-7B.phrases"


def test_vocabularies_are_told_apart_and_files_of_one_are_not(tmp_path):
    def digest(name: str, **changes) -> str:
        return vocabulary_digest(read_header(write_tiny_llama(tmp_path / name, **changes)))

    assert digest("a") == digest("b", layers=2)
    alphabet = byte_alphabet()
    swapped = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *alphabet, "12", alphabet[ord(" ")] + "n"]
    from gguf import GGUFValue, GGUFValueType

    tokens = GGUFValue(swapped, GGUFValueType.ARRAY, GGUFValueType.STRING)
    assert digest("a") != digest("c", metadata={"tokenizer.ggml.tokens": tokens})


def test_headers_differ_by_what_they_were_built_from(tmp_path, table):
    write_phrases(tmp_path / "other", ENTRIES, replace(HEADER, reports=10))
    assert (tmp_path / "other").read_bytes() != table.read_bytes()
