"""Mains or battery, as Linux tells it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.power import on_battery

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def supply(folder: Path, name: str, **files: str) -> None:
    (folder / name).mkdir()
    for file, content in files.items():
        (folder / name / file).write_text(f"{content}\n")


def test_a_pc_without_a_battery_never_runs_on_one(tmp_path: Path) -> None:
    assert not on_battery(tmp_path)
    assert not on_battery(tmp_path / "missing")
    supply(tmp_path, "AC", type="Mains", online="0")
    assert not on_battery(tmp_path)


def test_a_battery_counts_only_while_no_mains_are_online(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery")
    assert on_battery(tmp_path)
    supply(tmp_path, "AC", type="Mains", online="1")
    assert not on_battery(tmp_path)


def test_a_mouse_s_battery_is_not_the_pc_s(tmp_path: Path) -> None:
    supply(tmp_path, "mouse", type="Battery", scope="Device")
    assert not on_battery(tmp_path)
