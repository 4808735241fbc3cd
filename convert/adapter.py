"""A LoRA adapter as peft saves it: what it adds to each of the base's weights.

It does not know the base; the rows it returns are in GGUF's order. Hu et al., "LoRA", 2021: W + (alpha / r) · B · A.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.card import Card
from app.domain.errors import AdapterUnusable
from app.models.digest import file_sha256
from convert.names import Floats, gguf_name, permute, rope_heads
from convert.safetensors_file import SafetensorsDamaged, StoredTensor, open_safetensors

WEIGHTS, CONFIG, CARD = "adapter_model.safetensors", "adapter_config.json", "card.json"
_NAME = re.compile(r"base_model\.model\.(?P<module>.+)\.lora_(?P<side>[AB])\.weight")
# Settings of peft's LoraConfig that do not change what plain LoRA computes from the saved weights. Any other that is
# set (DoRA, alpha patterns, saved modules, biases …) would silently be missing from the sum, so it is refused.
_HARMLESS = frozenset({
    "peft_type", "task_type", "auto_mapping", "peft_version", "base_model_name_or_path", "revision", "inference_mode",
    "r", "rank_pattern", "lora_alpha", "lora_dropout", "use_rslora", "init_lora_weights", "bias", "target_modules",
    "exclude_modules", "layers_to_transform", "layers_pattern", "megatron_core", "qalora_group_size",
})  # fmt: skip
# Other initializations change the base's weights before training (PiSSA, OLoRA, LoftQ …).
_PLAIN_STARTS = (True, False, "gaussian")


@dataclass(frozen=True)
class Adapter:
    """A LoRA adapter.

    Attributes:
        scaling_alpha: peft's `lora_alpha`.
        is_rank_stabilized: whether alpha is divided by √r instead of r (Kalajdzievski, "rsLoRA", 2023).
        pairs: A (r, columns) and B (rows, r) by the GGUF name of the weight they change.
    """

    folder: Path
    card: Card
    sha256: str
    scaling_alpha: float
    is_rank_stabilized: bool
    pairs: Mapping[str, tuple[StoredTensor, StoredTensor]]

    def shape(self, name: str) -> tuple[int, int]:
        """The shape of the weight that this pair changes."""
        a, b = self.pairs[name]
        return b.shape[0], a.shape[1]

    def delta(self, name: str, heads: int, heads_kv: int) -> Floats:
        """What is added to the weight of that GGUF name, rows in GGUF's order."""
        stored_a, stored_b = self.pairs[name]
        a, b = stored_a.read(), stored_b.read()
        rank = a.shape[0]
        scale = self.scaling_alpha / (math.sqrt(rank) if self.is_rank_stabilized else rank)
        if count := rope_heads(name, heads, heads_kv):
            b = permute(b, count)
        return np.asarray((b * np.float32(scale)) @ a)


def open_adapter(folder: Path) -> Adapter:
    """Read an adapter folder; the weights stay on disk until `delta` asks for them.

    Raises:
        AdapterUnusable: a file is missing or damaged, or the adapter is of a kind that a plain sum does not merge.
    """
    card, config = _card(folder), _json(folder, CONFIG)
    _refuse_variants(folder, config)
    try:
        tensors = open_safetensors(folder / WEIGHTS)
        digest = file_sha256(folder / WEIGHTS)
    except OSError as error:
        raise AdapterUnusable(folder, f"{WEIGHTS} cannot be read ({error.strerror})") from None
    except SafetensorsDamaged as error:
        raise AdapterUnusable(folder, str(error)) from None
    return Adapter(
        folder=folder,
        card=card,
        sha256=digest,
        scaling_alpha=float(config["lora_alpha"]),
        is_rank_stabilized=bool(config.get("use_rslora")),
        pairs=_pairs(folder, tensors),
    )


def _card(folder: Path) -> Card:
    try:
        return Card.from_json((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AdapterUnusable(folder, f"there is no {CARD}, which training writes last") from None
    except (OSError, ValueError, TypeError):
        raise AdapterUnusable(folder, f"{CARD} cannot be read") from None


def _json(folder: Path, name: str) -> dict[str, Any]:
    try:
        loaded = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise AdapterUnusable(folder, f"{name} cannot be read") from None
    if not isinstance(loaded, dict):
        raise AdapterUnusable(folder, f"{name} is not a JSON object")
    return loaded


def _refuse_variants(folder: Path, config: dict[str, Any]) -> None:
    if config.get("peft_type") != "LORA":
        raise AdapterUnusable(folder, f"it is of the kind {str(config.get('peft_type'))[:40]!r}, not LORA")
    if not isinstance(config.get("lora_alpha"), int | float):
        raise AdapterUnusable(folder, f"{CONFIG} states no lora_alpha")
    if config.get("init_lora_weights", True) not in _PLAIN_STARTS:
        raise AdapterUnusable(folder, "its initialization changed the base's weights")
    if config.get("bias", "none") != "none":
        raise AdapterUnusable(folder, "it trained biases")
    for setting, value in config.items():
        if value and setting not in _HARMLESS:
            raise AdapterUnusable(folder, f"it uses {setting!r}, which is not supported")


def _pairs(folder: Path, tensors: dict[str, StoredTensor]) -> dict[str, tuple[StoredTensor, StoredTensor]]:
    sides: dict[str, dict[str, StoredTensor]] = {}
    for name, tensor in tensors.items():
        match = _NAME.fullmatch(name)
        target = gguf_name(match["module"]) if match else None
        if match is None or target is None or target == "token_embd.weight" or len(tensor.shape) != 2:
            raise AdapterUnusable(folder, f"it holds {name[:120]!r}, which is not a LoRA pair of a linear layer")
        sides.setdefault(target, {})[match["side"]] = tensor
    for target, pair in sides.items():
        if len(pair) != 2 or pair["A"].shape[0] != pair["B"].shape[1]:
            raise AdapterUnusable(folder, f"the LoRA pair for {target} is not complete")
    if not sides:
        raise AdapterUnusable(folder, "it holds no LoRA pair")
    return {target: (pair["A"], pair["B"]) for target, pair in sides.items()}
