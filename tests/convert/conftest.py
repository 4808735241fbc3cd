"""A tiny LLaMA as a Hugging Face folder and random peft adapters for it: what conversion starts from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM

from app.domain.card import Card
from app.domain.prompt import prompt_id
from app.models.digest import base_sha256
from tests.tiny_llama import SPECIAL

LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SPLITTINGS = {
    "smollm": [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)],
    "gpt-2": [pre_tokenizers.ByteLevel(add_prefix_space=False)],
}
CORPUS = [
    "The heart is normal in size. The lungs are clear.",
    "12 x 3.5 mm nodule in the right upper lobe, previously 10 mm.",
    "No pleural effusion or pneumothorax. No acute cardiopulmonary abnormality.",
]


def train_tokenizer(splitting: str = "smollm", size: int = 320) -> Tokenizer:
    """A byte-level BPE tokenizer of an invented corpus, split as the named one splits."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(SPLITTINGS[splitting])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS * 3, trainer)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "add_bos_token": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def save_llama(folder: Path, seed: int = 5, **changes: object) -> Path:
    """A LLaMA with random weights, four query heads on two key heads, and its tokenizer."""
    torch.manual_seed(seed)
    measures: dict[str, object] = {
        "vocab_size": 320,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "tie_word_embeddings": True,
        # Larger than usual, so that every layer tells in the logits.
        "initializer_range": 0.2,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    model = LlamaForCausalLM(LlamaConfig(**(measures | changes)))
    model.save_pretrained(folder)
    save_tokenizer(train_tokenizer(), folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """The models are tiny: more threads would wait for each other longer than they compute."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def llama_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_llama(tmp_path_factory.mktemp("llama"))


@pytest.fixture
def make_adapter(tmp_path: Path) -> Callable[..., Path]:
    """Saves an adapter with random A and B for a base, as training does: float16 weights, card last.

    The model is as before afterwards.
    """

    def make(model: LlamaForCausalLM, base: Path, name: str = "adapter", **settings: object) -> Path:
        torch.manual_seed(11)
        chosen: dict[str, object] = {"r": 4, "lora_alpha": 12, "target_modules": LINEAR, "task_type": "CAUSAL_LM"}
        adapted = get_peft_model(model, LoraConfig(**(chosen | settings)))
        with torch.no_grad():
            for key, parameter in adapted.named_parameters():
                if "lora_" in key:
                    parameter.normal_(0, 0.1)
        folder = tmp_path / name
        adapted.save_pretrained(folder, save_embedding_layers=False)
        adapted.unload()
        weights = folder / "adapter_model.safetensors"
        save_file({key: tensor.half() for key, tensor in load_file(weights).items()}, weights)
        card = Card(
            name="Random adapter",
            base_sha256=base_sha256(base),
            prompt_style="chatml",
            prompt_id=prompt_id("chatml"),
            licence="test only",
        )
        (folder / "card.json").write_text(card.to_json())
        return folder

    return make


@pytest.fixture
def merged_by_peft() -> Callable[[LlamaForCausalLM, Path], LlamaForCausalLM]:
    """peft's own merge in float32: what ours is measured against."""

    def merge(model: LlamaForCausalLM, adapter: Path) -> LlamaForCausalLM:
        return PeftModel.from_pretrained(model, adapter).merge_and_unload().eval()

    return merge
