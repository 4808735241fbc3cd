"""A LLaMA model of a few thousand weights as a GGUF file, for tests that need a model but not its knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFValue, GGUFValueType, GGUFWriter, TokenType

from app.domain.card import Card
from app.domain.prompt import INSTRUCTION, prompt_id

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def byte_alphabet() -> list[str]:
    """The printable stand-ins that GPT-2's byte-level BPE gives to the 256 bytes, in the order of the bytes."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in printable]
    stand_ins = {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(hidden)}
    return [stand_ins[byte] for byte in range(256)]


def write_tiny_llama(
    path: Path,
    *,
    layers: int = 1,
    embedding: int = 32,
    heads: int = 4,
    heads_kv: int = 2,
    feed_forward: int = 64,
    card: Card | None = None,
    metadata: Mapping[str, GGUFValue | None] | None = None,
    tensors: Mapping[str, np.ndarray[Any, Any] | None] | None = None,
) -> Path:
    """Write the model; `metadata` and `tensors` replace, add or (None) leave out single parts."""
    alphabet = byte_alphabet()
    tokens = [*SPECIAL, *alphabet, alphabet[ord(" ")] + "n", "12"]
    head_size, vocabulary = embedding // heads, len(tokens)
    writer = GGUFWriter(path, "llama")
    writer.add_name("Tiny")
    writer.add_block_count(layers)
    writer.add_context_length(512)
    writer.add_embedding_length(embedding)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads_kv)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(head_size)
    writer.add_rope_freq_base(10_000.0)
    writer.add_file_type(0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.CONTROL] * len(SPECIAL) + [TokenType.NORMAL] * (vocabulary - len(SPECIAL)))
    writer.add_token_merges([f"{alphabet[ord(' ')]} n", "1 2"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_chat_template("{{ messages }}")
    if card:
        writer.add_string("radiology_gpt.card", card.to_json())
        writer.add_string("radiology_gpt.prompt_style", card.prompt_style)
        writer.add_string("radiology_gpt.prompt_id", prompt_id(card.prompt_style))
        writer.add_string("radiology_gpt.instruction", INSTRUCTION)
    for key, value in (metadata or {}).items():
        writer.kv_data[0].pop(key, None)
        if value is not None:
            writer.kv_data[0][key] = value

    shapes = {"token_embd": (vocabulary, embedding)}
    for layer in range(layers):
        shapes |= {
            f"blk.{layer}.attn_norm": (embedding,),
            f"blk.{layer}.attn_q": (embedding, embedding),
            f"blk.{layer}.attn_k": (heads_kv * head_size, embedding),
            f"blk.{layer}.attn_v": (heads_kv * head_size, embedding),
            f"blk.{layer}.attn_output": (embedding, embedding),
            f"blk.{layer}.ffn_norm": (embedding,),
            f"blk.{layer}.ffn_gate": (feed_forward, embedding),
            f"blk.{layer}.ffn_up": (feed_forward, embedding),
            f"blk.{layer}.ffn_down": (embedding, feed_forward),
        }
    shapes["output_norm"] = (embedding,)
    random = np.random.default_rng(7)
    weights: dict[str, np.ndarray[Any, Any] | None] = {
        f"{name}.weight": (
            np.ones(shape, np.float32) if len(shape) == 1 else random.normal(0, 0.2, shape).astype(np.float32)
        )
        for name, shape in shapes.items()
    }
    for name, tensor in (weights | dict(tensors or {})).items():
        if tensor is not None:
            writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def text(value: str) -> GGUFValue:
    return GGUFValue(value, GGUFValueType.STRING)


def number(value: int) -> GGUFValue:
    return GGUFValue(value, GGUFValueType.UINT32)
