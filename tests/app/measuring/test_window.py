"""The real window, started where nobody sees it."""

from __future__ import annotations

import sys

from app.measuring import window
from app.measuring.window import start_window


def test_a_started_window_takes_keys_loads_the_model_and_holds_nothing_of_the_engine(roomy_model):
    found = start_window(roomy_model)
    assert found is not None
    assert found.editable_ms > 0
    assert found.ready_ms > 0
    assert found.native_modules == ()
    assert found.window_bytes is not None
    assert found.engine_bytes is not None
    # Python and Qt take some forty megabytes at least.
    assert 30e6 < found.window_bytes < 400e6


def test_a_model_that_cannot_be_loaded_and_a_window_that_cannot_be_opened_give_no_figures(tmp_path, monkeypatch):
    assert start_window(tmp_path / "missing.gguf") is None
    monkeypatch.setattr(window, "program_command", lambda: [sys.executable, "-c", "raise SystemExit(5)"])
    assert start_window(tmp_path / "any.gguf") is None
