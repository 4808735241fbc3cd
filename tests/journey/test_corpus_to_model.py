"""Corpus → pairs → adapter → GGUF → draft, each step the real one, on a model small enough for a test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.engine.session import EngineSession
from app.models.installed import inspect_model
from tests.training.conftest import invented_reports
from training.finetune import finetune
from training.pairs import pairs_digest, read_pairs, write_pairs
from training.recipe import Recipe


def test_an_invented_corpus_becomes_a_model_that_drafts_in_its_words(tmp_path: Path, tiny_base: Path) -> None:
    write_pairs(invented_reports(60), tmp_path / "pairs")
    recipe = Recipe(name="invented", rank=8, alpha=32, learning_rate=2e-2, epochs=8, batch_tokens=2000, max_tokens=600)
    finetune(tmp_path / "pairs", tiny_base, recipe, tmp_path / "adapter", progress=lambda _line: None)
    model = tmp_path / "invented-Q8_0.gguf"
    adapter = str(tmp_path / "adapter")
    build = [sys.executable, "-m", "convert", "build", str(tiny_base), "--adapter", adapter, "--output", str(model)]
    subprocess.run(build, check=True, capture_output=True)

    installed = inspect_model(model)
    assert installed.card is not None
    assert installed.card.corpus_digest == pairs_digest(tmp_path / "pairs")
    study = read_pairs(tmp_path / "pairs", "train")[0].for_drafting
    with EngineSession() as engine:
        ready = engine.load(str(model))
        assert ready.name == "invented"
        assert ready.prompt_style == "chatml"
        drafted = engine.draft(study, max_tokens=40)
    assert drafted.output_tokens > 0
