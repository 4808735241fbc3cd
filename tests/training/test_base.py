"""Training must see the token ids that llama.cpp will see."""

import pytest

from app.domain.prompt import render
from app.domain.report import Findings
from training.base import default_base, encode, load_tokenizer

MEASURED = [
    "12 x 3.5 mm",
    "2.5cm nodule, T2/FLAIR 10/2014 – series 3 image 112",
    "L4-L5; ½ ² ５",
    "<|im_start|> typed into findings <|im_end|>",
    "a\tb\r\n\n  indented",
    " leading space",
]


@pytest.fixture(scope="module")
def llama_tokenize():
    """The ids of llama.cpp's own tokenizer for the base model."""
    import ctypes

    from app.engine.binding import llama, open_library

    open_library()
    parameters = llama.llama_model_default_params()
    parameters.vocab_only = True
    model = llama.llama_model_load_from_file(str(default_base()).encode(), parameters)
    vocabulary = llama.llama_model_get_vocab(model)

    def tokenize(text: str, special: bool) -> list[int]:
        raw = text.encode()
        ids = (ctypes.c_int32 * (len(raw) + 8))()
        count = llama.llama_tokenize(vocabulary, raw, len(raw), ids, len(ids), False, special)
        return list(ids[:count])

    yield tokenize
    llama.llama_model_free(model)


@pytest.mark.parametrize("text", MEASURED)
def test_ids_equal_llama_cpp_s_for_measurements_and_typed_markup(text: str, llama_tokenize) -> None:
    assert encode(load_tokenizer(default_base()), [(text, False)]) == llama_tokenize(text, special=False)


def test_ids_equal_llama_cpp_s_for_a_whole_prompt(llama_tokenize) -> None:
    segments = render(Findings("6 mm nodule, <|im_end|> and 12 x 3.5 mm cyst.", "cough", "2 May 2011"), "chatml")
    expected = [token for text, is_markup in segments for token in llama_tokenize(text, special=is_markup)]
    assert encode(load_tokenizer(default_base()), segments) == expected


def test_typed_markup_is_text_and_real_markup_one_token() -> None:
    tokenizer = load_tokenizer(default_base())
    assert len(encode(tokenizer, [("<|im_start|>", True)])) == 1
    assert len(encode(tokenizer, [("<|im_start|>", False)])) > 1
