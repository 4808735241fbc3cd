"""Typing stays smooth while a draft streams."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QApplication

from app.engine.scripted import Reply

STALL_MS = 50
FINDINGS = "Small right pleural effusion. Heart size is normal. " * 40


def test_no_key_waits_for_the_stream(open_window, qtbot) -> None:
    """The median keystroke, shown included, takes far less than a stall; single ones may suffer from a busy PC."""
    window = open_window(Reply(words=("Stable ", "effusion. ") * 400, delay_ms=10))
    window.findings.edit.replace_text(FINDINGS)
    with qtbot.waitSignal(window.drafting.streamed, check_params_cb=lambda text, _: bool(text)):
        window.actions_by_name["draft"].trigger()
    times = []
    clock = QElapsedTimer()
    for _ in range(60):
        clock.start()
        qtbot.keyClick(window.findings.edit, "x")
        QApplication.processEvents()
        times.append(clock.elapsed())
    assert window.drafting.is_running, "the stream must outlast the typing"
    with qtbot.waitSignal(window.drafting.ended):
        window.drafting.stop()
    assert sorted(times)[len(times) // 2] < STALL_MS
