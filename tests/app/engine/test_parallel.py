"""Drafts side by side against a tiny model: each the text that it is alone, whatever goes on beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.domain.copy_only import CopyOnly
from app.domain.copy_terms import Term
from app.engine import parallel
from app.engine.binding import llama
from app.engine.context import DecodeFailed
from app.engine.model import Model, load_model
from app.engine.parallel import NoRoom, ParallelLoop
from app.engine.sequences import Sequences
from app.engine.wish import Listener, Reply, Wish

OPENING = list(b"what is seen here: ")
TEXTS = (
    b"the lungs are clear, no effusion is seen; heart is normal " * 2,
    b"small left pleural effusion",
    b"liver, 12 mm cyst in segment 7; no other lesion of the liver " * 3,
    b"the lungs are clear, no effusion",
    b"fracture",
)
WISHES = [Wish(prompt=[*OPENING, *text], stops=(), max_tokens=24 + 5 * n) for n, text in enumerate(TEXTS)]
SILENT = Listener(lambda _: None, lambda _: None, lambda: False)


@pytest.fixture(scope="module")
def model(tiny_model):
    opened = load_model(tiny_model, gpu_layers=None, context=0, threads=1)
    yield opened
    opened.close()


@pytest.fixture
def open_loop(model: Model):
    """A loop over a context of its own; the fixture closes it."""
    opened: list[Sequences] = []

    def start(count: int = 3, size: int = 256, chunk: int = 32) -> ParallelLoop:
        opened.append(
            Sequences(
                model.pointer, count=count, size=size, chunk=chunk, threads=1, vocabulary_size=model.vocabulary.size
            )
        )
        opened[-1].read_common(OPENING)
        return ParallelLoop(opened[-1], model.vocabulary)

    yield start
    for sequences in opened:
        sequences.close()


def draft_all(loop: ParallelLoop, wishes: list[Wish]) -> list[Reply | Exception]:
    """All of them, each begun as soon as there is room."""
    outcomes: dict[int, Reply | Exception] = {}
    waiting = list(enumerate(wishes))
    while waiting or not loop.is_idle:
        while waiting and loop.has_room():
            number, wish = waiting.pop(0)
            loop.begin(wish, SILENT, lambda outcome, number=number: outcomes.update({number: outcome}))
        loop.step()
    return [outcomes[number] for number in range(len(wishes))]


def alone(model: Model, wish: Wish) -> Reply:
    model.loop.forget()
    return model.loop.draft(wish, SILENT)


@pytest.mark.parametrize(("count", "chunk"), [(1, 16), (3, 32), (5, 256)])
def test_each_text_is_the_one_that_is_drafted_alone(model: Model, open_loop, count: int, chunk: int):
    together = draft_all(open_loop(count=count, chunk=chunk), WISHES)
    for reply, wish in zip(together, WISHES, strict=True):
        expected = alone(model, wish)
        assert (reply.text, reply.finish, reply.output_tokens) == (
            expected.text,
            expected.finish,
            expected.output_tokens,
        )


def test_copy_only_takes_back_the_same_tokens_as_alone(model: Model, open_loop, monkeypatch):
    """The tiny model's text is random: two characters of what it wants to write are made a side that is barred."""
    guard = CopyOnly(frozenset(), frozenset(), frozenset())
    monkeypatch.setattr(CopyOnly, "first_barred", lambda *_, **__: None)
    wishes = [replace(wish, guard=guard) for wish in WISHES]
    refused = alone(model, wishes[0]).text[2:4]

    def first_barred(self, text, start=0, *, ends):
        at = text.find(refused, start)
        return Term("side", (), at, at + len(refused)) if at >= 0 else None

    monkeypatch.setattr(CopyOnly, "first_barred", first_barred)
    loop = open_loop()
    taken_back = []
    read_again = loop._read_again
    loop._read_again = lambda draft: taken_back.append(draft) or read_again(draft)
    together = draft_all(loop, wishes)
    assert taken_back
    for reply, wish in zip(together, wishes, strict=True):
        expected = alone(model, wish)
        assert reply.text == expected.text
        assert [one.position for one in reply.interventions] == [one.position for one in expected.interventions]
        assert [one.wanted for one in reply.interventions] == pytest.approx(
            [one.wanted for one in expected.interventions], rel=0.01
        )
    assert refused.isascii()
    assert together[0].interventions
    assert refused not in together[0].text


def test_what_prompts_share_is_read_once(model: Model, open_loop):
    loop = open_loop(chunk=256)
    read = []
    evaluate = loop._sequences.evaluate
    loop._sequences.evaluate = lambda pieces: read.extend(len(piece.tokens) for piece in pieces) or evaluate(pieces)
    findings = [*OPENING, *TEXTS[0]]
    wishes = [Wish([*findings, *list(tail)], (), max_tokens=2) for tail in (b" short", b" long", b" short")]
    together = draft_all(loop, wishes)
    assert sum(read) == len(TEXTS[0]) + len(b" short") + len(b"long") + 1 + len(wishes)
    assert [reply.text for reply in together] == [alone(model, wish).text for wish in wishes]


def test_nothing_of_a_draft_that_ended_is_left(open_loop):
    loop = open_loop()
    draft_all(loop, WISHES)
    assert loop._sequences.tokens == [OPENING] * 3


def test_there_is_room_for_as_many_as_there_are_sequences(open_loop):
    loop = open_loop(count=2)
    for wish in WISHES[:2]:
        assert loop.has_room()
        loop.begin(wish, SILENT, lambda _: None)
    assert not loop.has_room()
    while not loop.is_idle:
        loop.step()
    assert loop.has_room()


def test_a_reply_that_outgrows_its_sequence_says_so_and_the_others_go_on(model: Model, open_loop):
    loop = open_loop()
    loop._sequences.size = len(WISHES[4].prompt) + 20
    assert loop.fits(replace(WISHES[4], max_tokens=20))
    assert not loop.fits(WISHES[4])
    short = Wish([*OPENING, *b"liver"], (), max_tokens=10)
    together = draft_all(loop, [WISHES[4], short])
    assert isinstance(together[0], NoRoom)
    assert together[1].text == alone(model, short).text


def test_a_cancelled_draft_ends_and_the_others_go_on(model: Model, open_loop):
    loop = open_loop()
    outcomes: dict[str, Reply] = {}
    is_cancelled = []
    listener = Listener(lambda _: None, lambda _: None, lambda: bool(is_cancelled))
    loop.begin(WISHES[0], listener, lambda outcome: outcomes.update(cancelled=outcome))
    loop.begin(WISHES[1], SILENT, lambda outcome: outcomes.update(whole=outcome))
    loop.step()
    is_cancelled.append(True)
    while not loop.is_idle:
        loop.step()
    assert outcomes["cancelled"].finish == "cancelled"
    assert outcomes["whole"].text == alone(model, WISHES[1]).text


def test_an_error_in_one_draft_ends_that_one_alone(model: Model, open_loop, monkeypatch):
    loop = open_loop()
    original = parallel.Writing.add

    def add(self, token):
        if self.wish is WISHES[1] and len(self.tokens) == 3:
            raise ValueError
        return original(self, token)

    monkeypatch.setattr(parallel.Writing, "add", add)
    together = draft_all(loop, WISHES)
    assert isinstance(together[1], ValueError)
    monkeypatch.undo()
    for number in (0, 2, 3, 4):
        assert together[number].text == alone(model, WISHES[number]).text


def test_when_nothing_can_be_computed_all_under_way_are_told_and_later_ones_are_drafted(
    model: Model, open_loop, monkeypatch
):
    loop = open_loop()
    decode = llama.llama_decode
    monkeypatch.setattr(llama, "llama_decode", lambda *_: -3)
    lost: list[Reply | Exception] = []
    for wish in WISHES[:2]:
        loop.begin(wish, SILENT, lost.append)
    loop.step()
    assert [type(outcome) for outcome in lost] == [DecodeFailed, DecodeFailed]
    assert loop.is_idle
    monkeypatch.setattr(llama, "llama_decode", decode)
    assert draft_all(loop, WISHES)[2].text == alone(model, WISHES[2]).text


def test_the_longest_waiting_draft_gives_signs_of_life(open_loop):
    loop = open_loop(chunk=16)
    fractions: list[float] = []
    loop.begin(WISHES[2], Listener(fractions.append, lambda _: None, lambda: False), lambda _: None)
    loop.begin(WISHES[1], SILENT, lambda _: None)
    while not loop.is_idle:
        loop.step()
    assert fractions == sorted(fractions)
    assert np.isclose(fractions[-1], 1.0)
