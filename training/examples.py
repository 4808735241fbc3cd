"""Pair → token ids and labels: the length tag and similar impressions of an example, and batches of like length."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerFast

from app.domain.prompt import MAX_SIMILAR, Length, render
from training.base import encode
from training.neighbors import Neighbors
from training.pairs import Pair

# Below this share of the mean that similar studies get, a human's impression counts as concise.
CONCISE_SHARE = 0.8
_USUAL_FROM = 16
IGNORED = -100


@dataclass(frozen=True)
class Example:
    """Token ids of prompt and completion; the last `completion` of them are learned (end of reply included)."""

    ids: tuple[int, ...]
    completion: int


def length_tags(pairs: Sequence[Pair], neighbors: Neighbors) -> list[Length]:
    """The length tag of each training pair: bins of target length relative to what similar studies usually get.

    Bins of absolute length would tie "concise" to normal studies, and a concise draft would then lose findings.
    """
    tags: list[Length] = []
    for pair, near in zip(pairs, neighbors.nearest(pairs, _USUAL_FROM), strict=True):
        usual = statistics.mean(len(other.impression.split()) for other in near)
        tags.append("concise" if len(pair.impression.split()) < CONCISE_SHARE * usual else "standard")
    return tags


def make_example(
    pair: Pair,
    tokenizer: PreTrainedTokenizerFast,
    style: str,
    length: Length,
    similar: Sequence[str] = (),
) -> Example:
    prompt = encode(tokenizer, render(pair.for_drafting, style, length, similar))
    reply = [*encode(tokenizer, [(pair.impression, False)]), tokenizer.eos_token_id]
    return Example(tuple(prompt + reply), len(reply))


def make_examples(
    pairs: Sequence[Pair],
    tokenizer: PreTrainedTokenizerFast,
    style: str,
    similar_share: float,
    max_tokens: int,
    seed: int,
) -> tuple[list[Example], int]:
    """The examples of one epoch and how many pairs were too long for it.

    A `similar_share` of them carries one to three conclusions of pairs with similar findings, drawn anew by seed.
    """
    neighbors = Neighbors(pairs)
    draw = random.Random(seed)
    tags = length_tags(pairs, neighbors)
    examples: list[Example] = []
    too_long = 0
    for pair, tag, near in zip(pairs, tags, neighbors.nearest(pairs, MAX_SIMILAR), strict=True):
        shown = near[: draw.randint(1, MAX_SIMILAR)] if draw.random() < similar_share else []
        example = make_example(pair, tokenizer, style, tag, [other.impression for other in shown])
        if len(example.ids) > max_tokens:
            example = make_example(pair, tokenizer, style, tag)
        if len(example.ids) > max_tokens:
            too_long += 1
        else:
            examples.append(example)
    return examples, too_long


def batches(examples: Sequence[Example], tokens: int, seed: int) -> Iterator[list[Example]]:
    """Batches of examples of like length, at most `tokens` padded tokens each, in random order."""
    draw = random.Random(seed)
    ordered = sorted(examples, key=lambda example: (len(example.ids) // 8, draw.random()))
    gathered: list[list[Example]] = [[]]
    for example in ordered:
        if gathered[-1] and (len(gathered[-1]) + 1) * len(example.ids) > tokens:
            gathered.append([])
        gathered[-1].append(example)
    draw.shuffle(gathered)
    yield from gathered


def collate(batch: Sequence[Example], pad_id: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """input_ids, attention_mask and labels, each (batch, longest); labels hold IGNORED outside the completions."""
    longest = max(len(example.ids) for example in batch)
    input_ids = torch.full((len(batch), longest), pad_id)
    attention = torch.zeros((len(batch), longest), dtype=torch.long)
    labels = torch.full((len(batch), longest), IGNORED)
    for row, example in enumerate(batch):
        size = len(example.ids)
        input_ids[row, :size] = torch.tensor(example.ids)
        attention[row, :size] = 1
        labels[row, size - example.completion : size] = input_ids[row, size - example.completion : size]
    return input_ids, attention, labels
