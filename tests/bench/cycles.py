"""The real window with the real engine, told, asked and stopped a thousand times: what grows, and what is lost?

Part of tests/bench/faults.py. Findings are those of the invented reports that come with the program.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance

from app.domain.report import Findings
from app.measuring.memory import resident_bytes
from app.measuring.samples import samples
from app.paths import engine_command, resources_dir, settings_path
from app.settings import LoadedSettings, Settings
from app.ui.application import make_application
from app.ui.drafter import Drafter
from app.ui.main_window import MainWindow
from tests.processes import children, open_files, thread_count

PATIENCE_MS = 120_000
# What is typed of the findings before the draft is asked for: the engine is told each time.
TYPED = (0.5, 0.9, 1.0)
# When the draft is stopped; one in ten may end.
MOMENTS = ("at once", "reading", "words", "at once", "reading", "words", "at once", "reading", "words", "never")
STUDY_AFTER = 10
SAMPLES = 5
# Bytes that either process may hold more at the end than after the first fifth, when all that is kept has been made.
GROWTH = 8e6


@contextmanager
def wait_for(*signals: SignalInstance) -> Iterator[None]:
    """Run the window after the block until one of the signals comes. Raises TimeoutError."""
    loop = QEventLoop()
    came: list[bool] = []

    def note(*_: object) -> None:
        came.append(True)
        loop.quit()

    for signal in signals:
        signal.connect(note)
    yield
    if not came:
        patience = QTimer(singleShot=True, interval=PATIENCE_MS)
        patience.timeout.connect(loop.quit)
        patience.start()
        loop.exec()
        patience.stop()
    for signal in signals:
        signal.disconnect(note)
    if not came:
        raise TimeoutError("the window told nothing")


def open_real_window(model: Path) -> MainWindow:
    """The window with the model loaded, with nobody's settings."""
    settings = Settings(model_path=str(model), intended_use_read=True, prepare="full")
    application = make_application()
    window = MainWindow(application, LoadedSettings(settings), settings_path(), Drafter(engine_command()))
    window.show()
    window.drafter.start()
    with wait_for(window.drafter.ready, window.drafter.model_failed):
        window.model.begin()
    return window


def run_cycle(window: MainWindow, findings: Findings, moment: str) -> bool:
    """Type, ask for a draft, stop it; whether the findings still stand there."""
    words = findings.text.split()
    for share in TYPED:
        window.findings.edit.replace_text(" ".join(words[: round(share * len(words))]))
        window.preparing._tell(is_open=share < 1.0)
    typed = window.findings.edit.text
    drafting, drafter = window.drafting, window.drafter
    if moment in ("reading", "words"):
        first = (drafter.reading, drafter.words) if moment == "reading" else (drafter.words,)
        with wait_for(*first, drafting.ended):
            window.actions_by_name["draft"].trigger()
    else:
        window.actions_by_name["draft"].trigger()
    if drafting.is_running:
        with wait_for(drafting.ended):
            if moment != "never":
                window.actions_by_name["stop"].trigger()
    return window.findings.edit.text == typed and not window.desk.present.is_streaming


def held(window: MainWindow, cycles: int) -> dict[str, Any]:
    """What both processes hold now."""
    engine = window.drafter.process_id or 0
    return {
        "after cycles": cycles,
        "engine, bytes": resident_bytes(engine),
        "window, bytes": resident_bytes(os.getpid()),
        "engine files": open_files(engine),
        "window files": open_files(),
        "engine threads": thread_count(engine),
        "window threads": thread_count(),
    }


def cycle(model: Path, count: int) -> dict[str, Any]:
    """The figures of `count` cycles, and whether nothing was lost and nothing grew."""
    others = children()
    window = open_real_window(model)
    engine = window.drafter.process_id
    told: Counter[str] = Counter()
    text_lost = 0
    window.drafter.finished.connect(lambda finished: told.update([finished.finish]))
    window.drafting.refused.connect(lambda _: told.update(["refused"]))
    window.drafter.lost.connect(lambda _: told.update(["engine lost"]))
    texts = [sample.findings for sample in samples(resources_dir() / "samples") if sample.findings.text]
    history = [held(window, 0)]
    began = time.perf_counter()
    for number in range(count):
        if not run_cycle(window, texts[number % len(texts)], MOMENTS[number % len(MOMENTS)]):
            text_lost += 1
        if (number + 1) % STUDY_AFTER == 0:
            window.desk.discard(window.desk.present)
        if (number + 1) % max(1, count // SAMPLES) == 0:
            history.append(held(window, number + 1))
    seconds = time.perf_counter() - began
    is_same_engine = window.drafter.process_id == engine and len(children() - others) == 1
    window.close()
    grown = {
        name: (history[-1][f"{name}, bytes"] or 0) - (history[1][f"{name}, bytes"] or 0)
        for name in ("engine", "window")
    }
    leftovers = len(children() - others)
    is_met = (
        is_same_engine
        and not (leftovers or text_lost or told["refused"] or told["engine lost"])
        and max(grown.values()) <= GROWTH
        and history[-1]["engine files"] <= history[1]["engine files"]
        and history[-1]["window files"] <= history[1]["window files"]
        and history[-1]["window threads"] <= history[1]["window threads"]
    )
    return {
        "cycles": count,
        "seconds": round(seconds, 1),
        "told": dict(told),
        "findings not as typed": text_lost,
        "one engine throughout": is_same_engine,
        "processes left after closing": leftovers,
        "grown after the first fifth, bytes": grown | {"allowed": GROWTH},
        "held": history,
        "met": is_met,
    }
