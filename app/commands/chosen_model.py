"""The model that a command works with: as asked for, as set, or the default one, built if need be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from app.engine.protocol import Ready
from app.engine.session import EngineSession
from app.models.provision import build_default
from app.settings import Settings


def choose_model(asked: Path | None, settings: Settings) -> Path:
    """The model file's path.

    Raises:
        ModelBuildFailed: the default model is not there and cannot be built.
    """
    if asked or settings.model_path:
        return asked or Path(settings.model_path)
    with progress_on_stderr("Building the default model") as tell:
        return build_default(tell, lambda: False)


def load_chosen(session: EngineSession, path: Path, prompt_style: str, settings: Settings) -> Ready:
    """Load it into the engine as the settings say; a fallback is told on stderr.

    Raises:
        ModelError, EngineError: the model cannot be used, or the engine failed.
    """
    ready = session.load(
        str(path),
        prompt_style=prompt_style or settings.prompt_style,
        gpu_layers=settings.gpu_layers,
        context=settings.context,
        threads=settings.threads,
        guess_ahead=settings.guess_ahead,
    )
    if ready.notice:
        sys.stderr.write(f"{ready.notice}\n")
    return ready


@contextmanager
def progress_on_stderr(title: str) -> Iterator[Callable[[float, str], None]]:
    """A progress bar on stderr, where somebody looks at it; it appears with the first progress told."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(title, total=1.0, visible=False)

        def tell(fraction: float, step: str) -> None:
            progress.update(task, completed=fraction, description=f"{title}: {step}", visible=True)

        yield tell
