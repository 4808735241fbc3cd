"""`radiology-gpt models`: what is installed, and what its cards say."""

from __future__ import annotations

import sys

from app.domain.card import DEMONSTRATION_NOTICE, Card
from app.models.installed import InstalledModel, installed_models
from app.paths import models_dir


def list_models() -> None:
    """Print every installed model: name, type, size and place, then its card."""
    found = installed_models()
    if not found:
        sys.stdout.write(
            f"No models in {models_dir()}. The default model is built when it is first needed; "
            "other GGUF files can be put there.\n"
        )
        return
    for model in found:
        sys.stdout.write(f"{model.name}  {model.quantization}  {model.size / 1e6:,.0f} MB\n")
        sys.stdout.writelines(f"  {line}\n" for line in _details(model))


def _details(model: InstalledModel) -> list[str]:
    lines = [str(model.path)]
    if model.problem:
        return [*lines, model.problem]
    lines.append(f"sha256 {model.sha256}")
    if model.card is None:
        return [*lines, "A foreign model without a card; choose its prompt style with --prompt-style."]
    return [*lines, *_card_lines(model.card)]


def _card_lines(card: Card) -> list[str]:
    said = {
        "learned from": card.scope,
        "base": card.base,
        "corpora": "; ".join(card.corpora),
        "prompt": f"{card.prompt_style} {card.prompt_id}".strip(),
        "licence": card.licence,
        "made": card.created,
        "scores": ", ".join(f"{name} {score:g}" for name, score in card.scores.items()),
    }
    lines = [f"{name}: {text}" for name, text in said.items() if text]
    return [*lines, DEMONSTRATION_NOTICE] if card.demonstration else lines
