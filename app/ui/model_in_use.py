"""Which model the window drafts with: found, built if need be, loaded, and what its card says of the exam in front."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.card import Card
from app.domain.errors import ModelBuildFailed, WorkstationError
from app.domain.scope import out_of_scope
from app.engine.protocol import Ready
from app.paths import default_model_path
from app.settings import Settings
from app.ui.drafter import Drafter
from app.ui.first_start import ModelBuild
from app.ui.notice_banner import Notice


class ModelInUse(QObject):
    """Signals:
    changed: a model was loaded, or is no longer there; see `busy`.
    noticed: a Notice for the banner; None when what it said is over.
    """

    changed = Signal()
    noticed = Signal(object)

    def __init__(self, drafter: Drafter, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafter, self._settings = drafter, settings
        self._build = ModelBuild(self)
        self._build.progressed.connect(self._on_progress)
        self._build.built.connect(self._load)
        self._build.stopped.connect(self._on_stopped)
        self._build.failed.connect(self._on_failed)
        drafter.ready.connect(self._on_ready)
        drafter.model_failed.connect(self._on_failed)
        drafter.lost.connect(self._on_lost)
        self.card: Card | None = None
        self.busy = ""

    @property
    def path(self) -> Path:
        return Path(self._settings.model_path) if self._settings.model_path else default_model_path()

    def use(self, settings: Settings) -> None:
        """Follow new settings; the model is loaded again only if they concern it."""
        names = ("model_path", "prompt_style", "gpu_layers", "context", "threads")
        is_other = any(getattr(settings, name) != getattr(self._settings, name) for name in names)
        self._settings = settings
        if is_other:
            self.begin()

    def begin(self) -> None:
        """Find the model, build the default one if need be, and load it."""
        if self._settings.model_path:
            self._load(self.path)
        else:
            self._say("Looking for the model")
            self._build.begin()

    def close(self) -> None:
        self._build.stop()

    def out_of_scope(self, exam: str) -> str | None:
        return out_of_scope(self.card, exam)

    def _load(self, path: Path) -> None:
        self.noticed.emit(None)
        self._say("Loading the model")
        self._drafter.use(path, self._settings)

    def _say(self, busy: str) -> None:
        self.busy = busy
        self.changed.emit()

    def _on_progress(self, fraction: float, task: str) -> None:
        sentence = "Building the default model, once on this PC. You can begin to type."
        stop = ("Stop", self._build.stop)
        self.noticed.emit(Notice("note", sentence, f"{fraction:.0%}".replace("%", " %"), stop, fraction))
        self._say(f"Building the model: {task}")

    def _on_stopped(self) -> None:
        self.noticed.emit(Notice("warning", "There is no model yet.", "", ("Build it now", self.begin)))
        self._say("")

    def _on_ready(self, model: Ready) -> None:
        self.card = _card(model)
        self._say("")

    def _on_failed(self, error: WorkstationError) -> None:
        retry = ("Try again", self.begin) if isinstance(error, ModelBuildFailed) else None
        self.noticed.emit(Notice.of(error, retry))
        self._say("")

    def _on_lost(self) -> None:
        self._say("The engine has stopped")


def _card(model: Ready) -> Card | None:
    try:
        return Card.from_json(model.card) if model.card else None
    except (ValueError, TypeError):
        return None
