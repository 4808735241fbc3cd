"""A missing display is one sentence, before Qt can abort."""

from __future__ import annotations

import sys

import pytest

from app.display import require_display
from app.domain.errors import DisplayMissing


@pytest.fixture(autouse=True)
def bare_server(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_a_server_without_a_display_is_refused():
    with pytest.raises(DisplayMissing, match="there is no display"):
        require_display()


def test_a_display_that_nobody_serves_is_refused(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(DisplayMissing):
        require_display()


def test_a_wayland_socket_that_is_gone_is_no_display(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(DisplayMissing):
        require_display()
    (tmp_path / "wayland-0").touch()
    require_display()


def test_drawing_offscreen_needs_no_display(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    require_display()
