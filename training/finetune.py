"""Pairs + recipe + base → a LoRA adapter folder with its card, written last. Reads top to bottom."""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.nn import functional
from transformers import PreTrainedModel

from app.domain.card import Card
from app.domain.prompt import prompt_id
from app.models.digest import base_sha256, file_sha256
from training.base import describe_base, load_base, load_tokenizer
from training.examples import IGNORED, Example, batches, collate, make_example, make_examples
from training.pairs import pairs_digest, read_pairs
from training.recipe import Recipe
from training.rounded_weights import train_rounded

LINEAR_LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
LICENCES = {
    "open-i": "Open-i Indiana University chest X-ray reports (CC BY-NC-ND 4.0)",
    "parrot": "PARROT v1.0, English translations (CC BY-NC-SA 4.0)",
}

Progress = Callable[[str], None]


def completion_loss(model: PeftModel, batch: list[Example], pad_id: int) -> torch.Tensor:
    """Mean cross-entropy over the completions' tokens; logits are computed for these positions only."""
    device = next(model.parameters()).device
    input_ids, attention, labels = (tensor.to(device) for tensor in collate(batch, pad_id))
    inner = model.get_base_model()
    hidden = inner.model(input_ids=input_ids, attention_mask=attention, use_cache=False).last_hidden_state
    targets = labels[:, 1:]
    wanted = targets != IGNORED
    logits = inner.lm_head(hidden[:, :-1][wanted])
    return functional.cross_entropy(logits.float(), targets[wanted])


def _precision(device: torch.device, recipe: Recipe) -> AbstractContextManager[object]:
    return torch.autocast(device.type, torch.bfloat16) if recipe.bfloat16 else nullcontext()


def _learning_rate(step: int, steps: int, warmup: int) -> float:
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


@torch.no_grad()
def validation_loss(model: PeftModel, examples: list[Example], batch_tokens: int, pad_id: int) -> float:
    """Mean cross-entropy a completion token over all examples."""
    model.eval()
    total, tokens = 0.0, 0
    for batch in batches(examples, batch_tokens, seed=0):
        learned = sum(example.completion for example in batch)
        total += completion_loss(model, batch, pad_id).item() * learned
        tokens += learned
    model.train()
    return total / max(1, tokens)


def with_adapter(model: PreTrainedModel, recipe: Recipe, start: Path | None) -> PeftModel:
    """The base with a trainable adapter: a new one that changes nothing yet, or the one in the folder `start`.

    Raises:
        ValueError: the adapter in `start` has another rank, alpha or set of layers than the recipe.
    """
    wanted = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules=list(LINEAR_LAYERS),
        task_type="CAUSAL_LM",
    )
    if start is None:
        return get_peft_model(model, wanted)
    found = LoraConfig.from_pretrained(start, local_files_only=True)
    for name in ("r", "lora_alpha", "target_modules"):
        if getattr(found, name) != getattr(wanted, name):
            raise ValueError(
                f"the adapter to start from has {name} {getattr(found, name)}, the recipe {getattr(wanted, name)}"
            )
    return PeftModel.from_pretrained(model, start, is_trainable=True, local_files_only=True)


def finetune(
    pairs_folder: Path, base: Path, recipe: Recipe, output: Path, progress: Progress, start: Path | None = None
) -> Card:
    """Train an adapter and write adapter_model.safetensors (float16), adapter_config.json and, last, card.json.

    With `start`, training goes on from the adapter in that folder, whose hash the new card then carries.

    `progress` gets one line at every tenth step and after every epoch. On a CUDA device the base is held in bfloat16.
    The folder is written after every epoch, so that a run that ends early leaves the last whole epoch.
    """
    torch.manual_seed(recipe.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = load_tokenizer(base)
    base_model = load_base(base, torch.bfloat16 if device.type == "cuda" else torch.float32).to(device)
    model = with_adapter(base_model, recipe, start)
    model.peft_config["default"].base_model_name_or_path = base.name  # never a path of this machine
    if recipe.trained_for:
        train_rounded(model)
    model.train()
    train = read_pairs(pairs_folder, "train")
    epochs = []
    for epoch in range(recipe.epochs):
        examples, too_long = make_examples(
            train, tokenizer, recipe.prompt_style, recipe.similar_share, recipe.max_tokens, recipe.seed + epoch
        )
        epochs.append(list(batches(examples, recipe.batch_tokens, recipe.seed + epoch)))
        progress(f"epoch {epoch + 1}: {len(examples)} examples, {too_long} too long, {len(epochs[-1])} steps")
    validation = [
        make_example(pair, tokenizer, recipe.prompt_style, "standard")
        for pair in read_pairs(pairs_folder, "validation")
    ]
    validation = [example for example in validation if len(example.ids) <= recipe.max_tokens]

    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    steps = sum(len(steps) for steps in epochs)
    warmup = max(1, round(recipe.warmup_share * steps))
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _learning_rate(step, steps, warmup))
    card = _card(recipe, base, pairs_folder, start)
    done, seen, started = 0, 0, time.monotonic()
    for number, epoch_batches in enumerate(epochs, 1):
        for batch in epoch_batches:
            with _precision(device, recipe):
                loss = completion_loss(model, batch, tokenizer.pad_token_id)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(parameters, recipe.max_gradient_norm)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad(set_to_none=True)
            done += 1
            seen += sum(len(example.ids) for example in batch)
            if done % 10 == 0:
                rate = seen / (time.monotonic() - started)
                progress(f"step {done}/{steps} loss {loss.item():.3f} {rate:.0f} tokens/s")
        with _precision(device, recipe):
            held_out = validation_loss(model, validation, recipe.batch_tokens, tokenizer.pad_token_id)
        progress(f"epoch {number} of {recipe.epochs}: validation loss {held_out:.4f}")
        card = _save(model, replace(card, scores={"validation loss": round(held_out, 4)}), recipe, output)
    return card


def _card(recipe: Recipe, base: Path, pairs_folder: Path, start: Path | None) -> Card:
    manifest = json.loads((pairs_folder / "pairs.json").read_text(encoding="utf-8"))
    return Card(
        name=recipe.name,
        base=describe_base(base),
        base_sha256=base_sha256(base),
        started_from=file_sha256(start / "adapter_model.safetensors") if start else "",
        corpora=tuple(LICENCES.get(corpus, corpus) for corpus in manifest["corpora"]),
        corpus_digest=pairs_digest(pairs_folder),
        prompt_style=recipe.prompt_style,
        prompt_id=prompt_id(recipe.prompt_style),
        trained_for=recipe.trained_for,
        licence="research and demonstration only: trained on corpora under non-commercial licences",
        modalities=recipe.modalities,
        body_parts=recipe.body_parts,
        scope=recipe.scope,
        demonstration=recipe.demonstration,
        created=date.today().isoformat(),
    )


def _save(model: PeftModel, card: Card, recipe: Recipe, output: Path) -> Card:
    """Write the adapter beside its place and move it there whole: a reader finds the last epoch or this one."""
    beside = output.with_name(f"{output.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    trained = {name: parameter.data for name, parameter in model.named_parameters() if parameter.requires_grad}
    for name, values in trained.items():
        model.get_parameter(name).data = values.half()
    # The embeddings are never trained; asked to look, peft would search for the base by its name.
    model.save_pretrained(beside, save_embedding_layers=False)
    for name, values in trained.items():
        model.get_parameter(name).data = values
    (beside / "README.md").unlink(missing_ok=True)
    (beside / "recipe.json").write_text(json.dumps(recipe.to_dict(), indent=2) + "\n", encoding="utf-8")
    card = replace(card, adapter_sha256=file_sha256(beside / "adapter_model.safetensors"))
    (beside / "card.json").write_text(card.to_json(), encoding="utf-8")
    if output.exists():
        before = output.with_name(f"{output.name}.old")
        shutil.rmtree(before, ignore_errors=True)
        output.rename(before)
        beside.rename(output)
        shutil.rmtree(before)
    else:
        beside.rename(output)
    return card
