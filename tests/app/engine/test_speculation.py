"""Guessing ahead: how far it pays, what it learns, and that the reply stays the model's own."""

from __future__ import annotations

import pytest

from app.engine.guesses import FindingsLookup, OwnPhrases
from app.engine.model import Model, load_model
from app.engine.row_costs import RowCosts, measure_row_costs
from app.engine.speculation import Speculation
from app.engine.wish import Listener, Wish

PROMPT = list(b"the lungs are clear, no effusion is seen; heart is normal " * 3)
COSTS = RowCosts({1: 1.0, 2: 1.3, 4: 1.6, 8: 2.2, 16: 3.6})
FREE = RowCosts({1: 1.0, 16: 1.01})
SILENT = Listener(lambda _: None, lambda _: None, lambda: False)
NO_END = [False] * 300


@pytest.fixture
def model(tiny_model):
    opened = load_model(tiny_model, gpu_layers=None, context=0, threads=1)
    yield opened
    opened.close()


def learned(*impressions: bytes, times: int = 9) -> OwnPhrases:
    own = OwnPhrases()
    for impression in impressions:
        for _ in range(times):
            own.learn(list(impression))
    return own


# --- where guesses come from ---------------------------------------------------------------------------------------


def test_the_findings_go_on_as_they_did_after_the_longest_equal_beginning():
    lookup = FindingsLookup(list(b"a nodule of 12 mm; a module of 15 cm"))
    guess, length = lookup.guess(list(b"a nod"))
    assert (chr(guess.token), length) == ("u", 3)
    assert lookup.guess(list(b"xyz")) is None
    assert lookup.guess([]) is None


def test_of_equal_places_in_the_findings_the_last_counts():
    guess, length = FindingsLookup(list(b"left upper, left lower")).guess(list(b"left "))
    assert (chr(guess.token), length) == ("l", 3)


def test_own_phrases_are_guessed_from_the_second_impression_on():
    own = learned(b"No acute disease.", times=1)
    assert own.guess([-1, -1, -1]) is None
    own.learn(list(b"No change."))
    first = own.guess([-1, -1, -1])
    assert first.token == ord("N")
    assert 0 < first.confidence < 1


def test_own_phrases_guess_what_came_most_often():
    own = learned(b"abcd", b"abce", b"abce", times=2)
    assert own.guess(list(b"abc")).token == ord("e")


# --- how far -------------------------------------------------------------------------------------------------------


def test_sure_guesses_reach_further_than_unsure_ones_and_costly_steps_less_far():
    sure = Speculation(COSTS, NO_END, own=learned(b"No acute disease.", times=50))
    unsure = Speculation(COSTS, NO_END, own=learned(b"No acute disease.", times=2))
    dear = Speculation(RowCosts({1: 1.0, 16: 16.0}), NO_END, own=learned(b"No acute disease.", times=50))
    reach = [len(one.guess([], 15)) for one in (sure, unsure, dear)]
    assert reach[0] > reach[1] >= reach[2] == 0


def test_guesses_end_where_the_room_or_the_reply_ends():
    own = learned(b"No acute disease.")
    assert len(Speculation(FREE, NO_END, own=own).guess([], 3)) == 3
    assert Speculation(FREE, NO_END, own=own).guess([], 0) == []
    ends = [token == ord("c") for token in range(300)]
    assert bytes(Speculation(FREE, ends, own=own).guess([], 15)) == b"No a"


def test_guesses_that_are_not_taken_are_made_no_more_and_taken_ones_go_further():
    speculation = Speculation(COSTS, NO_END, own=learned(b"No acute disease.", times=6))
    first = len(speculation.guess([], 15))
    assert first
    for _ in range(20):
        speculation.guess([], 15)
        speculation.settle(0)
    assert speculation.guess([], 15) == []
    lucky = Speculation(COSTS, NO_END, own=learned(b"No acute disease.", times=6))
    for _ in range(20):
        lucky.settle(len(lucky.guess([], 15)))
    assert len(lucky.guess([], 15)) > first


def test_beside_what_is_read_anyhow_a_guess_costs_less():
    speculation = Speculation(RowCosts({1: 1.0, 8: 3.0, 16: 3.1}), NO_END, own=learned(b"No acute disease.", times=3))
    assert len(speculation.guess([], 15, base=8)) > len(speculation.guess([], 15))


def test_a_step_is_filled_up_where_more_rows_cost_less():
    costs = RowCosts({1: 1.0, 2: 1.7, 3: 2.4, 4: 1.8, 5: 2.6, 16: 6.0})
    ends = [token == ord("u") for token in range(300)]
    speculation = Speculation(costs, ends, own=learned(b"Nou", times=50))
    assert bytes(speculation.guess([], 15)) == b"Noo"
    assert len(speculation.guess([], 2)) <= 2
    speculation.settle(0)


def test_the_cheapest_size_is_at_least_what_is_wanted():
    costs = RowCosts({1: 1.0, 2: 1.7, 3: 2.4, 4: 1.8, 8: 3.0})
    assert [costs.cheapest(rows, 8) for rows in (1, 2, 3, 4, 5)] == [1, 2, 4, 4, 5]
    assert costs.cheapest(3, 3) == 3
    assert costs.cheapest(5, 2) == 5


def test_without_costs_of_more_rows_nothing_is_guessed():
    assert Speculation(RowCosts({1: 1.0}), NO_END, own=learned(b"No acute disease.")).guess([], 15) == []


# --- the reply -----------------------------------------------------------------------------------------------------


def test_the_reply_is_the_same_and_takes_fewer_steps(model: Model):
    wish = Wish(prompt=PROMPT, stops=(), max_tokens=24)
    plain = model.loop.draft(wish, SILENT)
    written = model.context.tokens[len(PROMPT) :]
    model.loop.speculate(Speculation(FREE, model.vocabulary.is_final, own=learned(written)))
    model.loop.forget()
    guessed = model.loop.draft(wish, SILENT)
    assert (guessed.text, guessed.finish, guessed.output_tokens) == (plain.text, plain.finish, plain.output_tokens)
    assert [choice.token for choice in guessed.choices] == [choice.token for choice in plain.choices]
    assert guessed.tally.steps < plain.output_tokens / 2
    assert guessed.tally.accepted["own"] <= guessed.tally.offered["own"]
    assert plain.tally.steps == 0


def test_guesses_from_the_findings_alone_leave_the_reply_as_it_is(model: Model):
    wish = Wish(prompt=PROMPT, stops=(), max_tokens=24, source=PROMPT)
    plain = model.loop.draft(wish, SILENT)
    model.loop.speculate(Speculation(FREE, model.vocabulary.is_final))
    for _ in range(2):
        assert model.loop.draft(wish, SILENT).text == plain.text


def test_alternatives_are_the_same(model: Model):
    wish = Wish(prompt=PROMPT, stops=(), max_tokens=24, alternative=1)
    plain = model.loop.draft(wish, SILENT).text
    model.loop.forget()
    model.loop.speculate(Speculation(FREE, model.vocabulary.is_final, own=learned(plain.encode())))
    assert model.loop.draft(wish, SILENT).text == plain


def test_nothing_guessed_stays_in_the_context(model: Model):
    wrong = learned(bytes(range(1, 60)))
    model.loop.speculate(Speculation(FREE, model.vocabulary.is_final, own=wrong))
    reply = model.loop.draft(Wish(prompt=PROMPT, stops=(), max_tokens=6), SILENT)
    assert len(model.context.tokens) <= len(PROMPT) + reply.output_tokens


def test_steps_correct_what_they_are_taken_to_cost() -> None:
    costs = RowCosts({1: 0.010, 4: 0.100})
    assert costs.of(4) == pytest.approx(10)
    for _ in range(200):
        costs.note(4, 0.020)
    costs.note(4, 0.500)
    costs.note(64, 0.001)
    assert costs.measured == pytest.approx({1: 1.0, 4: 2.0}, rel=1e-3)
    assert costs.of(2) == pytest.approx(4 / 3, rel=1e-3)
    assert costs.of(7) == pytest.approx(3.0, rel=1e-3)


def test_one_slow_step_of_a_size_never_taken_before_is_not_believed() -> None:
    costs = RowCosts({1: 0.010}, believed={1: 1.0, 4: 2.0})
    costs.note(4, 0.900)
    assert costs.of(4) == pytest.approx(2.0)
    for _ in range(3):
        costs.note(4, 0.030)
    assert costs.of(4) == pytest.approx(3.0)


def test_costs_are_measured_and_leave_what_was_read(model: Model):
    model.loop.read(PROMPT[:20], SILENT)
    costs = measure_row_costs(model.context)
    assert costs.of(1) == 1.0
    assert costs.of(16) > 0
    assert model.context.tokens == PROMPT[:20]
