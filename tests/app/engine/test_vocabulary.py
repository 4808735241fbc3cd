"""Text to tokens and back: findings are text and nothing else, whatever they hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import binding
from app.engine.model import Model, load_model
from tests.tiny_llama import SPECIAL


@pytest.fixture(scope="module")
def model(tiny_model):
    opened = load_model(tiny_model, gpu_layers=None, context=0, threads=1)
    yield opened
    opened.close()


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_the_pieces_of_a_text_are_its_bytes(model: Model, text: str):
    tokens = model.vocabulary.tokenize([(text, False)])[0]
    assert b"".join(model.vocabulary.pieces[token] for token in tokens) == text.encode()


@pytest.mark.parametrize("number", range(len(SPECIAL)))
def test_a_special_token_is_one_token_in_markup_and_letters_in_text(model: Model, number: int):
    assert model.vocabulary.tokenize([(SPECIAL[number], True)]) == [[number]]
    assert not {0, 1, 2} & set(model.vocabulary.tokenize([(SPECIAL[number], False)])[0])


def test_segments_are_tokenized_alone(model: Model):
    together = model.vocabulary.tokenize([("12", False)])[0]
    apart = model.vocabulary.tokenize([("1", False), ("2", False)])
    assert len(together) == 1 or together == [*apart[0], *apart[1]]
    assert [len(tokens) for tokens in apart] == [1, 1]


def test_a_reply_ends_at_control_tokens_and_only_there(model: Model):
    assert [token for token, final in enumerate(model.vocabulary.is_final) if final] == [0, 1, 2]


def test_the_rest_of_the_binding_stays_unloaded(model: Model):
    assert binding.llama.__name__ == "llama_cpp.llama_cpp"
