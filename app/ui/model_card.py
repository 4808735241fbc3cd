"""A model's card as a page to read."""

from __future__ import annotations

from html import escape

from app.domain.card import DEMONSTRATION_NOTICE, Card
from app.models.installed import InstalledModel

_FOREIGN = "Foreign model: it carries no card. Nobody here knows what it learned from or how good it is."


def card_page(model: InstalledModel) -> str:
    """The card as HTML; of a foreign model, what its file says and what nobody knows."""
    facts = {"Quantization": model.quantization, "Size": f"{model.size / 1e6:,.0f} MB" if model.size else ""}
    warning = model.problem
    if model.card is None:
        warning = warning or _FOREIGN
    else:
        warning = warning or (f"{DEMONSTRATION_NOTICE}." if model.card.demonstration else "")
        facts |= _facts(model.card)
    facts["File"] = str(model.path)
    given = {name: value for name, value in facts.items() if value}
    rows = "".join(
        f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(value)}</td></tr>" for name, value in given.items()
    )
    said = f"<p><b>▲ {escape(warning)}</b></p>" if warning else ""
    return f"<h3>{escape(model.name)}</h3>{said}<table cellpadding='3'>{rows}</table>"


def _facts(card: Card) -> dict[str, str]:
    return {
        "Learned from": card.scope,
        "Corpora": "; ".join(card.corpora),
        "Base": card.base,
        "License": card.licence,
        "Scores": "; ".join(f"{name} {figure:.1f}" for name, figure in card.scores.items()),
        "Made": card.created,
        "Prompt": f"{card.prompt_style} {card.prompt_id}".strip(),
        "Phrase memory": card.phrases_source,
        "Base SHA-256": _short(card.base_sha256),
        "Adapter SHA-256": _short(card.adapter_sha256),
    }


def _short(sha256: str) -> str:
    return f"{sha256[:16]}…" if sha256 else ""
