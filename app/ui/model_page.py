"""The models on this PC with their cards, another GGUF file, and how a foreign one is to be asked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import WorkstationError
from app.domain.prompt import STYLES
from app.models.installed import InstalledModel, inspect_model, installed_models
from app.ui.background import run_aside
from app.ui.model_card import card_page
from app.ui.pieces import button, label, named


class ModelPage(QDialog):
    """Signals:
    chosen: path as text, prompt style; both "" for the default model and its own style.
    """

    chosen = Signal(str, str)

    def __init__(self, in_use: Path, style: str, parent: QWidget, *, locked: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("Model")
        self.resize(860, 540)
        self._in_use = in_use
        self._list = named(QListWidget(), "Installed models")
        self._list.setMaximumWidth(300)
        self._list.currentItemChanged.connect(self._show)
        self._card = named(QTextBrowser(openLinks=False), "The model's card")
        self._card.document().setDocumentMargin(10)
        self._style = named(QComboBox(), "Prompt style")
        self._style.addItems(list(STYLES))
        self._style.setCurrentText(style if style in STYLES else "chatml")
        self._style_row = QWidget()
        style_row = QHBoxLayout(self._style_row)
        style_row.setContentsMargins(0, 0, 0, 0)
        caption = label("How this foreign model is to be asked:", "muted")
        caption.setBuddy(self._style)
        style_row.addWidget(caption)
        style_row.addWidget(self._style)
        style_row.addStretch(1)
        self._problem = label("", "warning")
        self._problem.setWordWrap(True)
        self._other = button("Another GGUF file…", "Choose another GGUF file")
        self._other.clicked.connect(self._choose_file)
        self._use = button("Use this model", "Use this model", is_default=True)
        self._use.clicked.connect(self._choose)
        self._locked = locked
        self._other.setEnabled(not locked)
        self._arrange()
        run_aside(self, installed_models, self._fill, self._tell)

    def _arrange(self) -> None:
        close = button("Close  Esc", "Close")
        close.clicked.connect(self.reject)
        right = QVBoxLayout()
        right.addWidget(self._card, 1)
        right.addWidget(self._style_row)
        columns = QHBoxLayout()
        columns.addWidget(self._list)
        columns.addLayout(right, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._other)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._use)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 14, 14, 12)
        inside.setSpacing(10)
        inside.addLayout(columns, 1)
        inside.addWidget(self._problem)
        inside.addLayout(buttons)
        self._style_row.hide()
        self._problem.hide()
        self._use.setEnabled(False)

    def _fill(self, models: list[InstalledModel]) -> None:
        for model in models:
            self._add(model)
        if not models:
            self._card.setPlainText("No model is installed yet.")
        paths = [model.path for model in models]
        if self._in_use in paths:
            self._list.setCurrentRow(paths.index(self._in_use))
        elif self._in_use.is_file():
            self._inspect(self._in_use)

    def _add(self, model: InstalledModel) -> QListWidgetItem:
        in_use = "in use · " if model.path == self._in_use else ""
        kind = "cannot be used" if model.problem else "foreign" if model.is_foreign else model.quantization
        item = QListWidgetItem(f"{model.name}\n{in_use}{kind}")
        item.setData(Qt.ItemDataRole.UserRole, model)
        self._list.addItem(item)
        return item

    def _add_chosen(self, model: InstalledModel) -> None:
        self._list.setCurrentItem(self._add(model))

    def _show(self, item: QListWidgetItem | None) -> None:
        model: InstalledModel | None = item.data(Qt.ItemDataRole.UserRole) if item else None
        if model is None:
            return
        self._card.setHtml(card_page(model))
        self._style_row.setVisible(model.is_foreign and not model.problem)
        self._use.setEnabled(not model.problem and not self._locked)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Choose a model", str(Path.home()), "GGUF models (*.gguf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._inspect(Path(name)))
        dialog.open()

    def _inspect(self, path: Path) -> None:
        run_aside(self, lambda: inspect_model(path), self._add_chosen, self._tell)

    def _tell(self, error: WorkstationError) -> None:
        self._problem.setText(str(error))
        self._problem.show()

    def _choose(self) -> None:
        model: InstalledModel = self._list.currentItem().data(Qt.ItemDataRole.UserRole)
        self.chosen.emit(str(model.path), self._style.currentText() if model.is_foreign else "")
        self.accept()
