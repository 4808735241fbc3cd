"""Figures over several drafts, from what each draft's end tells."""

from __future__ import annotations

import pytest

from app.engine.protocol import Finished, Guesses
from app.measuring.drafts import Acceptance, mean_position, same_texts, tokens_a_second, tokens_a_step


def draft(tokens: int, rate: float = 10.0, text: str = "", **more: object) -> Finished:
    known = {"finish": "stop", "prompt_tokens": 100, "first_token_ms": 1.0}
    return Finished(id=1, text=text, output_tokens=tokens, tokens_per_second=rate, **(known | more))


def test_a_rate_over_several_drafts_is_all_tokens_over_all_time():
    cut_off = {"finish": "length"}
    assert tokens_a_second([draft(11, 10.0, **cut_off), draft(31, 10.0, **cut_off)]) == pytest.approx(10.0)
    # 10 tokens in 1 s and 10 in 9 s: not the mean of the two rates.
    assert tokens_a_second([draft(11, 10.0, **cut_off), draft(11, 10 / 9, **cut_off)]) == pytest.approx(2.0)
    assert tokens_a_second([draft(1, 0.0), draft(0, 0.0)]) is None


def test_the_end_of_a_reply_takes_a_step_like_any_token():
    assert tokens_a_second([draft(11, 10.0)]) == pytest.approx(11.0)


def test_plain_steps_choose_one_token_each_the_end_among_them():
    plain = draft(7, steps=8)
    guessed = draft(7, steps=4)
    cut_off = draft(8, steps=4, finish="length")
    assert tokens_a_step([plain]) == 1.0
    assert tokens_a_step([guessed, cut_off]) == 2.0
    assert tokens_a_step([draft(7)]) is None


def test_guesses_of_a_source_are_taken_over_all_drafts():
    drafts = [
        draft(5, guesses={"phrases": Guesses(10, 9)}),
        draft(5, guesses={"phrases": Guesses(30, 3), "findings": Guesses(0, 0)}),
        draft(5),
    ]
    assert Acceptance.of(drafts, "phrases").share == 0.3
    assert Acceptance.of(drafts, "findings").share is None


def test_texts_are_the_same_only_word_for_word():
    assert same_texts([draft(1, text="a"), draft(1, text="b")], [draft(1, text="a"), draft(1, text="b.")]) == 1
    assert same_texts([draft(1, text="a"), draft(1, text="b")], [draft(1, text="a")]) == 1


def test_the_context_of_a_token_is_the_prompt_and_half_of_its_reply():
    assert mean_position([draft(10)]) == 105
    assert mean_position([draft(10), draft(30, prompt_tokens=200)]) == (105 * 10 + 215 * 30) / 40
    assert mean_position([draft(0)]) == 0
