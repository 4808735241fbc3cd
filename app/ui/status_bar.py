"""The bottom line: which model computes where and how fast, and what was last copied."""

from __future__ import annotations

from PySide6.QtWidgets import QStatusBar, QWidget

from app.domain.card import DEMONSTRATION_NOTICE, Card
from app.engine.protocol import Ready
from app.ui.pieces import ElidedLabel, label


def model_line(model: Ready | None, card: Card | None, words_per_second: float) -> str:
    """The model in one line: "radiology-gpt 135M Q4_0 · CPU 2 threads · 92 words/s · offline"."""
    if model is None:
        return "No model · offline"
    name, quantization = (card.name, card.quantization) if card else (model.name, model.quantization)
    parts = [f"{name} {quantization}".strip()]
    if model.gpu_layers:
        parts.append(f"{model.device} {model.gpu_layers}/{model.layers} layers")
    else:
        parts.append(f"{model.device} {model.threads} {'thread' if model.threads == 1 else 'threads'}")
    if model.notice:
        parts.append(f"▲ {model.notice}")
    if words_per_second:
        parts.append(f"{words_per_second:.{0 if words_per_second >= 10 else 1}f} words/s")
    parts.append("offline")
    if card is None:
        parts.insert(1, "foreign model, no card")
    return " · ".join(parts)


class StatusBar(QStatusBar):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 5)
        self._model = ElidedLabel("muted")
        self._demonstration = ElidedLabel("warning")
        self._copied = ElidedLabel("muted")
        self._untold = label("", "note")
        self.addWidget(self._demonstration)
        self.addWidget(self._model, 1)
        self.addPermanentWidget(self._untold)
        self.addPermanentWidget(self._copied)

    def show_model(self, model: Ready | None, card: Card | None, words_per_second: float = 0.0) -> None:
        self._model.setText(model_line(model, card, words_per_second))
        self._demonstration.setText(DEMONSTRATION_NOTICE if card and card.demonstration else "")
        self._demonstration.setVisible(bool(card and card.demonstration))

    def show_busy(self, text: str) -> None:
        """What is being done with the model."""
        self._demonstration.hide()
        self._model.setText(f"{text} · offline")

    def show_copied(self, receipt: str) -> None:
        self._copied.setText(receipt)

    def show_untold(self, text: str) -> None:
        """Critical results that nobody was told of yet."""
        self._untold.setText(text)
        self._untold.setVisible(bool(text))

    @property
    def copied_text(self) -> str:
        return self._copied.text()
