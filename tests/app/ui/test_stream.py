"""How words arrive on the screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.stream import Stream


def test_from_a_slow_engine_finished_sentences_appear() -> None:
    stream = Stream("standard", by_words=False, words="Normal chest. No effu")
    assert stream.visible() == "Normal chest."
    stream.hear("sion. Heart")
    assert stream.visible() == "Normal chest. No effusion."


def test_from_a_quick_engine_finished_words_appear() -> None:
    stream = Stream("standard", by_words=True, words="Normal chest. No effu")
    assert stream.visible() == "Normal chest. No "


def test_numbers_appear_with_the_second_sentence_so_that_the_first_does_not_move() -> None:
    stream = Stream("numbered", by_words=True, words="Normal chest. No effu")
    assert stream.visible() == ""
    stream.hear("sion. Heart size is")
    assert stream.visible() == "1. Normal chest.\n2. No effusion."


def test_what_is_being_done_is_said_after_a_while() -> None:
    stream = Stream("standard", by_words=False, fraction=0.64)
    assert stream.activity(200) == ""
    assert stream.activity(300) == "Reading findings 64 %"
    stream.words = "Normal"
    assert stream.activity(500) == "Drafting · Esc stops"


def test_words_taken_back_leave_the_screen() -> None:
    stream = Stream("standard", by_words=True, words="Normal chest. CT is ")
    assert stream.visible() == "Normal chest. CT is "
    stream.hear("", back=len("CT is "))
    assert stream.visible() == "Normal chest. "
    stream.hear("No effusion.")
    assert stream.visible() == "Normal chest. No "


def test_more_taken_back_than_there_is_leaves_nothing() -> None:
    stream = Stream("standard", by_words=True, words="Normal ")
    stream.hear("A ", back=99)
    assert stream.visible() == "A "


@given(
    st.lists(st.text(alphabet="ab .\n1", max_size=6), max_size=30),
    st.booleans(),
    st.sampled_from(["standard", "numbered"]),
)
def test_what_stands_never_changes(pieces, by_words, length) -> None:
    stream = Stream(length, by_words=by_words)
    before = ""
    for piece in pieces:
        stream.hear(piece)
        now = stream.visible()
        assert now.startswith(before)
        before = now
