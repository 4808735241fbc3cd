"""How words arrive on the screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.stream import Stream


def test_a_quick_draft_shows_nothing_before_it_is_whole() -> None:
    stream = Stream("standard", by_words=False, words="Normal chest. No effusion. Heart")
    assert stream.visible(399) == ""
    assert stream.activity(399) == ""


def test_on_a_cpu_finished_sentences_appear() -> None:
    stream = Stream("standard", by_words=False, words="Normal chest. No effu")
    assert stream.visible(500) == "Normal chest."
    stream.words += "sion. Heart"
    assert stream.visible(600) == "Normal chest. No effusion."


def test_on_a_gpu_finished_words_appear() -> None:
    stream = Stream("standard", by_words=True, words="Normal chest. No effu")
    assert stream.visible(500) == "Normal chest. No "


def test_numbers_appear_with_the_second_sentence_so_that_the_first_does_not_move() -> None:
    stream = Stream("numbered", by_words=True, words="Normal chest. No effu")
    assert stream.visible(500) == ""
    stream.words += "sion. Heart size is"
    assert stream.visible(600) == "1. Normal chest.\n2. No effusion."


def test_what_is_being_done_is_said_after_a_while() -> None:
    stream = Stream("standard", by_words=False, fraction=0.64)
    assert stream.activity(200) == ""
    assert stream.activity(300) == "Reading findings 64 %"
    stream.words = "Normal"
    assert stream.activity(500) == "Drafting · Esc stops"


@given(
    st.lists(st.text(alphabet="ab .\n1", max_size=6), max_size=30),
    st.booleans(),
    st.sampled_from(["standard", "numbered"]),
)
def test_what_stands_never_changes(pieces, by_words, length) -> None:
    stream = Stream(length, by_words=by_words)
    before = ""
    for number, piece in enumerate(pieces):
        stream.words += piece
        now = stream.visible(100.0 * number)
        assert now.startswith(before)
        before = now
