"""The default model on a fresh PC: built on first need by the converter in a child process.

It does not know how a model is built, only how the child reports: lines "progress 0.42 merging blk.12" on stderr.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from app.domain.card import Card
from app.domain.errors import ModelBuildCancelled, ModelBuildFailed, ModelError, PhrasesUnusable
from app.models.digest import file_sha256
from app.models.installed import inspect_model
from app.models.shipped_phrases import lies_beside, with_phrases
from app.paths import convert_command, default_model_path, is_frozen, resources_dir

ADAPTER_WEIGHTS, ADAPTER_CARD = "adapter_model.safetensors", "card.json"
POLL_SECONDS = 0.1
STOP_SECONDS = 5.0


def default_model_command() -> list[str]:
    """The command that builds the default model."""
    return [*convert_command(), "default", "--output", str(default_model_path())]


def default_model_is_current() -> bool:
    """Whether the default model is there, sound, and made from what is shipped: adapter, its card, phrase table."""
    try:
        card = inspect_model(default_model_path()).card
    except ModelError:
        return False
    adapter = resources_dir() / "adapter"
    if card is None or is_frozen() or not (adapter / ADAPTER_CARD).is_file():
        return card is not None
    try:
        shipped = Card.from_json((adapter / ADAPTER_CARD).read_text(encoding="utf-8"))
        digest = file_sha256(adapter / ADAPTER_WEIGHTS)
        expected = with_phrases(replace(shipped, adapter_sha256=digest, quantization=card.quantization), adapter)
    except (OSError, ValueError, TypeError, PhrasesUnusable):
        # A damaged adapter: building again lets the converter say what is wrong with it.
        return False
    return card == expected and lies_beside(default_model_path(), card)


def build_default(on_progress: Callable[[float, str], None], cancelled: Callable[[], bool]) -> Path:
    """The default model's path; builds the model when it is missing or outdated. Blocks, some seconds to a minute.

    Args:
        on_progress: told the fraction done (0 to 1) and what is being done; called in this thread.
        cancelled: asked about ten times a second; true ends the build, and nothing of it remains.

    Raises:
        ModelBuildCancelled: it was stopped.
        ModelBuildFailed: the converter failed, with its reason.
    """
    if default_model_is_current():
        return default_model_path()
    if is_frozen():
        raise ModelBuildFailed("this installation is damaged: its model file cannot be used")
    _run(default_model_command(), on_progress, cancelled)
    if not default_model_is_current():
        raise ModelBuildFailed("the converter wrote a model that cannot be used")
    return default_model_path()


def _run(command: Sequence[str], on_progress: Callable[[float, str], None], cancelled: Callable[[], bool]) -> None:
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ModelBuildFailed(error.strerror or type(error).__name__) from None
    # The pipe is read in a thread of its own, so that a converter that says nothing for long can still be stopped.
    lines: SimpleQueue[str | None] = SimpleQueue()
    reader = threading.Thread(target=_drain, args=(child.stderr, lines), name="model-build", daemon=True)
    reader.start()
    try:
        reason = _follow(lines, on_progress, cancelled)
    except BaseException:
        _stop(child)
        raise
    finally:
        reader.join()
    if child.wait():
        raise ModelBuildFailed(reason or f"the converter ended with code {child.returncode}")


def _drain(stderr: IO[str], lines: SimpleQueue[str | None]) -> None:
    with stderr:
        for line in stderr:
            lines.put(line.strip())
    lines.put(None)


def _follow(
    lines: SimpleQueue[str | None], on_progress: Callable[[float, str], None], cancelled: Callable[[], bool]
) -> str:
    """Pass progress on until the child closes its stderr; returns the last line that was no progress."""
    reason = ""
    while True:
        if cancelled():
            raise ModelBuildCancelled
        try:
            line = lines.get(timeout=POLL_SECONDS)
        except Empty:
            continue
        if line is None:
            return reason
        word, _, rest = line.partition(" ")
        if word != "progress":
            reason = line or reason
            continue
        fraction, _, task = rest.partition(" ")
        on_progress(float(fraction), task)


def _stop(child: subprocess.Popen[str]) -> None:
    """Ask the child to end, then end it; it removes what it has half made, or the next build does."""
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
