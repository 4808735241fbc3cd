"""The decode loop: a prompt in, an impression out, token by token, each the model's first choice that is allowed.

It does not know where the prompt comes from or where the words go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from app.domain.copy_only import CopyOnly
from app.engine.choosing import Choice, Logits, choose
from app.engine.context import Context
from app.engine.protocol import Finish
from app.engine.speculation import Speculation
from app.engine.stepping import Stepper
from app.engine.vocabulary import Vocabulary
from app.engine.wish import Cancelled, Listener, Reply, Wish
from app.engine.writing import GaveUp, Writing

# Tokens evaluated at once while nobody waits for them: whoever asks for a draft waits for so many at most.
_AHEAD_AT_ONCE = 16


@dataclass(frozen=True)
class _GreedyPath:
    """The choices along a greedy text, for its alternatives."""

    prompt: Sequence[int]
    guard: CopyOnly | None
    choices: Sequence[Choice]


@dataclass
class _Begun:
    """A draft that was begun before anybody asked for it; `finish`: how it ended, None while there is more to write."""

    writing: Writing
    finish: Finish | None = None


class DecodeLoop:
    """Drafts with one model. What it has read stays read: an instruction or findings that return cost nothing."""

    def __init__(self, context: Context, vocabulary: Vocabulary, *, gives_way: bool = False) -> None:
        """`gives_way`: nothing is computed ahead while something else wants the device, as on a graphics card, which
        knows no priorities."""
        self._context = context
        self._gives_way = gives_way
        self._vocabulary = vocabulary
        self._speculation: Speculation | None = None
        self._stepper = Stepper(context, None)
        self._greedy = _GreedyPath((), None, ())
        self._begun: _Begun | None = None

    def speculate(self, speculation: Speculation | None) -> None:
        """Guess ahead of the model from now on; None: one evaluation a token. The replies are the same."""
        self._speculation = speculation
        self._stepper = Stepper(self._context, speculation)

    def read(self, tokens: Sequence[int], listener: Listener, at_once: int = 0) -> Logits:
        """Evaluate at least one token from the start of the sequence, chunk by chunk; the logits after the last.

        Args:
            at_once: tokens a chunk, fewer than the context's own; 0: those.

        Raises:
            Cancelled
        """
        return self._stepper.read(tokens, listener, at_once)

    def forget(self) -> None:
        """Clear what was read and drafted of a study."""
        self._context.clear()
        self._begun = None
        self._greedy = _GreedyPath((), None, ())

    def read_ahead(self, tokens: Sequence[int], is_interrupted: Callable[[], bool]) -> int:
        """Evaluate the beginning of a prompt until somebody wants something else; how many tokens stand evaluated."""
        self._begun = None
        with suppress(Cancelled):
            self.read(tokens, self._unseen(is_interrupted), _AHEAD_AT_ONCE)
        return len(self._context.tokens)

    def begin(self, wish: Wish, is_interrupted: Callable[[], bool]) -> int:
        """Draft unseen until somebody wants something else; how many tokens of the draft stand written."""
        if self._begun is None or self._begun.writing.wish != wish:
            self._begun = _Begun(Writing(wish, self._vocabulary, self._unseen(is_interrupted)))
        begun = self._begun
        if begun.finish is None:
            begun.writing.hear(self._unseen(is_interrupted))
            try:
                begun.finish = self._write(begun.writing, (), _AHEAD_AT_ONCE)
            except Cancelled:
                pass
            except GaveUp:
                self._begun = None
                return 0
        begun.writing.pause()
        return len(begun.writing.tokens)

    def _unseen(self, is_interrupted: Callable[[], bool]) -> Listener:
        """Nobody is told of what is computed ahead."""
        if not self._gives_way:
            return Listener(_ignore, _ignore, is_interrupted)
        evaluated = count()  # whether the device is still wanted is only known after one evaluation
        return Listener(
            _ignore, _ignore, lambda: is_interrupted() or (next(evaluated) > 0 and self._context.is_held_up)
        )

    def draft(self, wish: Wish, listener: Listener) -> Reply:
        """Draft, telling the words as they come; what was begun of the same draft already is told at once."""
        begun, self._begun = self._begun, None
        if begun and begun.writing.wish == wish:
            writing = begun.writing
            writing.show_to(listener)
        else:
            begun, writing = None, Writing(wish, self._vocabulary, listener)
        try:
            prefix = self._branch(wish, listener) if wish.alternative else ()
            finish = begun.finish if begun and begun.finish else self._write(writing, prefix)
        except Cancelled:
            return writing.reply("cancelled", is_whole=False)
        except GaveUp:
            return writing.reply("length", is_whole=False)
        if finish == "stop" and not wish.alternative:
            self._greedy = _GreedyPath(wish.prompt, wish.guard, writing.choices)
        return writing.reply(finish, is_whole=finish == "stop")

    def _write(self, writing: Writing, prefix: Sequence[int], at_once: int = 0) -> Finish:
        """Write on from where the writing stands. Raises Cancelled, GaveUp."""
        if self._speculation:
            self._speculation.begin(writing.wish.source, writing.tally)
        try:
            return self._write_on(writing, prefix, at_once)
        finally:
            self._stepper.settle()

    def _write_on(self, writing: Writing, prefix: Sequence[int], at_once: int) -> Finish:
        wish, listener = writing.wish, writing.listener
        logits = self._look(writing, prefix, at_once)
        for token in prefix:
            writing.add(token)
        while len(writing.tokens) < wish.max_tokens:
            if listener.is_cancelled():
                raise Cancelled
            here = len(writing.tokens)
            choice = choose(logits, writing.barred.get(here, ()))
            if writing.objection(choice, logits):
                if len(writing.tokens) < here:
                    writing.goes_back = True
                    logits = self._look(writing)
                continue
            writing.choices.append(choice)
            if self._vocabulary.is_final[choice.token] or writing.add(choice.token):
                return "stop"
            if writing.goes_in_circles:
                return "length"
            if room := wish.max_tokens - len(writing.tokens):
                logits = self._stepper.after(choice.token, writing.tokens, room - 1)
        return "length"

    def _look(self, writing: Writing, prefix: Sequence[int] = (), at_once: int = 0) -> Logits:
        """The logits at the place where the writing stands, a prefix added."""
        wish = writing.wish
        reply = [*writing.tokens, *prefix]
        room = max(0, wish.max_tokens - len(reply) - 1)
        logits = self._stepper.read([*wish.prompt, *reply], writing.listener, at_once, reply, room)
        if writing.goes_back:
            writing.note_wanted(logits, len(writing.tokens))
        return logits

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
        if (self._greedy.prompt, self._greedy.guard) != (wish.prompt, wish.guard):
            # Nobody may see these words; a sign of life with every token keeps the app's patience.
            unseen = Listener(listener.on_reading, lambda _: listener.on_reading(1.0), listener.is_cancelled)
            writing = Writing(wish, self._vocabulary, unseen)
            self._write(writing, ())
            self._greedy = _GreedyPath(wish.prompt, wish.guard, writing.choices)
        return self._greedy.choices

    def _begins_word(self, token: int, position: int) -> bool:
        if self._vocabulary.is_final[token]:
            return False
        return position == 0 or self._vocabulary.begins_word(token)


def _ignore(_: object) -> None:
    """Nobody is told of what is computed ahead."""
