"""How soon the window can be typed into, how soon its model is ready, and what both processes hold in memory.

    python tests/bench/start.py [--model FILE] [--starts 7] [--out tests/bench/results]

Starts the real program, on a screen that is not there, again and again; the first start warms the disk and does not
count.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.engine.session import EngineSession
from app.measuring.window import WindowFigures, start_window
from app.models.gguf_header import read_header
from app.models.traffic import context_bytes_a_token
from app.paths import default_model_path

MEGABYTE = 1e6
# Milliseconds from the start, and after it; bytes.
EDITABLE, READY_AFTER = 1000, 1500
ENGINE_BESIDES, WINDOW = 120 * MEGABYTE, 180 * MEGABYTE


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def context_of(model: Path) -> int:
    """Tokens of the context that the engine chooses for the model."""
    with EngineSession() as session:
        return session.load(str(model)).context


def summary(starts: list[WindowFigures], model: Path) -> dict[str, Any]:
    """Medians of the times, the largest of the memories, and whether the goals are met."""
    header = read_header(model)
    kv = context_of(model) * context_bytes_a_token(header)
    allowed = header.size + kv + ENGINE_BESIDES
    editable = statistics.median(one.editable_ms for one in starts)
    after = statistics.median(one.ready_ms - one.editable_ms for one in starts)
    engine = max(one.engine_bytes or 0 for one in starts)
    window = max(one.window_bytes or 0 for one in starts)
    native = sorted({name for one in starts for name in one.native_modules})
    return {
        "window editable, ms": _judged(editable, EDITABLE),
        "model ready after that, ms": _judged(after, READY_AFTER),
        "engine in memory, MB": _judged(engine / MEGABYTE, allowed / MEGABYTE)
        | {"model": round(header.size / MEGABYTE, 1), "keys and values": round(kv / MEGABYTE, 1)},
        "window in memory, MB": _judged(window / MEGABYTE, WINDOW / MEGABYTE),
        "modules of the engine in the window": {"found": native, "met": not native},
    }


def _judged(value: float, goal: float) -> dict[str, Any]:
    return {"value": round(value, 1), "goal": round(goal, 1), "met": value <= goal}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=default_model_path())
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    starts: list[WindowFigures] = []
    for number in range(options.starts + 1):
        found = start_window(options.model)
        if found is None:
            sys.exit("The window could not be opened on Qt's offscreen platform, or the model could not be loaded.")
        say(f"start {number}: editable after {found.editable_ms:.0f} ms, model ready after {found.ready_ms:.0f} ms")
        starts.append(found)
    figures: dict[str, Any] = {"date": date.today().isoformat(), "cores": os.cpu_count(), "starts": options.starts}
    figures |= summary(starts[1:], options.model)
    say(json.dumps(figures, indent=2))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        file = options.out / f"start-{figures['date']}.json"
        file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        say(f"wrote {file}")


if __name__ == "__main__":
    main()
