"""The list of models tells the user what each file is, and what is wrong with the ones that cannot be used."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from app.domain.card import Card
from app.domain.errors import ModelUnsupported
from app.domain.prompt import prompt_id
from app.models.installed import inspect_model, installed_models
from app.paths import default_model_path, models_dir
from tests.tiny_llama import text, write_tiny_llama

CARD = Card(name="Chest drafts", prompt_style="chatml", prompt_id=prompt_id("chatml"), quantization="Q8_0")


def test_our_model_is_described_by_its_card(tmp_path):
    model = inspect_model(write_tiny_llama(tmp_path / "ours.gguf", card=CARD))
    assert (model.name, model.card, model.quantization, model.prompt_style) == ("Chest drafts", CARD, "Q8_0", "chatml")
    assert not model.is_foreign


def test_foreign_model_has_a_name_a_type_and_no_style(tmp_path):
    model = inspect_model(write_tiny_llama(tmp_path / "foreign.gguf"))
    assert (model.name, model.card, model.quantization, model.prompt_style) == ("Tiny", None, "F32", "")
    assert model.is_foreign


def test_unknown_file_type_is_named_by_its_weights(tmp_path):
    model = inspect_model(write_tiny_llama(tmp_path / "foreign.gguf", metadata={"general.file_type": None}))
    assert model.quantization == "F32"


def test_model_of_another_wording_is_refused(tmp_path):
    path = write_tiny_llama(tmp_path / "old.gguf", card=CARD, metadata={"radiology_gpt.prompt_id": text("0" * 16)})
    with pytest.raises(ModelUnsupported, match="wording"):
        inspect_model(path)


@pytest.mark.parametrize("card", ["{", "[]", '{"base": "x"}', '{"name": 3}'])
def test_damaged_card_is_refused(tmp_path, card):
    path = write_tiny_llama(tmp_path / "damaged.gguf", metadata={"radiology_gpt.card": text(card)})
    with pytest.raises(ModelUnsupported, match="card"):
        inspect_model(path)


def test_hash_follows_the_file(tmp_path):
    path = write_tiny_llama(tmp_path / "model.gguf")
    model = inspect_model(path)
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    write_tiny_llama(path, card=CARD)
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_list_holds_the_default_first_and_broken_files_with_their_problem(data_root):
    models_dir().mkdir()
    write_tiny_llama(default_model_path(), card=replace(CARD, name="Default"))
    write_tiny_llama(models_dir() / "another.gguf")
    (models_dir() / "broken.gguf").write_bytes(b"GGUF")
    (models_dir() / ".half.gguf").write_bytes(b"GGUF")
    (models_dir() / "notes.txt").write_text("no model")
    listed = installed_models()
    assert [model.name for model in listed] == ["Default", "Tiny", "broken"]
    assert [bool(model.problem) for model in listed] == [False, False, True]


def test_no_folder_means_no_models(data_root):
    assert installed_models() == []
