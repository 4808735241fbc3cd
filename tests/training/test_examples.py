"""What an example holds: the reply learned, the prompt not, the length tag relative to similar studies."""

from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerFast

from training.base import load_tokenizer
from training.examples import IGNORED, batches, collate, length_tags, make_example, make_examples
from training.neighbors import Neighbors
from training.pairs import Pair


@pytest.fixture(scope="module")
def tokenizer(tiny_base: Path) -> PreTrainedTokenizerFast:
    return load_tokenizer(tiny_base)


def pair(number: int, impression: str) -> Pair:
    return Pair(f"R{number}", "invented", f"{number} mm nodule in the left lung.", "", "", impression, "abnormal")


def test_only_the_impression_and_its_end_are_learned(tokenizer: PreTrainedTokenizerFast) -> None:
    example = make_example(pair(6, "Nodule."), tokenizer, "chatml", "standard")
    _, attention, labels = collate([example], tokenizer.pad_token_id)
    learned = [token for token in labels[0].tolist() if token != IGNORED]
    assert tokenizer.decode(learned) == "Nodule.<|im_end|>"
    assert int(attention.sum()) == len(example.ids)


def test_padding_is_neither_seen_nor_learned(tokenizer: PreTrainedTokenizerFast) -> None:
    short = make_example(pair(6, "Nodule."), tokenizer, "chatml", "standard")
    long = make_example(pair(6, "Nodule in the left lung."), tokenizer, "chatml", "standard")
    _, attention, labels = collate([short, long], tokenizer.pad_token_id)
    assert attention[0, len(short.ids) :].sum() == 0
    assert (labels[0, len(short.ids) :] == IGNORED).all()


def test_concise_means_shorter_than_similar_studies_get() -> None:
    pairs = [pair(number, "A nodule in the left lung is seen today.") for number in range(20)]
    pairs += [pair(20, "Nodule."), pair(21, "A nodule in the left lung is seen again today.")]
    tags = length_tags(pairs, Neighbors(pairs))
    assert tags[20] == "concise"
    assert set(tags[:20]) == {"standard"} == {tags[21]}


def test_about_half_of_the_examples_carry_similar_impressions(tokenizer: PreTrainedTokenizerFast) -> None:
    pairs = [pair(number, f"Nodule {number}.") for number in range(80)]
    examples, too_long = make_examples(pairs, tokenizer, "chatml", similar_share=0.5, max_tokens=4000, seed=3)
    assert too_long == 0
    carrying = sum("Similar: " in tokenizer.decode(example.ids) for example in examples)
    assert 25 <= carrying <= 55


def test_own_impression_is_never_shown_as_similar(tokenizer: PreTrainedTokenizerFast) -> None:
    pairs = [pair(number, f"Unique{number}.") for number in range(12)]
    examples, _ = make_examples(pairs, tokenizer, "chatml", similar_share=1, max_tokens=4000, seed=1)
    for own, example in zip(pairs, examples, strict=True):
        prompt = tokenizer.decode(example.ids[: -example.completion])
        assert "Similar: " in prompt
        assert own.impression not in prompt


def test_too_long_examples_lose_their_similar_impressions_first_and_are_counted(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    pairs = [pair(number, f"Nodule {number}.") for number in range(8)]
    longest = max(len(make_example(one, tokenizer, "chatml", "standard").ids) for one in pairs)
    examples, too_long = make_examples(pairs, tokenizer, "chatml", similar_share=1, max_tokens=longest, seed=1)
    assert (len(examples), too_long) == (8, 0)
    assert make_examples(pairs, tokenizer, "chatml", 1, max_tokens=10, seed=1) == ([], 8)


def test_batches_hold_every_example_once_within_the_token_budget(tokenizer: PreTrainedTokenizerFast) -> None:
    examples = [make_example(pair(n, "Nodule. " * (n % 7 + 1)), tokenizer, "chatml", "standard") for n in range(40)]
    made = list(batches(examples, tokens=2000, seed=1))
    assert sorted(example.ids for batch in made for example in batch) == sorted(example.ids for example in examples)
    assert all(len(batch) * max(len(example.ids) for example in batch) <= 2000 for batch in made)
    assert list(batches(examples, 2000, seed=1)) == made != list(batches(examples, 2000, seed=2))
