"""The decode loop: a prompt in, an impression out, token by token, each the model's first choice.

It does not know where the prompt comes from or where the words go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from app.engine.context import Context
from app.engine.protocol import Finish
from app.engine.reply import ReplyText
from app.engine.vocabulary import Vocabulary


@dataclass(frozen=True)
class Wish:
    """What is to be drafted.

    Attributes:
        prompt: tokens.
        stops: texts that end the reply.
        max_tokens: of the reply.
        alternative: 0 for the greedy text, n for its n-th alternative.
    """

    prompt: Sequence[int]
    stops: Sequence[str]
    max_tokens: int
    alternative: int = 0


@dataclass(frozen=True)
class Listener:
    """Who is told of a draft's progress, and who may stop it."""

    on_reading: Callable[[float], None]
    on_words: Callable[[str], None]
    is_cancelled: Callable[[], bool]


@dataclass(frozen=True)
class Reply:
    """A finished reply with its figures; `first_token_ms` counts from the wish."""

    text: str
    finish: Finish
    output_tokens: int
    first_token_ms: float
    tokens_per_second: float


@dataclass(frozen=True)
class Choice:
    """The model's first and second choice for a token, and how much it prefers the first (difference of logits)."""

    token: int
    second: int
    gap: float


@dataclass(frozen=True)
class _GreedyPath:
    """The choices along a greedy text, for its alternatives."""

    prompt: Sequence[int]
    choices: Sequence[Choice]


class Cancelled(Exception):
    """Somebody stopped the draft."""


class DecodeLoop:
    """Drafts with one model. What it has read stays read: an instruction or findings that return cost nothing."""

    def __init__(self, context: Context, vocabulary: Vocabulary) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._greedy = _GreedyPath((), ())

    def read(self, tokens: Sequence[int], listener: Listener) -> NDArray[np.float32]:
        """Evaluate at least one token from the start of the sequence, chunk by chunk; the logits after the last.

        Raises:
            Cancelled
        """
        position = self._context.keep_common_prefix(tokens)
        while not listener.is_cancelled():
            chunk = tokens[position : position + self._context.chunk]
            logits = self._context.evaluate(chunk)
            position += len(chunk)
            listener.on_reading(position / len(tokens))
            if position == len(tokens):
                return logits
        raise Cancelled

    def draft(self, wish: Wish, listener: Listener) -> Reply:
        """Draft, telling the words as they come."""
        writing = _Writing(wish, self._vocabulary, listener)
        try:
            prefix = self._branch(wish, listener) if wish.alternative else ()
            finish = self._write(writing, prefix)
        except Cancelled:
            finish = "cancelled"
        if finish == "stop" and not wish.alternative:
            self._greedy = _GreedyPath(wish.prompt, writing.choices)
        return writing.reply(finish)

    def _write(self, writing: _Writing, prefix: Sequence[int]) -> Finish:
        wish, listener = writing.wish, writing.listener
        logits = self.read([*wish.prompt, *prefix], listener)
        for token in prefix:
            writing.add(token)
        while len(writing.tokens) < wish.max_tokens:
            if listener.is_cancelled():
                raise Cancelled
            choice = choose(logits)
            writing.choices.append(choice)
            if self._vocabulary.is_final[choice.token] or writing.add(choice.token):
                return "stop"
            if len(writing.tokens) < wish.max_tokens:
                logits = self._context.evaluate([choice.token])
        return "length"

    def _branch(self, wish: Wish, listener: Listener) -> list[int]:
        """The beginning of the n-th alternative: the greedy text up to its n-th least certain word, and there the
        model's second choice.
        """
        choices = self._greedy_choices(wish, listener)
        candidates = [
            (choice.gap, position)
            for position, choice in enumerate(choices)
            if self._begins_word(choice.token, position) and self._begins_word(choice.second, position)
        ]
        if not candidates:
            return []
        _, branch = sorted(candidates)[(wish.alternative - 1) % len(candidates)]
        return [*(choice.token for choice in choices[:branch]), choices[branch].second]

    def _greedy_choices(self, wish: Wish, listener: Listener) -> Sequence[Choice]:
        if self._greedy.prompt != wish.prompt:
            # Nobody may see these words; a sign of life with every token keeps the app's patience.
            unseen = Listener(listener.on_reading, lambda _: listener.on_reading(1.0), listener.is_cancelled)
            writing = _Writing(wish, self._vocabulary, unseen)
            self._write(writing, ())
            self._greedy = _GreedyPath(wish.prompt, writing.choices)
        return self._greedy.choices

    def _begins_word(self, token: int, position: int) -> bool:
        if self._vocabulary.is_final[token]:
            return False
        return position == 0 or self._vocabulary.begins_word(token)


class _Writing:
    """A reply in the making."""

    def __init__(self, wish: Wish, vocabulary: Vocabulary, listener: Listener) -> None:
        self.wish = wish
        self.listener = listener
        self.tokens: list[int] = []
        self.choices: list[Choice] = []
        self._vocabulary = vocabulary
        self._text = ReplyText(wish.stops)
        self._began = perf_counter()
        self._first_token = 0.0

    def add(self, token: int) -> bool:
        """Add a token; whether a stop text is complete."""
        if not self.tokens:
            self._first_token = perf_counter()
        self.tokens.append(token)
        self._tell(self._text.feed(self._vocabulary.pieces[token]))
        return self._text.is_stopped

    def reply(self, finish: Finish) -> Reply:
        self._tell(self._text.close())
        seconds = perf_counter() - self._first_token
        count = len(self.tokens)
        return Reply(
            text=self._text.text,
            finish=finish,
            output_tokens=count,
            first_token_ms=(self._first_token - self._began) * 1000 if count else 0.0,
            tokens_per_second=(count - 1) / seconds if count > 1 else 0.0,
        )

    def _tell(self, words: str) -> None:
        if words:
            self.listener.on_words(words)


def choose(logits: NDArray[np.float32]) -> Choice:
    """The two most likely tokens; of equals the one with the lower number. `logits` is changed."""
    first = int(logits.argmax())
    best = float(logits[first])
    logits[first] = -np.inf
    second = int(logits.argmax())
    return Choice(first, second, best - float(logits[second]))
