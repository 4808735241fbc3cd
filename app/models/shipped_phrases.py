"""The phrase table that an adapter's folder holds, and whether it is the one that a model's card tells of.

It does not know what is in a table beyond its header.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.domain.card import Card
from app.domain.errors import PhrasesUnusable
from app.models.digest import file_sha256
from app.models.phrases import phrases_path, read_phrases

ADAPTER_PHRASES = "model.phrases"


def with_phrases(card: Card, adapter: Path) -> Card:
    """The card of a model that this folder's table is laid beside; without a table, the card of one that has none.

    Raises:
        PhrasesUnusable: damaged, or built from the drafts of another adapter or another wording of the prompt.
    """
    table = adapter / ADAPTER_PHRASES
    if not table.exists():
        return replace(card, phrases_sha256="", phrases_source="")
    header = read_phrases(table).header
    if (header.adapter_sha256, header.prompt_id) != (card.adapter_sha256, card.prompt_id):
        raise PhrasesUnusable(table, "it was built from the drafts of another model")
    source = (
        f"own drafts of {header.reports:,} training findings; only what {header.least_reports} or more of them hold"
    )
    try:
        return replace(card, phrases_sha256=file_sha256(table), phrases_source=source)
    except OSError as error:
        raise PhrasesUnusable(table, error.strerror or type(error).__name__) from None


def lies_beside(model: Path, card: Card) -> bool:
    """Whether the table that the card tells of, if it tells of one, lies beside the model file."""
    if not card.phrases_sha256:
        return True
    try:
        return file_sha256(phrases_path(model)) == card.phrases_sha256
    except OSError:
        return False
