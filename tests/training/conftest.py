"""A language model small enough to train in a test, and a corpus that nobody was examined for."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.report import Report
from training.corpus import CorpusReport

ORGANS = ("heart", "lungs", "pleura", "mediastinum", "spine", "ribs", "diaphragm", "aorta")
SIGNS = ("nodule", "opacity", "effusion", "fracture", "mass", "scar")


def invented_reports(count: int) -> list[CorpusReport]:
    """Reports with distinct findings; every third is normal."""
    reports = []
    for number in range(count):
        organ, sign = ORGANS[number % len(ORGANS)], SIGNS[number % len(SIGNS)]
        normal = number % 3 == 0
        seen = f"The {organ} is normal, image {number}." if normal else f"{number + 2} mm {sign} near the {organ}."
        concluded = "No acute abnormality." if normal else f"{sign.capitalize()} near the {organ}."
        report = Report(findings=f"{seen} No pneumothorax.", impression=concluded, indication="cough")
        reports.append(CorpusReport(f"R{number}", "invented", report, "normal" if normal else "abnormal"))
    return reports


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Hugging Face folder with a random 2-layer LLaMA of byte tokens."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("base")
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    merges = [("t", "h"), ("th", "e")]
    words = special + sorted(pre_tokenizers.ByteLevel.alphabet()) + ["".join(merge) for merge in merges]
    byte_level = Tokenizer(models.BPE({word: index for index, word in enumerate(words)}, merges))
    byte_level.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    byte_level.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=byte_level, eos_token="<|im_end|>", pad_token="<|im_end|>", bos_token="<|im_start|>"
    )
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        # Adapters never touch the embeddings: with the usual 0.02 a random model could not learn to prefer any token.
        initializer_range=0.4,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def pairs_folder(tmp_path: Path) -> Path:
    """Sixty invented pairs, split and written."""
    from training.pairs import write_pairs

    write_pairs(invented_reports(60), tmp_path / "pairs")
    return tmp_path / "pairs"
