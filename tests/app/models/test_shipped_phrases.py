"""A card tells of the table that is shipped, and of no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.card import Card
from app.domain.errors import PhrasesUnusable
from app.models.digest import file_sha256
from app.models.phrases import BEGIN, Guess, PhrasesHeader, phrases_path, read_phrases, write_phrases
from app.models.shipped_phrases import ADAPTER_PHRASES, lies_beside, with_phrases
from app.paths import resources_dir

CARD = Card(name="m", adapter_sha256="f0", prompt_id="p")
HEADER = PhrasesHeader("a1", 10, (2, 1), 5, 2579, "p", "f0")


@pytest.fixture
def table(tmp_path) -> Path:
    write_phrases(tmp_path / ADAPTER_PHRASES, {(BEGIN,): Guess(1, 1.0)}, HEADER)
    return tmp_path / ADAPTER_PHRASES


def test_card_names_the_table_and_what_it_was_built_from(table):
    card = with_phrases(CARD, table.parent)
    assert card.phrases_sha256 == file_sha256(table)
    assert card.phrases_source == "own drafts of 2,579 training findings; only what 5 or more of them hold"
    assert replace(card, phrases_sha256="", phrases_source="") == CARD
    assert Card.from_json(card.to_json()) == card


def test_folder_without_a_table_gives_a_card_without_one(tmp_path):
    stale = replace(CARD, phrases_sha256="00", phrases_source="old")
    assert with_phrases(stale, tmp_path) == CARD


@pytest.mark.parametrize("changes", [{"adapter_sha256": "f1"}, {"prompt_id": "q"}])
def test_table_of_another_model_is_refused(table, changes):
    with pytest.raises(PhrasesUnusable, match="another model"):
        with_phrases(replace(CARD, **changes), table.parent)


def test_damaged_table_is_refused(table):
    table.write_bytes(table.read_bytes()[:-1])
    with pytest.raises(PhrasesUnusable):
        with_phrases(CARD, table.parent)


def test_only_the_very_table_lies_beside_its_model(table, tmp_path):
    model = tmp_path / "m.gguf"
    card = with_phrases(CARD, table.parent)
    assert lies_beside(model, CARD)
    assert not lies_beside(model, card)
    phrases_path(model).write_bytes(table.read_bytes())
    assert lies_beside(model, card)
    phrases_path(model).write_bytes(table.read_bytes() + b"\0")
    assert not lies_beside(model, card)


def test_shipped_table_is_the_shipped_adapters_own():
    adapter = resources_dir() / "adapter"
    card = with_phrases(Card.from_json((adapter / "card.json").read_text(encoding="utf-8")), adapter)
    assert card.phrases_sha256 == file_sha256(adapter / ADAPTER_PHRASES)
    phrases = read_phrases(adapter / ADAPTER_PHRASES)
    assert phrases.header.least_reports >= 5
    # A first word is what most drafts have in common.
    assert phrases.guess([BEGIN]) is not None
