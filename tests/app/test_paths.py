"""Where things live, from source and frozen."""

from __future__ import annotations

import sys

from app import paths


def test_resources_are_found_from_source():
    assert (paths.resources_dir() / "intended_use.md").is_file()


def test_the_data_folder_can_be_put_elsewhere_but_the_policy_cannot(data_root):
    assert paths.models_dir() == data_root / "models"
    assert paths.settings_path().parent == data_root
    assert data_root not in paths.policy_path().parents


def test_from_source_the_child_runs_isolated(monkeypatch):
    assert paths.engine_command() == [sys.executable, "-I", "-m", "app", "--engine"]
    assert paths.convert_command() == [sys.executable, "-I", "-m", "convert"]


def test_the_bundle_is_its_own_child_and_carries_its_model(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.is_frozen()
    assert paths.engine_command() == [sys.executable, "--engine"]
    assert paths.default_model_path().is_relative_to(tmp_path / "resources")
