"""A reply in the making: its tokens, what must be taken back because the findings do not allow it, and what is told.

It does not know logits' origin or contexts. Without a guard nothing is ever taken back.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from app.domain.copy_terms import Term, TermKind
from app.engine.choosing import Choice, Logits, probability
from app.engine.protocol import Finish
from app.engine.tally import Tally
from app.engine.telling import Telling
from app.engine.vocabulary import Vocabulary
from app.engine.wish import Intervention, Listener, Reply, Wish

# Within a term, another token is tried only if the model finds it this likely; else the word is begun anew.
_LIKELY = 0.1
# Bounds of the search: tokens tried in one place, interventions in one sentence, tokens tried in one reply.
_TRIES_IN_PLACE = 40
_TRIES_IN_SENTENCE = 3
_TRIES_IN_REPLY = 300
# Of these the whole word is exchanged: another ending would make a word that does not exist.
_WHOLE_WORDS: frozenset[TermKind] = frozenset({"side", "comparison"})
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")
_LONGEST_LOOK_BACK = 240
_CIRCLE_LENGTHS = range(8, 61)  # characters
_ROUNDS_OF_A_CIRCLE = 4
_LONGEST_CIRCLE = 96  # tokens
_LOOK_FOR_CIRCLES_EVERY = 8
# Whoever waits is told no oftener that there is nothing to tell: every message wakes another program on a busy core.
_SECONDS_BETWEEN_SIGNS = 0.5


class GaveUp(Exception):
    """Nothing that the findings allow could be found."""


class Writing:
    """A reply in the making.

    With a guard, a word is told when it is whole and allowed as it stands; rarely, where nothing allowed can follow, it
    is taken back.

    Attributes:
        tokens: so far; `choices` those made by the model itself.
        barred: tokens that must not stand at a position, given those before it.
        goes_back: tokens were taken back, and the model has not been asked yet what it wants in their place.
        tally: what was guessed ahead of the model.
    """

    def __init__(self, wish: Wish, vocabulary: Vocabulary, listener: Listener) -> None:
        self.wish = wish
        self.tokens: list[int] = []
        self.choices: list[Choice] = []
        self.barred: dict[int, set[int]] = {}
        self.goes_back = False
        self.tally = Tally()
        self._interventions: list[Intervention] = []
        self._tries = 0
        # Of the last intervention: where its term ends in the text, whether the token barred first only followed it,
        # and whether the place gone back to lies in it.
        self._term_end = 0
        self._is_after = self._counts = False
        self._vocabulary = vocabulary
        self._telling = Telling(listener, wish.stops, vocabulary.pieces)
        self._bytes = b""
        self._starts = [0]  # characters before each token, and before the next one
        self._sentence = 0  # the position at which the sentence being written begins
        self._began = perf_counter()
        self._first_token = self._paused = 0.0
        self._heard = self._began

    def add(self, token: int) -> bool:
        """Add a token; whether a stop text is complete."""
        if not self.tokens:
            self._first_token = perf_counter()
        self.tokens.append(token)
        if self.wish.guard is None:
            self._telling.tell(self.tokens, len(self.tokens))
            return self._telling.is_stopped
        self._bytes += self._vocabulary.pieces[token]
        text = _text(self._bytes)
        self._starts.append(len(text))
        ends = [match.end() for match in _SENTENCE_END.finditer(text, self._starts[self._sentence])]
        if ends:
            if self._interventions and self._is_repeated(text[: ends[-1]]):
                self._take_back(self._sentence)
                return True
            self._sentence = max(self._sentence, bisect_right(self._starts, ends[-1]) - 1)
        is_stopped = _stop_in(text, self.wish.stops) < len(text)
        told = self._telling.told
        self._telling.tell(self.tokens, len(self.tokens) if is_stopped else self._clear_until())
        self._give_sign(is_told=self._telling.told > told)
        return self._telling.is_stopped

    def _give_sign(self, *, is_told: bool) -> None:
        """Where nothing may be told for long, a sign of life keeps the app's patience."""
        now = perf_counter()
        if is_told:
            self._heard = now
        elif now - self._heard >= _SECONDS_BETWEEN_SIGNS:
            self._heard = now
            self.listener.on_reading(1.0)

    @property
    def goes_in_circles(self) -> bool:
        """Whether the text ends in the same words four times over: a small model that does so never finds out again."""
        if len(self.tokens) % _LOOK_FOR_CIRCLES_EVERY:
            return False
        written = b"".join(self._vocabulary.pieces[token] for token in self.tokens[-_LONGEST_CIRCLE:])
        text = _text(written)
        return any(text.endswith(text[-length:] * _ROUNDS_OF_A_CIRCLE) for length in _CIRCLE_LENGTHS)

    def _is_repeated(self, text: str) -> bool:
        """Whether the last sentence stands before already: forced words can lead the model round in circles."""
        begins = self._starts[self._sentence]
        return bool(text[begins:].strip(" .!?\n")) and text[begins:].strip() in text[:begins]

    def objection(self, choice: Choice, logits: Logits) -> bool:
        """Whether the choice for the next token is barred; the tokens that led to it have been taken back then.

        Raises:
            GaveUp
        """
        if self.wish.guard is None:
            return False
        here = len(self.tokens)
        is_final = self._vocabulary.is_final[choice.token]
        if is_final and not here and self.barred:
            self.barred[0].add(choice.token)  # not a word at all is no answer
            return True
        self._tries += 1
        if self._is_dead_end(choice, logits):
            self._step_back()
            return True
        term = self._first_barred(choice.token, ends=is_final or here + 1 == self.wish.max_tokens)
        if term is None:
            self._tries -= 1
            return False
        if self._tries > _TRIES_IN_REPLY:
            raise GaveUp
        self._note(term, probability(logits, choice.token))
        in_sentence = sum(one.position >= self._sentence for one in self._interventions)
        hopeless = in_sentence > _TRIES_IN_SENTENCE or len(self.barred.get(here, ())) > _TRIES_IN_PLACE
        if (hopeless or term.kind == "recommendation") and here > self._sentence:
            self._begin_anew(self._sentence)
            self._counts = False
        elif hopeless:
            raise GaveUp
        elif term.kind in _WHOLE_WORDS and here > self._interventions[-1].position:
            self._begin_anew(self._interventions[-1].position)
        else:
            self.barred.setdefault(here, set()).add(choice.token)
        return True

    def note_wanted(self, logits: Logits, position: int) -> None:
        """The model's view of a place to which the writing went back: how much it wanted what is barred there."""
        self.goes_back = False
        barred = self.barred[position]
        if len(barred) > 1 or not self._interventions or not self._counts:
            return
        last = self._interventions[-1]
        before = 1.0 if self._is_after else last.wanted
        self._interventions[-1] = replace(last, wanted=before * probability(logits, next(iter(barred))))
        self._is_after = False

    @property
    def listener(self) -> Listener:
        """Who hears the words."""
        return self._telling.listener

    def hear(self, listener: Listener) -> None:
        """Somebody else hears what follows."""
        self._telling.listener = listener

    def show_to(self, listener: Listener) -> None:
        """The draft that was begun unseen is asked for now: its words so far are told, and all that follow.

        The time in which nobody computed counts neither as waiting nor as drafting.
        """
        now = perf_counter()
        self._first_token += now - self._paused if self.tokens else 0.0
        self._began = now
        self._telling.show_to(listener)

    def pause(self) -> None:
        """Nobody computes until `show_to`."""
        self._paused = perf_counter()

    def reply(self, finish: Finish, *, is_whole: bool) -> Reply:
        """The reply as it stands; of one that was cut off, only what the guard allows to stand at its end."""
        if self.wish.guard and not is_whole and self._first_barred(None, ends=True):
            self._take_back(self._sentence)
        self._telling.tell(self.tokens, len(self.tokens))
        self._telling.tell_end()
        seconds = perf_counter() - self._first_token
        count = len(self.tokens)
        raw = _text(self._bytes)
        indent = len(raw) - len(raw.lstrip())
        return Reply(
            text=self._telling.text,
            finish=finish,
            output_tokens=count,
            first_token_ms=max(0.0, self._first_token - self._began) * 1000 if count else 0.0,
            tokens_per_second=(count - 1) / seconds if count > 1 else 0.0,
            interventions=tuple(replace(one, at=max(0, one.at - indent)) for one in self._interventions),
            tally=self.tally,
            choices=tuple(self.choices),
        )

    def _clear_until(self) -> int:
        """The position up to which the words are whole and may stand even if nothing follows them."""
        text = _text(self._bytes)
        last_word = max(text.rfind(" "), text.rfind("\n"), 0)
        position = max(self._sentence, bisect_left(self._starts, last_word))
        if position <= self._telling.told or self._barred_in(text[: self._starts[position]], ends=True):
            return self._sentence
        return position

    def _first_barred(self, token: int | None, *, ends: bool) -> Term | None:
        """The first barred term of the sentence being written, with one token more."""
        piece = b"" if token is None or self._vocabulary.is_final[token] else self._vocabulary.pieces[token]
        return self._barred_in(_text(self._bytes + piece), ends=ends)

    def _barred_in(self, text: str, *, ends: bool) -> Term | None:
        """The first barred term of the last sentence of a text that begins as the reply does."""
        if self.wish.guard is None:
            return None
        stop = _stop_in(text, self.wish.stops)
        start = self._starts[self._sentence]
        if len(text) - start > _LONGEST_LOOK_BACK:
            start = max(start, text.rfind(" ", 0, len(text) - _LONGEST_LOOK_BACK) + 1)
        return self.wish.guard.first_barred(text[:stop], start, ends=ends or stop < len(text))

    def _is_dead_end(self, choice: Choice, logits: Logits) -> bool:
        """Whether, after what is barred here, nothing likely is left, and an earlier token of the term may change.

        A space before the term counts with it: nothing else may be likely after it.
        """
        here = len(self.tokens)
        if here not in self.barred or here == self._sentence or not self._interventions:
            return False
        is_within = here > self._interventions[-1].position or self._vocabulary.pieces[self.tokens[-1]].isspace()
        return is_within and probability(logits, choice.token) < _LIKELY

    def _step_back(self) -> None:
        """Bar the last token where it stands."""
        position, token = len(self.tokens) - 1, self.tokens[-1]
        last = self._interventions[-1]
        # The share of the space before a term is not the term's.
        self._counts = position >= last.position and self._starts[position] < self._term_end
        if position < last.position:
            self._interventions[-1] = replace(last, position=position, at=self._starts[position])
        self._take_back(position)
        self.barred.setdefault(position, set()).add(token)

    def _begin_anew(self, position: int) -> None:
        token = self.tokens[position]
        self._counts = self._is_after = True
        self._interventions[-1] = replace(self._interventions[-1], position=position, at=self._starts[position])
        self._take_back(position)
        self.barred.setdefault(position, set()).add(token)

    def _note(self, term: Term, wanted: float) -> None:
        """An intervention begins, unless it is the same place as before."""
        position = max(self._sentence, bisect_right(self._starts, term.start) - 1)
        if self._interventions and self._interventions[-1].position == position:
            return
        self._interventions.append(Intervention(position, self._starts[position], term.kind, wanted))
        self._term_end = term.end
        self._is_after = self._starts[-1] >= term.end

    def _take_back(self, position: int) -> None:
        self._telling.take_back(self.tokens, position)
        del self.tokens[position:]
        del self.choices[max(0, len(self.choices) - (len(self._starts) - 1 - position)) :]
        del self._starts[position + 1 :]
        self._bytes = b"".join(self._vocabulary.pieces[token] for token in self.tokens)
        for later in [one for one in self.barred if one > position]:
            del self.barred[later]
        kept = [one for one in self._interventions if one.position <= position]
        # Of several that now begin in one place, the last is the one that led here.
        self._interventions = [one for one in kept[:-1] if one.position < position] + kept[-1:]


def _text(written: bytes) -> str:
    """Whole characters only."""
    return written.decode("utf-8", "ignore")


def _stop_in(text: str, stops: Sequence[str]) -> int:
    """Where the first stop text begins, or the text's length."""
    return min([at for stop in stops if (at := text.find(stop)) >= 0], default=len(text))
