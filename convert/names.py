"""Hugging Face's names and row order for a LLaMA model's tensors, turned into GGUF's.

It does not read files.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_IN_LAYER = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
_OUTSIDE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
_LAYER = re.compile(r"model\.layers\.(\d+)\.(.+)")


def gguf_name(module: str) -> str | None:
    """The GGUF name of a module's weight ("model.layers.3.self_attn.q_proj" → "blk.3.attn_q.weight"), None: unknown."""
    if match := _LAYER.fullmatch(module):
        part = _IN_LAYER.get(match[2])
        return f"blk.{match[1]}.{part}.weight" if part else None
    part = _OUTSIDE.get(module)
    return f"{part}.weight" if part else None


def rope_heads(name: str, heads: int, heads_kv: int) -> int:
    """How many heads the rows of this GGUF tensor are to be reordered by; 0: its rows keep their order."""
    if name.endswith(".attn_q.weight"):
        return heads
    return heads_kv if name.endswith(".attn_k.weight") else 0


def permute(rows: Floats, heads: int) -> Floats:
    """Rows of a query or key projection in the order of llama.cpp's rotary embedding.

    Hugging Face rotates the first half of a head against its second half, llama.cpp's LLaMA neighbor against neighbor:
    within each head, row i of half h moves to 2 i + h (llama.cpp, conversion/llama.py, `LlamaModel.permute`).
    Works on (rows, columns): a weight, or the B of a LoRA pair.
    """
    count, columns = rows.shape
    return rows.reshape(heads, 2, count // heads // 2, columns).swapaxes(1, 2).reshape(count, columns)
