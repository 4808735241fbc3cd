"""A model's vocabulary: text to tokens, segment by segment, and tokens to bytes.

It does not know prompts or contexts.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from app.domain.prompt import Segment
from app.engine.binding import llama

_LONGEST_PIECE = 512


class Vocabulary:
    """Tokens of one model.

    Attributes:
        size: how many tokens there are.
        pieces: the bytes of each token; b"" for control tokens.
        is_final: for each token, whether a reply ends there (an end-of-generation or control token).
    """

    def __init__(self, model: Any) -> None:
        self._vocabulary = llama.llama_model_get_vocab(model)
        self.size: int = llama.llama_vocab_n_tokens(self._vocabulary)
        self.pieces = self._read_pieces()
        self.is_final = [
            bool(
                llama.llama_vocab_is_eog(self._vocabulary, token)
                or llama.llama_vocab_is_control(self._vocabulary, token)
            )
            for token in range(self.size)
        ]
        adds_bos = llama.llama_vocab_get_add_bos(self._vocabulary)
        self._opening = [llama.llama_vocab_bos(self._vocabulary)] if adds_bos else []

    def tokenize(self, segments: Sequence[Segment]) -> list[list[int]]:
        """The tokens of each segment, tokenized alone; special tokens are parsed only in markup.

        The first segment's tokens begin with the beginning-of-sequence token where the model asks for one.
        """
        tokens = [self._tokenize(text.encode("utf-8", "replace"), is_markup) for text, is_markup in segments]
        return [self._opening + tokens[0], *tokens[1:]] if tokens else []

    def begins_word(self, token: int) -> bool:
        """Whether the token's bytes begin with white space."""
        return self.pieces[token][:1].isspace()

    def _tokenize(self, text: bytes, is_markup: bool) -> list[int]:
        # No token is shorter than a byte; SentencePiece may put a space before.
        room = len(text) + 2
        tokens = (llama.llama_token * room)()
        count = llama.llama_tokenize(self._vocabulary, text, len(text), tokens, room, False, is_markup)
        if count < 0:
            raise ValueError(f"{-count} tokens do not fit {room}")
        return list(tokens[:count])

    def _read_pieces(self) -> list[bytes]:
        buffer = ctypes.create_string_buffer(_LONGEST_PIECE)
        pieces = []
        for token in range(self.size):
            length = llama.llama_token_to_piece(self._vocabulary, token, buffer, _LONGEST_PIECE, 0, False)
            # A negative length means a piece longer than any word: nothing is shown of it rather than a part.
            pieces.append(ctypes.string_at(buffer, max(0, length)))
        return pieces
