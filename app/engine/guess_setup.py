"""Sets guessing ahead up for a model that was loaded: which phrases there are, and what larger steps cost here."""

from __future__ import annotations

from pathlib import Path

from app.domain.errors import PhrasesUnusable
from app.engine.guesses import OwnPhrases
from app.engine.model import Model
from app.engine.row_costs import measure_row_costs
from app.engine.speculation import Speculation
from app.models.gguf_header import read_header
from app.models.installed import inspect_model
from app.models.phrases import Phrases, phrases_path, read_phrases, vocabulary_digest
from app.models.shipped_phrases import lies_beside


def guess_ahead(model: Model, path: Path) -> tuple[Speculation, str]:
    """Let a model's decode loop guess ahead.

    The model must have read something: costs are measured behind it. The sentence says why the phrases beside the model
    cannot be used, if so, or is "": they only save time, and nobody is kept from drafting without them.
    """
    phrases, problem = None, ""
    if phrases_path(path).is_file():
        try:
            phrases = _phrases_for(path)
        except PhrasesUnusable as error:
            problem = error.sentence
    speculation = Speculation(measure_row_costs(model.context), model.vocabulary.is_final, phrases, OwnPhrases())
    model.loop.speculate(speculation)
    return speculation, problem


def _phrases_for(path: Path) -> Phrases:
    """The phrase memory beside a model file. Raises PhrasesUnusable."""
    phrases = read_phrases(phrases_path(path))
    if phrases.tokenizer != vocabulary_digest(read_header(path)):
        raise PhrasesUnusable(phrases_path(path), "it belongs to a model with another vocabulary")
    card = inspect_model(path).card
    if card and not lies_beside(path, card):
        raise PhrasesUnusable(phrases_path(path), "it is not the one that the model's card names")
    return phrases
