"""Frames: what was framed is read again; anything else is refused, never misread."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.frames import FrameBroken, frame, read_frame
from app.engine.protocol import MAX_MESSAGE_BYTES


@given(st.lists(st.binary(max_size=200)))
def test_frames_are_read_back_in_order_and_end_with_the_stream(bodies):
    stream = io.BytesIO(b"".join(map(frame, bodies)))
    assert [read_frame(stream) for _ in bodies] == bodies
    assert read_frame(stream) is None


@given(st.binary(min_size=1, max_size=50), st.data())
def test_a_stream_that_ends_within_a_frame_is_an_end_of_file_error(body, data):
    whole = frame(body)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(whole[:cut]))


def test_a_frame_that_announces_too_much_is_refused_before_it_is_read():
    with pytest.raises(FrameBroken):
        read_frame(io.BytesIO((MAX_MESSAGE_BYTES + 1).to_bytes(4, "big")))
    with pytest.raises(FrameBroken):
        frame(bytes(MAX_MESSAGE_BYTES + 1))


class OneByteAtATime(io.BytesIO):
    def read(self, size: int = -1, /) -> bytes:
        return super().read(min(size, 1))


def test_a_pipe_that_gives_single_bytes_is_read_all_the_same():
    assert read_frame(OneByteAtATime(frame(b"impression"))) == b"impression"
