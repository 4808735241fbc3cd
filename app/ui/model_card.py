"""A model's card as a page to read."""

from __future__ import annotations

from app.domain.card import DEMONSTRATION_NOTICE, Card
from app.models.installed import InstalledModel


def card_text(model: InstalledModel) -> str:
    """The card as Markdown; of a foreign model, what its file says and what nobody knows."""
    lines = [f"## {model.name}", ""]
    if model.problem:
        return "\n".join([*lines, f"**▲ {model.problem}**", "", f"`{model.path}`"])
    facts = {"Quantization": model.quantization, "Size": f"{model.size / 1e6:,.0f} MB"}
    if model.card is None:
        lines += [
            "**▲ Foreign model: it carries no card.** Nobody here knows what it learned from or how good it is.",
            "",
        ]
    else:
        if model.card.demonstration:
            lines += [f"**▲ {DEMONSTRATION_NOTICE}.**", ""]
        facts |= _facts(model.card)
    facts["File"] = f"`{model.path}`"
    lines += ["| | |", "|:--|:--|"]
    lines += [f"| {name} | {_cell(value)} |" for name, value in facts.items() if value]
    return "\n".join(lines)


def _facts(card: Card) -> dict[str, str]:
    scores = "; ".join(f"{name} {figure:.1f}" for name, figure in card.scores.items())
    return {
        "Learned from": card.scope,
        "Corpora": "; ".join(card.corpora),
        "Base": card.base,
        "License": card.licence,
        "Scores": scores,
        "Made": card.created,
        "Prompt": f"{card.prompt_style} {card.prompt_id}".strip(),
        "Base SHA-256": f"`{card.base_sha256[:16]}…`" if card.base_sha256 else "",
        "Adapter SHA-256": f"`{card.adapter_sha256[:16]}…`" if card.adapter_sha256 else "",
    }


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
