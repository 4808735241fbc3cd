"""A Hugging Face folder's tokenizer as GGUF metadata: byte-level BPE or SentencePiece, or a refusal.

It does not know weights. A tokenizer that llama.cpp would split in another way is refused by name, because measurements
such as "12 x 3.5 mm" would silently become other tokens than the model learned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gguf import GGUFWriter, SpecialVocab, TokenType

from app.domain.errors import BaseUnusable
from convert.sentencepiece_model import read_pieces

ADDED_SCORE = -1000.0
UNUSED_SCORE = -10_000.0

_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
_LLAMA3_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# How tokenizer.json describes the splitting before BPE → llama.cpp's name for the same (llama-vocab.cpp).
_SPLITTINGS: dict[str, list[dict[str, Any]]] = {
    "smollm": [{"type": "Digits", "individual_digits": True}, _BYTE_LEVEL],
    "gpt-2": [_BYTE_LEVEL],
    "llama-bpe": [
        {"type": "Split", "pattern": {"Regex": _LLAMA3_PATTERN}, "behavior": "Isolated", "invert": False},
        {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False},
    ],
}


@dataclass
class Vocabulary:
    """Every token with its type and score; ids that nothing names stay unused."""

    tokens: list[str]
    types: list[int]
    scores: list[float]

    @staticmethod
    def unused(size: int) -> Vocabulary:
        return Vocabulary([f"[PAD{i}]" for i in range(size)], [TokenType.UNUSED] * size, [UNUSED_SCORE] * size)

    def put(self, number: int, token: str, kind: int, score: float = 0.0) -> None:
        self.tokens[number], self.types[number], self.scores[number] = token, kind, score


def add_vocabulary(writer: GGUFWriter, folder: Path, size: int) -> None:
    """Write the folder's tokenizer into the metadata.

    Args:
        size: the number of rows of the embedding.

    Raises:
        BaseUnusable: there is no tokenizer, or one that llama.cpp would not follow exactly.
    """
    try:
        if (folder / "tokenizer.model").is_file():
            _add_sentencepiece(writer, folder, size)
        elif (folder / "tokenizer.json").is_file():
            _add_byte_level(writer, folder, size)
        else:
            raise BaseUnusable(folder, "there is neither tokenizer.model nor tokenizer.json")
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise BaseUnusable(folder, "its tokenizer files are damaged or do not fit the model") from None


def _add_sentencepiece(writer: GGUFWriter, folder: Path, size: int) -> None:
    vocabulary = Vocabulary.unused(size)
    model = read_pieces((folder / "tokenizer.model").read_bytes())
    if model.kind != "BPE":
        raise BaseUnusable(folder, f"its SentencePiece model is of the kind {model.kind}, not BPE")
    # SentencePiece's piece types have the same numbers as GGUF's token types.
    for number, piece in enumerate(model.pieces):
        vocabulary.put(number, piece.text, piece.kind, piece.score)
    for number, token, is_special in _added_tokens(folder):
        kind = TokenType.CONTROL if is_special else TokenType.USER_DEFINED
        if vocabulary.types[number] != kind or vocabulary.tokens[number] != token:
            vocabulary.put(number, token, kind, ADDED_SCORE)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_scores(vocabulary.scores)
    writer.add_token_types(vocabulary.types)
    writer.add_add_space_prefix(model.has_dummy_prefix)
    _add_special(writer, folder, size, adds_bos=True)


def _added_tokens(folder: Path) -> list[tuple[int, str, bool]]:
    """Id, text and whether special, of the tokens added after SentencePiece's training."""
    added = [(int(number), token, False) for token, number in _json(folder / "added_tokens.json").items()]
    decoder: Mapping[str, Any] = _json(folder / "tokenizer_config.json").get("added_tokens_decoder", {})
    for number, data in decoder.items():
        is_special = bool(data.get("special"))
        # llama.cpp compares user-defined tokens with the text before spaces become "▁".
        added.append((int(number), data["content"] if is_special else data["content"].replace("▁", " "), is_special))
    return added


def _add_byte_level(writer: GGUFWriter, folder: Path, size: int) -> None:
    tokenizer = _json(folder / "tokenizer.json")
    splitting = _splitting(folder, tokenizer)
    vocabulary = Vocabulary.unused(size)
    for token, number in tokenizer["model"]["vocab"].items():
        vocabulary.put(number, token, TokenType.NORMAL)
    for added in tokenizer.get("added_tokens", []):
        kind = TokenType.CONTROL if added.get("special") else TokenType.USER_DEFINED
        vocabulary.put(added["id"], added["content"], kind)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(splitting)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    _add_special(writer, folder, size, adds_bos=False)


def _splitting(folder: Path, tokenizer: dict[str, Any]) -> str:
    """llama.cpp's name for the way this tokenizer splits text before BPE."""
    model, splitter = tokenizer["model"], tokenizer.get("pre_tokenizer") or {}
    if model["type"] != "BPE":
        raise BaseUnusable(folder, f"its tokenizer is of the kind {str(model['type'])[:40]!r}, not BPE")
    if model.get("byte_fallback"):
        raise BaseUnusable(folder, "its tokenizer comes from SentencePiece; put its tokenizer.model into the folder")
    if tokenizer.get("normalizer"):
        raise BaseUnusable(folder, "its tokenizer changes the text before splitting it")
    # `trim_offsets` moves character offsets only, never a token.
    parts = [
        {key: value for key, value in part.items() if key != "trim_offsets"}
        for part in splitter.get("pretokenizers", [splitter])
    ]
    for name, known in _SPLITTINGS.items():
        # llama.cpp looks a whole word up before merging for llama-bpe only.
        if parts == known and bool(model.get("ignore_merges")) == (name == "llama-bpe"):
            return name
    kinds = ", ".join(str(part.get("type"))[:40] for part in parts)
    raise BaseUnusable(folder, f"its tokenizer splits text in a way that is not known here ({kinds})")


def _add_special(writer: GGUFWriter, folder: Path, size: int, *, adds_bos: bool) -> None:
    special = SpecialVocab(folder, load_merges=not adds_bos, n_vocab=size)
    # The app never runs a chat template; see build.py.
    special.chat_template = None
    special.add_special_token = {
        "bos": special.add_special_token.get("bos", adds_bos),
        "eos": special.add_special_token.get("eos", False),
    }
    special.add_to_gguf(writer, quiet=True)


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    loaded = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise ValueError(path.name)
    return loaded
