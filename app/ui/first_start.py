"""The default model on a fresh PC: built beside the window, with progress, and stopped or begun again at will."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.errors import ModelBuildCancelled, WorkstationError
from app.models.provision import build_default
from app.ui.background import run_aside


class ModelBuild(QObject):
    """Signals:
    progressed: fraction, what is being done.
    built: the model's Path.
    stopped: somebody stopped it; nothing half-made remains.
    failed: a WorkstationError.
    """

    progressed = Signal(float, str)
    built = Signal(object)
    stopped = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = threading.Event()
        self.is_running = False

    def begin(self) -> None:
        """Build the default model, or find it there; tells at once when it is."""
        if self.is_running:
            return
        self.is_running = True
        self._cancelled.clear()
        run_aside(self, self._build, self._on_built, self._on_failed)

    def stop(self) -> None:
        self._cancelled.set()

    def _build(self) -> Path:
        return build_default(self.progressed.emit, self._cancelled.is_set)

    def _on_built(self, path: Path) -> None:
        self.is_running = False
        self.built.emit(path)

    def _on_failed(self, error: WorkstationError) -> None:
        self.is_running = False
        if isinstance(error, ModelBuildCancelled):
            self.stopped.emit()
        else:
            self.failed.emit(error)
