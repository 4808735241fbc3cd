"""Copy-only drafting in the decode loop: what is barred never stands, what is not barred stays the greedy text."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, pairwise

import numpy as np
import pytest

from app.domain.copy_only import CopyOnly
from app.domain.report import Findings
from app.engine.choosing import probability
from app.engine.guesses import OwnPhrases
from app.engine.llama import DecodeLoop
from app.engine.marks import marks_of
from app.engine.model import load_model
from app.engine.row_costs import RowCosts
from app.engine.speculation import Speculation
from app.engine.wish import Intervention, Listener, Reply, Wish

PROMPT = [*b"findings: "]
END = 256
GUARD = CopyOnly.from_findings(Findings("The left lung holds a 12 mm nodule."))


class Script:
    """A context whose model wants certain texts, first of them first: a byte is a token."""

    size = chunk = 512
    has_all_threads = False
    seconds = 0.0

    def __init__(self, *wanted: str) -> None:
        self.tokens: list[int] = []
        self.steps = 0
        self._wanted = [[*text.encode(), END] for text in wanted]

    def keep_common_prefix(self, tokens: list[int]) -> int:
        kept = 0
        while kept < min(len(self.tokens), len(tokens) - 1) and self.tokens[kept] == tokens[kept]:
            kept += 1
        del self.tokens[kept:]
        return kept

    def keep(self, count: int) -> None:
        del self.tokens[count:]

    def evaluate(self, tokens: list[int], rows: int = 1) -> np.ndarray:
        self.tokens.extend(tokens)
        self.steps += 1
        last = len(self.tokens)
        return np.stack([self._after(self.tokens[len(PROMPT) : end]) for end in range(last - rows + 1, last + 1)])

    def _after(self, written: list[int]) -> np.ndarray:
        logits = np.zeros(END + 1, np.float32)
        logits[END] = 1.0
        for rank, text in enumerate(self._wanted):
            if text[: len(written)] == written and len(text) > len(written):
                logits[text[len(written)]] = max(logits[text[len(written)]], 20.0 - 4 * rank)
        return logits


class Bytes:
    """A vocabulary of single bytes and the end."""

    pieces = (*(bytes([byte]) for byte in range(256)), b"")
    is_final = (*[False] * 256, True)

    @staticmethod
    def begins_word(token: int) -> bool:
        return token == ord(" ")


@pytest.fixture(params=["one by one", "guessed rightly", "guessed wrongly"], autouse=True)
def guesses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything here holds whether or not somebody guesses ahead of the model, and however well."""
    monkeypatch.setattr(draft, "guesses", request.param, raising=False)
    return request.param


def speculation(guesses: str, wanted: tuple[str, ...]) -> Speculation | None:
    free = RowCosts({1: 1.0, 16: 1.1})
    own = OwnPhrases()
    for text in wanted if guesses == "guessed rightly" else ["right side, 35 mm, stable; 99 cm at L4 " * 3]:
        for _ in range(9):
            own.learn([*text.encode()])
    return None if guesses == "one by one" else Speculation(free, Bytes.is_final, own=own)


class Screen(list[str]):
    """What is told; words that are taken back are gone."""

    def take_back(self, count: int) -> None:
        shown = "".join(self)
        assert 0 < count <= len(shown)
        self[:] = [shown[: len(shown) - count]]


def draft(*wanted: str, guard: CopyOnly | None = GUARD, **changes: object) -> tuple[Reply, Screen]:
    words = Screen()
    wish = replace(Wish(PROMPT, stops=("### ",), max_tokens=200, guard=guard), **changes)
    loop = DecodeLoop(Script(*wanted), Bytes())
    loop.speculate(speculation(draft.guesses, wanted))
    return loop.draft(wish, Listener(lambda _: None, words.append, lambda: False, words.take_back)), words


@pytest.mark.parametrize(
    "text", ["A 12 mm nodule in the left lung.", "1. Left nodule.\n2. Clear.", "An upright nodule"]
)
def test_a_text_that_holds_nothing_barred_stays_as_it_is(text: str):
    guarded, words = draft(text)
    assert guarded.text == "".join(words) == text == draft(text, guard=None)[0].text
    assert (guarded.finish, guarded.interventions) == ("stop", ())


@pytest.mark.parametrize(
    ("wanted", "instead", "kind"),
    [
        ("A right nodule.", "A left nodule.", "side"),
        ("Nodule of 12 cm.", "Nodule of 12 mm.", "size"),
        ("Nodule of 35 mm.", "Nodule of 12 mm.", "number"),
        ("A nodule at L4.", "A nodule at last.", "number"),
        ("Stable nodule.", "A nodule.", "comparison"),
        ("A nodule. CT is recommended.", "A nodule.", "recommendation"),
    ],
)
def test_the_best_allowed_continuation_takes_the_place_of_what_is_barred(wanted: str, instead: str, kind: str):
    reply, words = draft(wanted, instead)
    assert reply.text == "".join(words) == instead
    assert [one.kind for one in reply.interventions] == [kind]
    assert reply.interventions[0].wanted > 0.9


@pytest.mark.parametrize(("seconds_a_token", "some"), [(0.001, False), (1.0, True)])
def test_whoever_waits_long_for_a_word_hears_that_it_is_being_written(
    monkeypatch: pytest.MonkeyPatch, seconds_a_token: float, some: bool
):
    clock = count(step=seconds_a_token)
    monkeypatch.setattr("app.engine.writing.perf_counter", lambda: next(clock))
    heard: list[float | str] = []
    loop = DecodeLoop(Script("An interstitial pattern."), Bytes())
    loop.draft(Wish(PROMPT, stops=(), max_tokens=200, guard=GUARD), Listener(heard.append, heard.append, lambda: False))
    first_word = next(at for at, one in enumerate(heard) if isinstance(one, str))
    assert (1.0 in heard[first_word:]) is some


def test_a_side_is_exchanged_as_a_whole_word_and_never_given_another_ending():
    reply, _ = draft("A right nodule.", "A righteous nodule.", "A left nodule.")
    assert reply.text == "A left nodule."


def test_words_are_told_as_they_are_whole_and_clear():
    _, words = draft("Clear lung. A right nodule.", "Clear lung. A left nodule.")
    assert words[:4] == ["Clear", " lung.", " A", " left"]
    assert "".join(words) == "Clear lung. A left nodule."


@pytest.mark.parametrize(
    ("wanted", "instead", "never"),
    [
        ("Nodule of 12 cm there.", "Nodule of 12 mm there.", "cm"),
        ("A right-sided nodule.", "A left-sided nodule.", "right"),
        ("Nodule. CT is recommended.", "Nodule.", "recommend"),
        ("Compared to the prior, a nodule.", "A left nodule.", "ompared to"),
    ],
)
def test_what_is_barred_is_not_told_even_for_a_moment(wanted: str, instead: str, never: str):
    told: list[str] = []
    screen = Screen()

    def hear(words: str) -> None:
        screen.append(words)
        told.append("".join(screen))

    loop = DecodeLoop(Script(wanted, instead), Bytes())
    listener = Listener(lambda _: None, hear, lambda: False, screen.take_back)
    reply = loop.draft(Wish(PROMPT, ("### ",), 200, guard=GUARD), listener)
    assert "".join(screen) == reply.text == instead
    assert not any(never in shown for shown in told)


def test_a_barred_word_at_the_end_of_the_room_is_taken_back():
    reply, _ = draft("A nodule on the right", max_tokens=21)
    assert "right" not in reply.text


def test_where_a_stop_text_follows_the_word_before_it_is_judged():
    reply, _ = draft("Nodule right### more", "Nodule left### more")
    assert (reply.text, reply.finish) == ("Nodule left", "stop")


def test_a_model_led_round_in_circles_by_forced_words_stops_at_the_first_repetition():
    reply, words = draft("A right mass. Clear.", "A left mass. Clear lung. Clear lung. Clear lung. Clear lung.")
    assert reply.text == "".join(words) == "A left mass. Clear lung."
    assert reply.finish == "stop"
    assert draft("Clear lung. Clear lung. Clear lung.")[0].text == "Clear lung. Clear lung. Clear lung."


def test_when_nothing_allowed_is_found_the_whole_sentences_stand_as_incomplete():
    guard = CopyOnly(frozenset(), frozenset(), frozenset())
    reply, _ = draft(*(f"Clear. {'right ' * count}" for count in range(1, 9)), guard=guard)
    assert "right" not in reply.text
    assert reply.text.startswith("Clear.")


def test_a_cancelled_draft_keeps_nothing_barred():
    script = Script("Nodule right lung")
    listener = Listener(lambda _: None, lambda _: None, lambda: script.steps > 12)
    reply = DecodeLoop(script, Bytes()).draft(Wish(PROMPT, (), 200, guard=GUARD), listener)
    assert reply.finish == "cancelled"
    assert "right" not in reply.text


@pytest.mark.parametrize("length", range(8, 200, 24))
def test_a_random_model_writes_no_number_where_the_findings_hold_none(tiny_model, length: int):
    model = load_model(tiny_model, gpu_layers=None, context=0, threads=1)
    guard = CopyOnly.from_findings(Findings("The lungs are clear."))
    prompt = [*b"the lungs are clear "] + [length % 90 + 20] * 3
    wish = Wish(prompt, stops=(), max_tokens=length, guard=guard)
    reply = model.loop.draft(wish, Listener(lambda _: None, lambda _: None, lambda: False))
    again = model.loop.draft(wish, Listener(lambda _: None, lambda _: None, lambda: False))
    model.close()
    assert not any(character.isdigit() for character in reply.text)
    assert reply.text == again.text


def test_sentences_are_marked_where_the_barred_word_was_wanted_and_laid_out_as_shown():
    text = "Clear lung. A left nodule."
    places = (Intervention(14, 14, "side", 0.8), Intervention(2, 2, "number", 0.1))
    reply = Reply(text, "stop", 10, 1.0, 1.0, places)
    laid_out = "1. Clear lung.\n2. A left nodule."
    marks = marks_of(reply, laid_out, GUARD)
    assert [(laid_out[mark.start : mark.end], mark.kind) for mark in marks] == [("A left nodule.", "side")]


def test_alternatives_keep_to_the_findings_too_and_come_in_the_same_order():
    wanted = ("A left nodule. Clear.", "A left mass. Clear.", "A right nodule. Clear.")
    texts = [draft(*wanted, alternative=number)[0].text for number in range(4)]
    assert texts == [draft(*wanted, alternative=number)[0].text for number in range(4)]
    assert not any("right" in text for text in texts)


def test_the_probability_is_the_softmax():
    assert probability(np.array([0.0, 0.0, -np.inf], np.float32), 1) == pytest.approx(0.5)
    shares = [probability(np.array([1.0, 2.0, 3.0], np.float32), token) for token in range(3)]
    assert all(low < high for low, high in pairwise(shares))
    assert sum(shares) == pytest.approx(1.0)


@pytest.mark.parametrize("guard", [GUARD, None])
def test_a_model_that_goes_in_circles_is_cut_off(guard: CopyOnly | None):
    circle = "The left lung holds a nodule and a nodule" + " and a nodule" * 10 + "."
    reply, words = draft(circle, guard=guard)
    assert reply.finish == "length"
    assert reply.text == "".join(words).strip()
    assert reply.text.count("and a nodule") <= 6


@pytest.mark.parametrize("text", ["No no no no no.", "1. Clear.\n2. Clear.\n3. Clear.", "L1, L2, L3, L4, L5 nodule"])
def test_short_repetitions_are_left_alone(text: str):
    assert draft(text, guard=None)[0].text == text
