"""The default model on a fresh PC, built beside the window."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.domain.errors import ModelBuildCancelled, ModelBuildFailed
from app.engine.scripted import Life, Script
from app.ui import first_start


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch):
    """Stands in for the converter: goes on when it is let, fails when told, stops when asked."""

    class Build:
        def __init__(self) -> None:
            self.may_end = threading.Event()
            self.error: Exception | None = None

        def __call__(self, on_progress, cancelled) -> Path:
            on_progress(0.42, "merging blk.12")
            while not self.may_end.wait(0.01):
                if cancelled():
                    raise ModelBuildCancelled
            if self.error:
                raise self.error
            return Path("default.gguf")

    build = Build()
    monkeypatch.setattr(first_start, "build_default", build)
    yield build
    build.may_end.set()


def test_the_window_can_be_used_while_the_model_is_built_and_drafts_after(open_window, qtbot, build) -> None:
    window = open_window(wait_for="", model_path="")
    qtbot.waitUntil(lambda: window.banner.isVisible())
    assert "Building the default model" in window.banner._text.text()
    assert "42 %" in window.banner._text.text()
    qtbot.keyClicks(window.findings.edit, "Small effusion.")
    with qtbot.waitSignal(window.drafter.ready, timeout=20_000):
        build.may_end.set()
    assert not window.banner.isVisible()
    with qtbot.waitSignal(window.drafting.ended):
        window.actions_by_name["draft"].trigger()
    assert window.draft.edit.text == "Normal chest."


def test_building_can_be_stopped_and_begun_again(open_window, qtbot, build) -> None:
    window = open_window(wait_for="", model_path="")
    qtbot.waitUntil(lambda: window.banner.isVisible())
    window.banner._action.click()
    qtbot.waitUntil(lambda: window.banner.isVisible() and "no model yet" in window.banner._text.text())
    build.may_end.set()
    with qtbot.waitSignal(window.drafter.ready, timeout=20_000):
        window.banner._action.click()


def test_drafting_before_there_is_a_model_says_so(open_window, qtbot, build) -> None:
    window = open_window(wait_for="", model_path="")
    qtbot.keyClicks(window.findings.edit, "Small effusion.")
    window.actions_by_name["draft"].trigger()
    assert window.draft._remark.text() == "The model is not ready yet"
    assert not window.drafting.is_running


def test_a_failed_build_says_why_and_offers_another_try(open_window, qtbot, build) -> None:
    build.error = ModelBuildFailed("the disk is full")
    build.may_end.set()
    window = open_window(script=Script(lives=(Life(),)), wait_for="", model_path="")
    qtbot.waitUntil(lambda: window.banner.isVisible() and "the disk is full" in window.banner._text.text())
    assert window.banner._action.text() == "Try again"
