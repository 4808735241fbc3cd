"""What a GGUF header must hold so that llama.cpp can run it as a LLaMA model and none of its asserts ends the process.

It does not know the file's bytes (gguf_format.py). llama.cpp checks much of this itself, in part by ending the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.errors import ModelTruncated, ModelUnsupported
from app.models.gguf_format import FLOAT32, INT32, STRING, GgufHeader
from app.models.gguf_parse import read_array

ARCHITECTURE = "llama"
MAX_LAYERS = 1024
# Byte-level vocabularies hold a token for each byte; smaller ones cannot spell arbitrary text.
MIN_VOCABULARY = 256
# Normalization and rope factors enter operations that take 32-bit floats only.
_FLOAT_ONLY = re.compile(r"(_norm|rope_freqs)\.weight$|\.bias$")


@dataclass(frozen=True)
class Dimensions:
    """A LLaMA model's measures, from its metadata."""

    layers: int
    embedding: int
    feed_forward: int
    heads: int
    heads_kv: int
    head_size: int
    context: int
    vocabulary: int


def dimensions(header: GgufHeader) -> Dimensions:
    """The measures that the metadata states.

    Raises:
        ModelUnsupported: another architecture, a mixture of experts, or heads that do not fit each other.
        ModelTruncated: a measure is missing.
    """
    architecture = header.text("general.architecture")
    if architecture != ARCHITECTURE:
        raise ModelUnsupported(header.path, f"its architecture is {architecture[:40]!r}, not {ARCHITECTURE!r}")
    if header.text("general.type", "model") != "model":
        raise ModelUnsupported(header.path, "it is an adapter or a part of a model, not a whole one")
    if header.integer("split.count", 1) != 1:
        raise ModelUnsupported(header.path, "it is one part of a model split over several files")
    if header.integer("llama.expert_count"):
        raise ModelUnsupported(header.path, "it is a mixture of experts")
    heads = _measure(header, "attention.head_count")
    heads_kv = header.integer("llama.attention.head_count_kv", heads)
    embedding = _measure(header, "embedding_length")
    head_size = header.integer("llama.attention.key_length", embedding // heads)
    tokens = header.array("tokenizer.ggml.tokens", STRING)
    measured = Dimensions(
        layers=_measure(header, "block_count"),
        embedding=embedding,
        feed_forward=_measure(header, "feed_forward_length"),
        heads=heads,
        heads_kv=heads_kv,
        head_size=head_size,
        context=_measure(header, "context_length"),
        vocabulary=tokens.length if tokens else 0,
    )
    is_sound = heads_kv > 0 and heads % heads_kv == 0 and head_size > 0 and head_size % 2 == 0
    for key in ("rope.dimension_count", "attention.key_length", "attention.value_length"):
        is_sound = is_sound and header.integer(f"llama.{key}", head_size) == head_size
    if not is_sound:
        raise ModelUnsupported(header.path, "its attention heads do not fit each other")
    epsilon = header.metadata.get("llama.attention.layer_norm_rms_epsilon")
    if epsilon is None or not isinstance(epsilon.value, float) or not 0 < epsilon.value < 1:
        raise ModelTruncated(header.path, "its normalization constant is missing")
    if measured.layers > MAX_LAYERS:
        raise ModelUnsupported(header.path, f"it states {measured.layers:,} layers")
    return measured


def check(header: GgufHeader) -> None:
    """Check the whole header.

    Raises:
        ModelUnsupported: not a LLaMA model that llama.cpp can run.
        ModelTruncated: parts are missing or contradict each other.
    """
    measured = dimensions(header)
    _check_vocabulary(header)
    _check_tensors(header, measured)


def _measure(header: GgufHeader, name: str) -> int:
    value = header.integer(f"llama.{name}")
    if not 0 < value < 1 << 31:
        raise ModelTruncated(header.path, f"llama.{name} is missing from its metadata")
    return value


def _check_vocabulary(header: GgufHeader) -> None:
    model, tokens = header.text("tokenizer.ggml.model"), header.array("tokenizer.ggml.tokens", STRING)
    if model not in ("gpt2", "llama"):
        raise ModelUnsupported(header.path, f"its tokenizer is {model[:40]!r}, not 'gpt2' or 'llama'")
    if tokens is None or tokens.length < MIN_VOCABULARY:
        raise ModelTruncated(header.path, "its vocabulary is missing")
    for key, element_type in (("token_type", INT32), ("scores", FLOAT32)):
        array = header.array(f"tokenizer.ggml.{key}", element_type)
        is_needed = key == "scores" and model == "llama"
        if (array is None and (is_needed or f"tokenizer.ggml.{key}" in header.metadata)) or (
            array is not None and array.length != tokens.length
        ):
            raise ModelTruncated(header.path, f"its vocabulary and {key} differ in length")
    if model == "gpt2" and header.array("tokenizer.ggml.merges", STRING) is None:
        raise ModelTruncated(header.path, "the merges of its vocabulary are missing")
    for key in header.metadata:
        is_id = key.startswith("tokenizer.ggml.") and key.endswith("_token_id")
        if is_id and not 0 <= header.integer(key, -1) < tokens.length:
            raise ModelTruncated(header.path, f"{key} names no token")
    pieces = set(read_array(header, tokens))
    if len(pieces) != tokens.length:
        raise ModelTruncated(header.path, "a token comes twice in its vocabulary")
    if model == "llama" and not all(f"<0x{byte:02X}>".encode() in pieces for byte in range(256)):
        raise ModelUnsupported(header.path, "its vocabulary has no tokens for single bytes")


def tensor_shapes(measured: Dimensions) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and shape, in GGML's order, of every tensor that a LLaMA model must have."""
    queries, keys = (measured.heads * measured.head_size, measured.heads_kv * measured.head_size)
    embedding, feed_forward = measured.embedding, measured.feed_forward
    yield "token_embd.weight", (embedding, measured.vocabulary)
    for layer in range(measured.layers):
        prefix = f"blk.{layer}."
        yield prefix + "attn_norm.weight", (embedding,)
        yield prefix + "attn_q.weight", (embedding, queries)
        yield prefix + "attn_k.weight", (embedding, keys)
        yield prefix + "attn_v.weight", (embedding, keys)
        yield prefix + "attn_output.weight", (queries, embedding)
        yield prefix + "ffn_norm.weight", (embedding,)
        yield prefix + "ffn_gate.weight", (embedding, feed_forward)
        yield prefix + "ffn_up.weight", (embedding, feed_forward)
        yield prefix + "ffn_down.weight", (feed_forward, embedding)
    yield "output_norm.weight", (embedding,)


def _check_tensors(header: GgufHeader, measured: Dimensions) -> None:
    needed = dict(tensor_shapes(measured))
    allowed = needed | {
        "output.weight": (measured.embedding, measured.vocabulary),
        "rope_freqs.weight": (measured.head_size // 2,),
    }
    # A bias is as long as its weight has rows.
    allowed |= {
        name.removesuffix("weight") + "bias": shape[1:] for name, shape in needed.items() if name.startswith("blk.")
    }
    for info in header.tensors:
        if allowed.get(info.name) != info.shape:
            known = (
                "has another shape than its metadata say" if info.name in allowed else "is not part of a LLaMA model"
            )
            raise ModelUnsupported(header.path, f"its tensor {info.name[:60]!r} {known}")
        if _FLOAT_ONLY.search(info.name) and info.type.name != "F32":
            raise ModelUnsupported(header.path, f"its tensor {info.name!r} is not of type F32")
    if missing := needed.keys() - {info.name for info in header.tensors}:
        raise ModelTruncated(header.path, f"{len(missing):,} of its tensors are missing")
