"""The streamed words are the same text as cutting the whole reply at its end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.prompt import STYLES, cut_reply
from app.engine.reply import ReplyText

_BITS = st.sampled_from(
    ["No ", "effusion.", "\n", "  ", "### ", "##", "#", " ", "<|im_", "end|>", "<|im_start|>", "é", "→ 3 mm"]
)
_TEXTS = st.lists(_BITS | st.text(max_size=5), max_size=12).map("".join)


@given(_TEXTS, st.sampled_from(sorted(STYLES)), st.data())
def test_any_cutting_into_pieces_gives_the_text_that_cut_reply_gives(text, style, data):
    encoded = text.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(encoded)), max_size=10)))
    reply = ReplyText(STYLES[style].stops)
    shown = "".join(reply.feed(encoded[a:b]) for a, b in zip([0, *cuts], [*cuts, len(encoded)], strict=True))
    shown += reply.close()
    assert shown == reply.text == cut_reply(text, style)
    assert reply.is_stopped == any(stop in text for stop in STYLES[style].stops)


def test_a_character_is_shown_when_its_last_byte_has_come():
    reply = ReplyText(())
    first, second = "é".encode()[:1], "é".encode()[1:]
    assert reply.feed(b"3 " + first) == "3"
    assert reply.feed(second) == " é"


def test_an_unfinished_character_at_the_end_is_dropped():
    reply = ReplyText(())
    reply.feed("3 mm é".encode()[:-1])
    reply.close()
    assert reply.text == "3 mm"


def test_nothing_is_shown_after_a_stop():
    reply = ReplyText(("### ",))
    assert reply.feed(b"Clear.\n### Input: more") == "Clear."
    assert reply.feed(b"and more") == ""
    assert reply.close() == ""
