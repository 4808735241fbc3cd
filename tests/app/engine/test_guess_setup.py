"""What guesses ahead of a loaded model, and what is said where its phrases cannot be used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.engine.guess_setup import guess_ahead
from app.engine.model import Model, load_model
from app.engine.wish import Listener, Wish
from app.models.gguf_header import read_header
from app.models.phrases import BEGIN, Guess, PhrasesHeader, phrases_path, vocabulary_digest, write_phrases

PROMPT = list(b"the lungs are clear, no effusion is seen; heart is normal " * 3)
SILENT = Listener(lambda _: None, lambda _: None, lambda: False)


@pytest.fixture
def model_file(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy, so that what is laid beside it is gone afterwards."""
    return Path(shutil.copy(tiny_model, tmp_path))


@pytest.fixture
def model(model_file: Path):
    opened = load_model(model_file, gpu_layers=None, context=0, threads=1)
    opened.loop.read(PROMPT[:20], SILENT)
    yield opened
    opened.close()


def lay_phrases(model_file: Path, tokens: list[int], tokenizer: str) -> None:
    """A table that knows one reply by heart."""
    padded = [BEGIN, *tokens]
    entries = {tuple(padded[max(0, at - 4) : at]): Guess(padded[at], 1.0) for at in range(1, len(padded))}
    orders = tuple(sorted({len(context) for context in entries}, reverse=True))
    write_phrases(phrases_path(model_file), entries, PhrasesHeader(tokenizer, 1 << 17, orders, 5, 100, "", ""))


def test_the_phrases_beside_the_model_are_guessed_and_change_nothing(model: Model, model_file: Path) -> None:
    wish = Wish(prompt=PROMPT, stops=(), max_tokens=24)
    plain = model.loop.draft(wish, SILENT)
    lay_phrases(model_file, [choice.token for choice in plain.choices], vocabulary_digest(read_header(model_file)))
    speculation, problem = guess_ahead(model, model_file)
    assert speculation.phrases > 0
    assert problem == ""
    for _ in range(100):
        speculation.costs.note(16, 1e-9)
    model.loop.forget()
    guessed = model.loop.draft(wish, SILENT)
    assert guessed.text == plain.text
    assert guessed.tally.accepted["phrases"] > 5
    assert guessed.tally.steps < plain.output_tokens


def test_phrases_of_another_vocabulary_or_damaged_ones_are_named_and_left_out(model: Model, model_file: Path) -> None:
    lay_phrases(model_file, [1, 2, 3], "another")
    speculation, problem = guess_ahead(model, model_file)
    assert speculation.phrases == 0
    assert "another vocabulary" in problem
    phrases_path(model_file).write_bytes(b"nonsense")
    speculation, problem = guess_ahead(model, model_file)
    assert speculation.phrases == 0
    assert str(phrases_path(model_file)) in problem


def test_without_phrases_nothing_is_said(model: Model, model_file: Path) -> None:
    speculation, problem = guess_ahead(model, model_file)
    assert (speculation.phrases, problem) == (0, "")
    assert speculation.costs.measured[1] == 1.0
