"""A whole run on a tiny random model: it learns, and leaves an adapter that peft and the converter can read."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from app.domain.card import Card
from app.domain.prompt import prompt_id
from app.models.digest import base_sha256, file_sha256
from training.base import load_base, load_tokenizer
from training.examples import collate, make_example
from training.finetune import completion_loss, finetune
from training.pairs import pairs_digest, read_pairs
from training.recipe import Recipe

RECIPE = Recipe(name="tiny", rank=4, alpha=8, learning_rate=2e-2, epochs=3, batch_tokens=1500, max_tokens=600)


@pytest.fixture(scope="module")
def run(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[str]]:
    """Pairs folder, adapter folder and the lines told while training."""
    from tests.training.conftest import invented_reports
    from training.pairs import write_pairs

    folder = tmp_path_factory.mktemp("run")
    write_pairs(invented_reports(60), folder / "pairs")
    told: list[str] = []
    finetune(folder / "pairs", tiny_base, RECIPE, folder / "adapter", told.append)
    return folder / "pairs", folder / "adapter", told


def test_validation_loss_falls(run) -> None:
    losses = [float(line.rsplit(" ", 1)[1]) for line in run[2] if "validation loss" in line]
    assert len(losses) == 3
    assert losses[-1] < 0.8 * losses[0]


def test_adapter_is_float16_on_all_linear_layers(run) -> None:
    tensors = load_file(run[1] / "adapter_model.safetensors")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
    assert len(tensors) == 2 * 7 * 2  # A and B of seven projections in two layers
    assert any(float(tensor.abs().sum()) > 0 for name, tensor in tensors.items() if "lora_B" in name)


def test_card_says_where_the_adapter_comes_from(run, tiny_base: Path) -> None:
    pairs, adapter, _ = run
    card = Card.from_json((adapter / "card.json").read_text(encoding="utf-8"))
    assert card.base_sha256 == base_sha256(tiny_base)
    assert card.corpus_digest == pairs_digest(pairs)
    assert card.prompt_id == prompt_id("chatml")
    assert set(card.scores) == {"validation loss"}


def test_nothing_in_the_folder_names_a_path_of_this_machine(run, tiny_base: Path) -> None:
    for path in run[1].glob("*.json"):
        assert str(tiny_base.parent) not in path.read_text(encoding="utf-8")
    assert json.loads((run[1] / "adapter_config.json").read_text(encoding="utf-8"))["r"] == 4


def test_training_goes_on_from_an_adapter(run, tiny_base: Path, tmp_path: Path) -> None:
    pairs, adapter, told = run
    again: list[str] = []
    card = finetune(pairs, tiny_base, replace(RECIPE, epochs=1), tmp_path / "more", again.append, start=adapter)
    assert card.started_from == file_sha256(adapter / "adapter_model.safetensors")
    first = next(float(line.rsplit(" ", 1)[1]) for line in told if "validation loss" in line)
    assert card.scores["validation loss"] < first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["more"]


def test_an_adapter_of_another_rank_is_refused(run, tiny_base: Path, tmp_path: Path) -> None:
    pairs, adapter, _ = run
    with pytest.raises(ValueError, match="has r 4, the recipe 8"):
        finetune(pairs, tiny_base, replace(RECIPE, rank=8), tmp_path / "more", print, start=adapter)


def test_completion_loss_is_the_model_s_own_loss_on_the_completion(tiny_base: Path, pairs_folder: Path) -> None:
    """Computing logits for completion positions only must change nothing but the time."""
    from peft import LoraConfig, get_peft_model

    tokenizer = load_tokenizer(tiny_base)
    model = get_peft_model(load_base(tiny_base), LoraConfig(r=2, target_modules=["q_proj"], task_type="CAUSAL_LM"))
    batch = [make_example(pair, tokenizer, "chatml", "standard") for pair in read_pairs(pairs_folder, "train")[:3]]
    input_ids, attention, labels = collate(batch, tokenizer.pad_token_id)
    with torch.no_grad():
        whole = model(input_ids=input_ids, attention_mask=attention, labels=labels).loss
        assert completion_loss(model, batch, tokenizer.pad_token_id).item() == pytest.approx(whole.item(), rel=1e-5)
