"""How long this program's window takes to come up, and what it holds then: a real one, started where nobody sees it.

It does not import Qt: the window is another process.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from app.paths import program_command

_LONGEST_SECONDS = 300.0


@dataclass(frozen=True)
class WindowFigures:
    """Of one start.

    Attributes:
        editable_ms: from the start of its process until it took a key.
        ready_ms: likewise until its model was loaded.
        window_bytes: held in memory by its process then; None where the system does not tell. `engine_bytes` likewise.
        native_modules: of those that only the engine needs, what its process had imported: none.
    """

    editable_ms: float
    ready_ms: float
    window_bytes: int | None
    engine_bytes: int | None
    native_modules: tuple[str, ...]


def start_window(model: Path) -> WindowFigures | None:
    """Open the window with this model on a screen that is not there, and close it; None where Qt cannot do that."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [*program_command(), "window-figures", "--model", str(model.absolute())]
    began = perf_counter()
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as window:
        overdue = threading.Timer(_LONGEST_SECONDS, window.kill)
        overdue.start()
        told: dict[str, tuple[float, dict[str, Any]]] = {}
        for line in window.stdout or ():
            what = json.loads(line)
            told[what["told"]] = ((perf_counter() - began) * 1000, what)
        overdue.cancel()
    if window.returncode or not {"editable", "ready", "memory"} <= told.keys():
        return None
    _, memory = told["memory"]
    return WindowFigures(
        editable_ms=told["editable"][0],
        ready_ms=told["ready"][0],
        window_bytes=memory["window"],
        engine_bytes=memory["engine"],
        native_modules=tuple(memory["native_modules"]),
    )
