"""A card survives the file it travels in."""

import pytest

from app.domain.card import Card

CARD = Card(name="m", corpora=("a", "b"), modalities=("XR",), scores={"ROUGE-L": 57.5}, demonstration=True)


def test_card_reads_back_as_written() -> None:
    assert Card.from_json(CARD.to_json()) == CARD


def test_fields_of_later_versions_are_ignored() -> None:
    assert Card.from_json('{"name": "m", "invented_later": 1}') == Card(name="m")


@pytest.mark.parametrize("text", ["[]", "{}", '{"name": 3}', "{"])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"card|JSON|Expecting"):
        Card.from_json(text)
