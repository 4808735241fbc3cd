"""The default model is built by a child process that reports, can be stopped, and whose failure is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.card import Card
from app.domain.errors import ModelBuildCancelled, ModelBuildFailed
from app.domain.prompt import prompt_id
from app.models import provision
from app.models.digest import base_sha256, file_sha256
from app.models.phrases import BEGIN, Guess, PhrasesHeader, phrases_path, write_phrases
from app.models.shipped_phrases import ADAPTER_PHRASES, with_phrases
from app.paths import default_model_path
from tests.tiny_llama import write_tiny_llama

CARD = Card(name="Default", prompt_style="chatml", prompt_id=prompt_id("chatml"), quantization="Q8_0")


@pytest.fixture
def child(monkeypatch):
    """Put a small program in the converter's place; it finds the model's path in its arguments."""

    def place(program: str) -> None:
        monkeypatch.setattr(provision, "convert_command", lambda: [sys.executable, "-c", program])

    return place


@pytest.fixture(autouse=True)
def adapter(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "resources" / "adapter"
    folder.mkdir(parents=True)
    (folder / provision.ADAPTER_WEIGHTS).write_bytes(b"adapter")
    (folder / provision.ADAPTER_CARD).write_text(replace(CARD, quantization="").to_json())
    monkeypatch.setattr(provision, "resources_dir", lambda: tmp_path / "resources")
    return folder


def _card(adapter: Path) -> Card:
    return replace(CARD, adapter_sha256=file_sha256(adapter / provision.ADAPTER_WEIGHTS))


def _never() -> bool:
    return False


def test_model_that_matches_the_adapter_is_kept(adapter, child):
    child("raise SystemExit('must not run')")
    default_model_path().parent.mkdir()
    write_tiny_llama(default_model_path(), card=_card(adapter))
    assert provision.build_default(lambda *_: None, _never) == default_model_path()


def test_missing_model_is_built_with_progress(adapter, child, tmp_path):
    made = write_tiny_llama(tmp_path / "made.gguf", card=_card(adapter))
    child(
        "import os, shutil, sys; output = sys.argv[-1]; os.makedirs(os.path.dirname(output));"
        f"print('progress 0.42 merging blk.12', file=sys.stderr); shutil.copy({str(made)!r}, output)"
    )
    told = []
    assert provision.build_default(lambda *step: told.append(step), _never) == default_model_path()
    assert told == [(0.42, "merging blk.12")]


def test_model_of_another_adapter_is_built_anew(adapter, child):
    default_model_path().parent.mkdir()
    write_tiny_llama(default_model_path(), card=CARD)
    assert not provision.default_model_is_current()
    child("import sys; sys.exit('the disk is full')")
    with pytest.raises(ModelBuildFailed, match="the disk is full"):
        provision.build_default(lambda *_: None, _never)


def test_model_whose_card_is_outdated_is_built_anew(adapter):
    """New scores on the adapter's card must reach the card inside the model."""
    default_model_path().parent.mkdir()
    write_tiny_llama(default_model_path(), card=_card(adapter))
    assert provision.default_model_is_current()
    (adapter / provision.ADAPTER_CARD).write_text(replace(CARD, quantization="", scores={"all": 60.1}).to_json())
    assert not provision.default_model_is_current()


def test_model_without_the_shipped_phrase_table_is_built_anew(adapter):
    """The table belongs to the model: in the card by its hash, and beside the file."""
    default_model_path().parent.mkdir()
    card = _card(adapter)
    header = PhrasesHeader("a1", 10, (1,), 5, 9, card.prompt_id, card.adapter_sha256)
    write_phrases(adapter / ADAPTER_PHRASES, {(BEGIN,): Guess(1, 1.0)}, header)
    write_tiny_llama(default_model_path(), card=card)
    assert not provision.default_model_is_current()
    write_tiny_llama(default_model_path(), card=with_phrases(card, adapter))
    assert not provision.default_model_is_current()
    phrases_path(default_model_path()).write_bytes((adapter / ADAPTER_PHRASES).read_bytes())
    assert provision.default_model_is_current()
    (adapter / ADAPTER_PHRASES).write_bytes(b"damaged")
    assert not provision.default_model_is_current()


def test_converter_that_writes_nothing_is_a_failure(child):
    child("pass")
    with pytest.raises(ModelBuildFailed, match="cannot be used"):
        provision.build_default(lambda *_: None, _never)


def test_converter_that_cannot_start_is_a_failure(monkeypatch):
    monkeypatch.setattr(provision, "convert_command", lambda: ["/nowhere/python"])
    with pytest.raises(ModelBuildFailed):
        provision.build_default(lambda *_: None, _never)


def test_silent_child_can_be_stopped(child):
    """A build that waits and says nothing ends when the user presses Cancel."""
    child(
        "import sys, threading; print('progress 0.00 waiting', file=sys.stderr, flush=True); threading.Event().wait()"
    )
    told = []
    with pytest.raises(ModelBuildCancelled):
        provision.build_default(lambda *step: told.append(step), lambda: bool(told))


def test_frozen_bundle_never_builds(child, monkeypatch):
    child("raise SystemExit('must not run')")
    monkeypatch.setattr(provision, "is_frozen", lambda: True)
    with pytest.raises(ModelBuildFailed, match="damaged"):
        provision.build_default(lambda *_: None, _never)


def test_digest_of_a_folder_covers_its_weights_in_name_order(tmp_path):
    for name in ("b.safetensors", "a.safetensors", "config.json"):
        (tmp_path / name).write_text(name)
    before = base_sha256(tmp_path)
    (tmp_path / "config.json").write_text("changed")
    assert base_sha256(tmp_path) == before
    (tmp_path / "a.safetensors").write_text("changed")
    assert base_sha256(tmp_path) != before
