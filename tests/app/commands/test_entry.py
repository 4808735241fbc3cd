"""The door: help, the window's refusal, the list of models and the self-test."""

from __future__ import annotations

import json
import shutil

import pytest

from app.paths import models_dir


@pytest.mark.parametrize("command", ["draft", "models", "selftest"])
def test_every_command_has_help(radiology_gpt, command):
    done = radiology_gpt(command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_without_a_display_the_window_is_refused_in_one_sentence(radiology_gpt, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = radiology_gpt()
    assert (done.returncode, done.stdout) == (5, "")
    assert "there is no display" in done.stderr


def test_models_are_listed_with_what_their_cards_say(radiology_gpt, tiny_model):
    assert "No models" in radiology_gpt("models").stdout
    models_dir().mkdir(parents=True)
    shutil.copy(tiny_model, models_dir() / "tiny.gguf")
    (models_dir() / "broken.gguf").write_text("no model")
    listed = radiology_gpt("models").stdout
    assert "chest radiographs" in listed
    assert "not for clinical use" in listed
    assert "is not a GGUF model file" in listed


def test_the_selftest_passes_with_a_model_and_says_what_it_found(radiology_gpt, tiny_model):
    done = radiology_gpt("selftest", "--model", tiny_model, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["passed"]
    names = [check["name"] for check in told["checks"]]
    assert names == ["resources", "processor", "model file", "engine child", "device", "build", "draft", "offline"]


def test_the_selftest_names_what_is_missing_and_fails(radiology_gpt):
    done = radiology_gpt("selftest", "--model", "missing.gguf")
    assert done.returncode == 3
    assert "FAILED  model file: There is no model file" in done.stdout
    assert "ok      engine child" in done.stdout
