"""The engine child's first and last steps; what stands between the door (--engine) and the loop.

It does not know what the messages mean.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from app.engine import isolation
from app.engine.worker import serve


def run(arguments: Sequence[str]) -> None:
    """Be the engine child until the app is gone; `--scripted SCRIPT.json` recites instead of computing."""
    requests, answers = isolation.take_pipes()
    isolation.settle_down()
    isolation.set_environment()
    if list(arguments[:1]) == ["--scripted"]:
        from app.engine.scripted import ScriptedEngine

        serve(ScriptedEngine(Path(arguments[1]), answers), requests, answers, on_end=_exit)
    else:
        from app.engine.loading import LlamaEngine

        engine = LlamaEngine()

        def end() -> None:
            engine.farewell()
            _exit()

        serve(engine, requests, answers, on_end=end)


def _exit() -> None:
    """Exit without the interpreter's farewell: it would wait for a decode that nobody wants any more, and the process's
    end is the one sure way to give back the memory of a graphics card.
    """
    os._exit(0)
