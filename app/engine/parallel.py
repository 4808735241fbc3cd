"""Many drafts at once: a step of the model carries a row of every reply in the making, or a piece of the next prompt.

It does not know where the prompts come from or where the replies go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush

from app.engine.choosing import Logits, choose
from app.engine.protocol import Finish
from app.engine.sequences import Piece, Sequences, common_length
from app.engine.vocabulary import Vocabulary
from app.engine.wish import Listener, Reply, Wish
from app.engine.writing import GaveUp, Writing

# Tokens that few replies exceed.
_USUAL_REPLY = 96
# So many tokens of a prompt are rather taken over from another draft, once that has read them, than read again.
_WORTH_WAITING = 16

OnEnd = Callable[[Reply | Exception], None]


class NoRoom(Exception):
    """The reply is longer than its sequence has room for."""


@dataclass
class _UnderWay:
    """A draft under way.

    Attributes:
        unread: tokens of the prompt and the reply that the model has not read.
        is_open: whether its sequence is begun; before, it waits for another that reads what it begins with.
    """

    writing: Writing
    sequence: int
    unread: list[int]
    on_end: OnEnd
    is_open: bool = False


class ParallelLoop:
    """Drafts side by side with one model; each text is the one that it would be alone, near-ties aside."""

    def __init__(self, sequences: Sequences, vocabulary: Vocabulary) -> None:
        self._sequences = sequences
        self._vocabulary = vocabulary
        self._free = list(range(sequences.count))
        self._under_way: list[_UnderWay] = []

    def fits(self, wish: Wish) -> bool:
        """Whether a sequence holds the prompt and, most likely, the reply."""
        return len(wish.prompt) + min(wish.max_tokens, _USUAL_REPLY) <= self._sequences.size

    @property
    def is_idle(self) -> bool:
        return not self._under_way

    def has_room(self) -> bool:
        """Whether a draft can be begun beside those under way."""
        return bool(self._free)

    def begin(self, wish: Wish, listener: Listener, on_end: OnEnd) -> None:
        """Begin a draft that fits, where there is room; in a later step its reply, or an error, is told `on_end`.

        The error is NoRoom if the reply outgrew the sequence after all.
        It is the greedy text: alternatives are drafted alone.
        """
        sequence = heappop(self._free)
        writing = Writing(wish, self._vocabulary, listener)
        self._under_way.append(_UnderWay(writing, sequence, list(wish.prompt), on_end))

    def step(self) -> None:
        """One evaluation of the model, and for each draft under way what follows from it."""
        for draft in [one for one in self._under_way if one.writing.listener.is_cancelled()]:
            self._end(draft, draft.writing.reply("cancelled", is_whole=False))
        self._open_sequences()
        whole, pieces = self._next_pieces()
        if not pieces:
            return
        try:
            logits = self._sequences.evaluate(pieces)
        except Exception as error:  # noqa: BLE001 - each draft that is lost with it is told why
            self._lose_all(error)
            return
        self._open_sequences()  # before any of those that were read ends and is forgotten
        for draft, row in zip(whole, logits, strict=True):
            try:
                self._write(draft, row)
            except Exception as error:  # noqa: BLE001 - the others go on
                self._end(draft, error)
        for draft in self._under_way[:1]:
            # A sign of life for the one that has waited longest.
            draft.writing.listener.on_reading(self._share_read(draft))

    def _open_sequences(self) -> None:
        """Begin the sequences that need not wait for another to read their beginning."""
        for draft in self._under_way:
            if not draft.is_open and not self._may_share_more(draft):
                read = self._sequences.begin(draft.sequence, draft.writing.wish.prompt)
                del draft.unread[:read]
                draft.is_open = True

    def _may_share_more(self, draft: _UnderWay) -> bool:
        """Whether an open draft is still reading much of what this one begins with."""
        prompt = draft.writing.wish.prompt
        worth = self._sequences.longest_common(prompt)[0] + _WORTH_WAITING
        return any(
            other.is_open and len(other.unread) > 1 and common_length(other.writing.wish.prompt, prompt) >= worth
            for other in self._under_way
        )

    def _write(self, draft: _UnderWay, logits: Logits) -> None:
        """Write on until the model must read more, or the draft ends."""
        writing = draft.writing
        try:
            finish = self._next_token(draft, logits)
        except GaveUp:
            finish = "length"
        if finish:
            self._end(draft, writing.reply(finish, is_whole=finish == "stop"))

    def _next_token(self, draft: _UnderWay, logits: Logits) -> Finish | None:
        """How the draft ended, if it did. Raises GaveUp."""
        writing = draft.writing
        here = len(writing.tokens)
        if writing.goes_back:
            writing.note_wanted(logits, here)
        while True:
            choice = choose(logits, writing.barred.get(here, ()))
            if not writing.objection(choice, logits):
                break
            if len(writing.tokens) < here:
                writing.goes_back = True
                self._read_again(draft)
                return None
        writing.choices.append(choice)
        if self._vocabulary.is_final[choice.token] or writing.add(choice.token):
            return "stop"
        if writing.goes_in_circles or len(writing.tokens) >= writing.wish.max_tokens:
            return "length"
        if len(writing.wish.prompt) + len(writing.tokens) > self._sequences.size:
            raise NoRoom
        draft.unread.append(choice.token)
        return None

    def _read_again(self, draft: _UnderWay) -> None:
        """Tokens were taken back: the last one left must be read anew, because the logits after it are wanted."""
        text = [*draft.writing.wish.prompt, *draft.writing.tokens]
        self._sequences.keep(draft.sequence, len(text) - 1)
        draft.unread = text[len(self._sequences.tokens[draft.sequence]) :]

    def _next_pieces(self) -> tuple[list[_UnderWay], list[Piece]]:
        """What the next step reads: a piece of one prompt, or, when all are read, a token of every reply in the making;
        and the drafts of which nothing is left to read then, in the order of their logits.

        Not both in one step: llama.cpp would compute a prompt's piece apart from the single tokens, in two small steps.
        """
        room = self._sequences.chunk
        whole, pieces = [], []
        drafts = [one for one in self._under_way if one.is_open]
        reading = [one for one in drafts if len(one.unread) > 1]
        for draft in reading[:1] or drafts:
            tokens = draft.unread[:room]
            if not tokens:
                break
            room -= len(tokens)
            del draft.unread[: len(tokens)]
            pieces.append(Piece(draft.sequence, tokens, wants_logits=not draft.unread))
            if not draft.unread:
                whole.append(draft)
        # Neighbors are computed together.
        return sorted(whole, key=lambda one: one.sequence), sorted(pieces, key=lambda one: one.sequence)

    def _share_read(self, draft: _UnderWay) -> float:
        read = len(self._sequences.tokens[draft.sequence])
        return min(1.0, read / len(draft.writing.wish.prompt))

    def _end(self, draft: _UnderWay, outcome: Reply | Exception) -> None:
        self._sequences.end(draft.sequence)
        self._under_way.remove(draft)
        heappush(self._free, draft.sequence)
        draft.on_end(outcome)

    def _lose_all(self, error: Exception) -> None:
        for draft in list(self._under_way):
            self._end(draft, error)
