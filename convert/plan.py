"""What is to be built: base, adapter and prompt checked against each other, and the card that the file will carry.

It reads no weights of the base and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.card import Card
from app.domain.errors import AdapterUnusable, OutputUnwritable, PhrasesUnusable
from app.domain.prompt import prompt_id, style_named
from app.models.shipped_phrases import ADAPTER_PHRASES, with_phrases
from convert.adapter import Adapter
from convert.base import Base


@dataclass(frozen=True)
class Plan:
    """What is to be built; `card` is the card that the file will carry, `phrases` the table to lay beside it."""

    base: Base
    adapter: Adapter | None
    output: Path
    card: Card
    phrases: Path | None = None


def make_plan(
    base: Base, adapter: Adapter | None, output: Path, quantization: str | None = None, prompt_style: str = ""
) -> Plan:
    """Check that base, adapter and prompt fit each other.

    Args:
        quantization: the file's type; None: what the adapter was trained for, or Q8_0.
        prompt_style: how the model is asked; only needed where no adapter's card says it.

    Raises:
        AdapterUnusable: trained for another base, other shapes, or another wording of the prompt, or its phrase table
            is not its own.
        PromptStyleUnknown: nothing says how the model is asked.
        OutputUnwritable: the output is the base's own file.
    """
    if output.resolve() == base.path.resolve():
        raise OutputUnwritable(output, "it is the base itself")
    card = adapter.card if adapter else Card(name=base.name, base=base.name, base_sha256=base.sha256)
    style = style_named(card.prompt_style or prompt_style).name
    if adapter:
        _check_adapter(base, adapter, style, prompt_style)
    card = replace(
        card,
        base_sha256=base.sha256,
        adapter_sha256=adapter.sha256 if adapter else "",
        prompt_style=style,
        prompt_id=prompt_id(style),
        quantization=quantization or card.trained_for or "Q8_0",
    )
    if adapter:
        card = _with_phrases(card, adapter.folder)
    table = adapter.folder / ADAPTER_PHRASES if adapter and card.phrases_sha256 else None
    return Plan(base, adapter, output, card, table)


def _with_phrases(card: Card, folder: Path) -> Card:
    try:
        return with_phrases(card, folder)
    except PhrasesUnusable as error:
        raise AdapterUnusable(folder, f"{ADAPTER_PHRASES}: {error.sentence.rstrip('.')}") from None


def _check_adapter(base: Base, adapter: Adapter, style: str, prompt_style: str) -> None:
    folder, card = adapter.folder, adapter.card
    if card.base_sha256 != base.sha256:
        raise AdapterUnusable(
            folder, f"it was trained on another base (SHA-256 {card.base_sha256[:12] or 'not stated'})"
        )
    if prompt_style and prompt_style != style:
        raise AdapterUnusable(folder, f"it was trained with the prompt style {style!r}")
    if card.prompt_id != prompt_id(style):
        raise AdapterUnusable(folder, "it was trained with another wording of the prompt than this version uses")
    if card.adapter_sha256 not in ("", adapter.sha256):
        raise AdapterUnusable(folder, "its weights are not those that its card describes")
    for name in adapter.pairs:
        if base.shapes.get(name) != adapter.shape(name):
            raise AdapterUnusable(folder, f"its pair for {name} does not fit the base")
    if not any(b.read().any() for _, b in adapter.pairs.values()):
        raise AdapterUnusable(folder, "it changes nothing: it was saved before training")
