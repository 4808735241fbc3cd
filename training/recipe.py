"""One training run in one frozen dataclass, read from one TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Recipe:
    """Everything that decides an adapter besides base and pairs.

    Attributes:
        rank, alpha, dropout: LoRA (Hu et al., 2021) on all linear layers.
        learning_rate: peak; linear warm-up over `warmup_share` of the steps, then cosine to zero.
        batch_tokens: padded tokens a step.
        max_tokens: longer examples are left out, and counted.
        similar_share: part of the examples that carry similar impressions.
        epochs, seed, max_gradient_norm, weight_decay: as usual.
        trained_for: the type of the model file that the adapter will be part of, "Q4_0": it learns on weights rounded
            as that file holds them; "" for types that change next to nothing.
        bfloat16: matrices are multiplied in bfloat16; on a processor that can, nearly three times as fast.
    """

    name: str
    prompt_style: str = "chatml"
    rank: int = 32
    alpha: int = 64
    dropout: float = 0.0
    learning_rate: float = 1e-3
    warmup_share: float = 0.06
    weight_decay: float = 0.0
    max_gradient_norm: float = 1.0
    epochs: int = 3
    batch_tokens: int = 1536
    max_tokens: int = 384
    similar_share: float = 0.5
    seed: int = 1
    modalities: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    scope: str = ""
    demonstration: bool = False
    trained_for: Literal["", "Q4_0"] = ""
    bfloat16: bool = False

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file.

    Raises:
        ValueError: an unknown field, or none named `name`.
    """
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(given) - {field.name for field in fields(Recipe)}
    if unknown or "name" not in given:
        raise ValueError(f"{path.name}: unknown fields {sorted(unknown)}" if unknown else f"{path.name}: no name")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    return Recipe(**values)
