"""A Hugging Face folder of a LLaMA model as a base: its names, row order, measures and tokenizer become GGUF's.

It does not know adapters. One model family on purpose; the reference is llama.cpp's conversion/llama.py.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFWriter, RopeScalingType

from app.domain.errors import BaseUnusable
from app.models.digest import base_sha256
from convert.base import Base
from convert.names import Floats, gguf_name, permute, rope_heads
from convert.safetensors_file import SafetensorsDamaged, StoredTensor, open_safetensors
from convert.vocabulary import add_vocabulary

ARCHITECTURES = ("LlamaForCausalLM", "LLaMAForCausalLM")
# Saved by old versions of transformers; computed from the measures when the model runs.
_COMPUTED = ".rotary_emb.inv_freq"
ROPE_FACTORS = "rope_freqs.weight"


def open_folder(folder: Path) -> Base:
    """A base from a folder with config.json, safetensors (one file or several) and a tokenizer.

    Raises:
        BaseUnusable: a file is missing or damaged, or it is no LLaMA model that can be converted exactly.
    """
    config = _config(folder)
    tensors = _tensors(folder, config)
    heads, heads_kv = int(config["num_attention_heads"]), int(config["num_key_value_heads"])
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    factors = _rope_factors(config)
    if factors is not None:
        shapes = {ROPE_FACTORS: factors.shape} | shapes

    def read(name: str) -> Floats:
        if factors is not None and name == ROPE_FACTORS:
            return factors
        numbers = tensors[name].read()
        count = rope_heads(name, heads, heads_kv)
        return permute(numbers, count) if count else numbers

    writer = GGUFWriter(None, "llama")
    _add_measures(writer, config)
    add_vocabulary(writer, folder, int(config["vocab_size"]))
    return Base(
        path=folder,
        name=folder.resolve().name,
        sha256=base_sha256(folder),
        metadata=writer.kv_data[0],
        shapes=shapes,
        read=read,
        heads=heads,
        heads_kv=heads_kv,
    )


def _config(folder: Path) -> dict[str, Any]:
    """config.json with the defaults filled in that the conversion relies on."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if not set(config.get("architectures") or ()) & set(ARCHITECTURES):
            found = ", ".join(str(name)[:60] for name in config.get("architectures") or ("none",))
            raise BaseUnusable(folder, f"its architecture is {found}, not {ARCHITECTURES[0]}")
        heads = config["num_attention_heads"]
        config.setdefault("num_key_value_heads", heads)
        config["head_dim"] = config.get("head_dim") or config["hidden_size"] // heads
        rope = dict(config.get("rope_parameters") or config.get("rope_scaling") or {})
        rope.setdefault("rope_theta", config.get("rope_theta", 10_000.0))
        rope["rope_type"] = rope.get("rope_type", rope.get("type", "default"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BaseUnusable(folder, "its config.json is missing or damaged") from None
    if config.get("attention_bias") or config.get("mlp_bias"):
        raise BaseUnusable(folder, "its linear layers have biases")
    if config.get("hidden_act", "silu") != "silu":
        raise BaseUnusable(folder, "its activation is not SiLU")
    if rope["rope_type"] not in ("default", "linear", "llama3"):
        raise BaseUnusable(folder, f"its rotary embedding is of the kind {str(rope['rope_type'])[:40]!r}")
    return {**config, "rope": rope}


def _tensors(folder: Path, config: dict[str, Any]) -> dict[str, StoredTensor]:
    """The tensors by GGUF name: embedding, layers in order, output."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise BaseUnusable(folder, "there are no safetensors files (pickled weights are not read)")
    found: dict[str, StoredTensor] = {}
    try:
        for file in files:
            found |= {_target(folder, name): tensor for name, tensor in open_safetensors(file).items()}
    except SafetensorsDamaged as error:
        raise BaseUnusable(folder, str(error)) from None
    except OSError as error:
        raise BaseUnusable(folder, error.strerror or type(error).__name__) from None
    found.pop("", None)
    if config.get("tie_word_embeddings"):
        # llama.cpp takes the embedding for the output where the file holds none.
        found.pop("output.weight", None)
    elif "output.weight" not in found:
        raise BaseUnusable(folder, "its output layer is missing")
    return dict(sorted(found.items(), key=lambda item: _position(item[0])))


def _target(folder: Path, name: str) -> str:
    if name.endswith(_COMPUTED):
        return ""
    target = gguf_name(name.removesuffix(".weight")) if name.endswith(".weight") else None
    if target is None:
        raise BaseUnusable(folder, f"it holds {name[:120]!r}, which is not part of a LLaMA model")
    return target


def _position(name: str) -> tuple[int, int, str]:
    parts = name.split(".")
    if parts[0] == "blk":
        return 1, int(parts[1]), name
    return (0 if name.startswith("token_embd") else 2), 0, name


def _add_measures(writer: GGUFWriter, config: dict[str, Any]) -> None:
    writer.add_type("model")
    writer.add_block_count(int(config["num_hidden_layers"]))
    writer.add_context_length(int(config["max_position_embeddings"]))
    writer.add_embedding_length(int(config["hidden_size"]))
    writer.add_feed_forward_length(int(config["intermediate_size"]))
    writer.add_head_count(int(config["num_attention_heads"]))
    writer.add_head_count_kv(int(config["num_key_value_heads"]))
    writer.add_layer_norm_rms_eps(float(config["rms_norm_eps"]))
    writer.add_vocab_size(int(config["vocab_size"]))
    writer.add_rope_dimension_count(int(config["head_dim"]))
    writer.add_key_length(int(config["head_dim"]))
    writer.add_value_length(int(config["head_dim"]))
    rope = config["rope"]
    writer.add_rope_freq_base(float(rope["rope_theta"]))
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(float(rope["factor"]))


def _rope_factors(config: dict[str, Any]) -> Floats | None:
    """What Llama 3.1 and later divide the rotary frequencies by, one factor a frequency; None: they do not."""
    rope = config["rope"]
    if rope["rope_type"] != "llama3":
        return None
    size, factor = int(config["head_dim"]), float(rope["factor"])
    low, high = float(rope["low_freq_factor"]), float(rope["high_freq_factor"])
    frequencies = float(rope["rope_theta"]) ** -(np.arange(0, size, 2, dtype=np.float64) / size)
    turns = float(rope["original_max_position_embeddings"]) * frequencies / (2 * math.pi)
    # Few turns over the original context: slowed down by the whole factor; many: unchanged; between: a blend.
    blend = np.clip((turns - low) / (high - low), 0.0, 1.0)
    return np.asarray(1 / ((1 - blend) / factor + blend), dtype=np.float32)
