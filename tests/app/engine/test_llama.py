"""The decode loop against a tiny model: greedy, reusing what it has read, stoppable, with alternatives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.engine.choosing import choose
from app.engine.llama import DecodeLoop
from app.engine.model import Model, load_model
from app.engine.wish import Listener, Wish

PROMPT = list(b"the lungs are clear, no effusion is seen; heart is normal " * 3)


@pytest.fixture
def model(tiny_model):
    opened = load_model(tiny_model, gpu_layers=None, context=0, threads=1)
    yield opened
    opened.close()


class Audience:
    """Hears everything; cancels after so many words, or readings."""

    def __init__(self, words: int = 10_000, readings: int = 10_000) -> None:
        self.words: list[str] = []
        self.readings: list[float] = []
        self.listener = Listener(
            self.readings.append,
            self.words.append,
            lambda: len(self.words) >= words or len(self.readings) >= readings,
        )


def wish(**changes: object) -> Wish:
    return replace(Wish(prompt=PROMPT, stops=(), max_tokens=24), **changes)


def draft(model: Model, **changes: object):
    audience = Audience()
    return model.loop.draft(wish(**changes), audience.listener), audience


def test_each_token_is_the_first_choice_of_a_fresh_reading_of_all_before_it(model: Model):
    tokens: list[int] = []
    for _ in range(8):
        fresh = DecodeLoop(model.context, model.vocabulary)
        model.context.keep_common_prefix([-1, -1])
        tokens.append(choose(fresh.read([*PROMPT, *tokens], Audience().listener)).token)
    model.context.keep_common_prefix([-1, -1])
    reply, _ = draft(model, max_tokens=8)
    assert (
        reply.text.encode()
        == b"".join(model.vocabulary.pieces[token] for token in tokens).decode(errors="replace").strip().encode()
    )


def test_the_words_told_are_the_reply(model: Model):
    reply, audience = draft(model)
    assert "".join(audience.words) == reply.text
    assert (reply.finish, reply.output_tokens) == ("length", 24)
    assert audience.readings == sorted(audience.readings)
    assert audience.readings[-1] == 1.0


def test_the_same_wish_gives_the_same_text_and_reads_only_its_last_token_again(model: Model):
    first, _ = draft(model)
    asked = []
    evaluate = model.context.evaluate
    model.context.evaluate = lambda tokens, rows=1: asked.append(len(tokens)) or evaluate(tokens, rows)
    second, _ = draft(model)
    assert second.text == first.text
    assert set(asked) == {1}
    assert len(asked) == 24


def test_a_change_in_the_middle_costs_only_what_lies_behind_it(model: Model):
    draft(model)
    changed = [*PROMPT[:100], 90, *PROMPT[101:]]
    assert model.context.keep_common_prefix(changed) == 100
    logits = model.loop.read(changed, Audience().listener).copy()
    model.context.keep_common_prefix([-1, -1])
    assert np.allclose(logits, model.loop.read(changed, Audience().listener), atol=1e-3)


def test_a_cancel_is_heard_after_the_word_that_was_told(model: Model):
    audience = Audience(words=3)
    reply = model.loop.draft(wish(), audience.listener)
    assert reply.finish == "cancelled"
    assert len(audience.words) <= 4
    assert reply.text == "".join(audience.words)


def test_a_cancel_is_heard_after_the_chunk_that_is_being_read(model: Model):
    audience = Audience(readings=1)
    reply = model.loop.draft(wish(), audience.listener)
    assert (reply.finish, reply.text, reply.output_tokens) == ("cancelled", "", 0)
    assert len(audience.readings) == 1
    assert len(model.context.tokens) == model.context.chunk
    assert draft(model)[0].finish == "length"


def test_alternatives_are_deterministic_and_differ_from_the_greedy_text(model: Model):
    greedy = draft(model, max_tokens=64)[0].text
    first = draft(model, max_tokens=64, alternative=1)[0].text
    assert first != greedy
    assert first == draft(model, max_tokens=64, alternative=1)[0].text
    assert greedy == draft(model, max_tokens=64)[0].text


def test_an_alternative_asked_first_is_the_one_asked_after_the_greedy_text(model: Model, tiny_model):
    asked_first, audience = draft(model, max_tokens=64, alternative=1)
    draft(model, max_tokens=64)
    assert asked_first.text == draft(model, max_tokens=64, alternative=1)[0].text
    assert "".join(audience.words) == asked_first.text


def test_a_stop_text_ends_the_reply(model: Model):
    text = draft(model)[0].text
    stop = text[4:6]
    reply, _ = draft(model, stops=(stop,))
    assert reply.finish == "stop"
    assert reply.text == text.split(stop)[0].strip()


def test_of_equal_logits_the_lower_token_is_chosen_and_the_gap_is_told():
    chosen = choose(np.array([1.0, 5.0, 5.0, 3.5], np.float32))
    assert (chosen.token, chosen.second, chosen.gap) == (1, 2, 0.0)


def test_the_text_is_the_one_that_the_bindings_own_high_level_interface_writes(model: Model, tiny_model):
    from llama_cpp import Llama

    reference = Llama(str(tiny_model), n_ctx=512, n_threads=1, n_batch=model.context.chunk, verbose=True)
    tokens = []
    for token in reference.generate(PROMPT, temp=0.0):
        tokens.append(token)
        if len(tokens) == 24:
            break
    reference.close()
    expected = b"".join(model.vocabulary.pieces[token] for token in tokens).decode(errors="replace").strip()
    assert draft(model)[0].text == expected


def never() -> bool:
    return False


class After:
    """Wants something else after so many askings."""

    def __init__(self, askings: int) -> None:
        self.left = askings

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_draft_begun_unseen_is_told_at_once_and_is_the_same_text(model: Model):
    plain, _ = draft(model)
    model.loop.forget()
    assert model.loop.begin(wish(), never) == plain.output_tokens
    evaluated = list(model.context.tokens)
    begun, audience = draft(model)
    assert (begun.text, begun.finish, begun.output_tokens) == (plain.text, plain.finish, plain.output_tokens)
    assert "".join(audience.words).strip() == plain.text
    assert model.context.tokens == evaluated
    assert begun.first_token_ms == 0
    assert audience.readings == []


@pytest.mark.parametrize("askings", range(30))
def test_wherever_it_is_interrupted_it_is_written_on_to_the_same_text(model: Model, askings: int):
    plain, _ = draft(model)
    model.loop.forget()
    assert model.loop.begin(wish(), After(askings)) <= plain.output_tokens
    again, audience = draft(model)
    assert again.text == plain.text
    assert "".join(audience.words).strip() == plain.text


def test_another_wish_begins_anew(model: Model):
    model.loop.begin(wish(), never)
    other, audience = draft(model, max_tokens=5)
    assert other.output_tokens == 5
    assert audience.readings


def test_reading_ahead_leaves_only_the_rest_to_read(model: Model):
    assert model.loop.read_ahead(PROMPT[:100], never) == 100
    _, audience = draft(model)
    assert audience.readings[0] == pytest.approx((100 + model.context.chunk) / len(PROMPT), abs=0.02) or (
        audience.readings == [1.0]
    )
    assert model.loop.read_ahead(PROMPT[:20], After(0)) <= 20


def test_forgetting_leaves_nothing_of_a_study(model: Model):
    model.loop.begin(wish(), never)
    model.loop.forget()
    assert model.context.tokens == []
    assert not model.context._batch._tokens.any()
    assert model.loop._greedy.prompt == ()
    _, audience = draft(model)
    assert audience.readings[-1] == 1.0


class HeldUp:
    """A context whose device something else wants after so many evaluations."""

    def __init__(self, context, evaluations: int) -> None:
        self._context, self._left = context, evaluations

    def __getattr__(self, name: str):
        return getattr(self._context, name)

    def evaluate(self, *asked):
        self._left -= 1
        return self._context.evaluate(*asked)

    @property
    def is_held_up(self) -> bool:
        return self._left <= 0


def test_on_a_device_that_something_else_wants_nothing_is_computed_ahead_but_the_draft_comes(model: Model):
    plain, _ = draft(model)
    for gives_way in (False, True):
        model.loop.forget()
        loop = DecodeLoop(HeldUp(model.context, 2), model.vocabulary, gives_way=gives_way)
        assert (loop.read_ahead(PROMPT, never) < len(PROMPT)) is gives_way
        assert (loop.begin(wish(), never) < plain.output_tokens) is gives_way
        assert loop.draft(wish(), Audience().listener).text == plain.text


def test_in_whatever_pieces_a_text_is_read_its_logits_are_the_same(model: Model):
    # From 64 tokens on llama.cpp's flash attention computes in another way.
    assert model.context.chunk < 64
    whole = model.loop.read(PROMPT, Audience().listener).copy()
    for at_once in (1, 7, 31):
        model.loop.forget()
        np.testing.assert_allclose(model.loop.read(PROMPT, Audience().listener, at_once), whole, atol=1e-4)
