"""The real window, started where nobody sees it."""

from __future__ import annotations

import os
import subprocess
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


def test_a_measured_window_that_nobody_listens_to_ends_by_itself(roomy_model):
    command = [*window.program_command(), "window-figures", "--model", str(roomy_model)]
    with subprocess.Popen(
        command, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as started:
        assert started.stdout
        started.stdout.close()
        assert started.wait(timeout=120) != 0
