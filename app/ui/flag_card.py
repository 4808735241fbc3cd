"""One card of the second reader: what is wrong, and the ways to put it right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from app.ui.flags_at_hand import Card
from app.ui.flow_row import FlowRow
from app.ui.notice_banner import SHAPES
from app.ui.pieces import command_button, label, named

_LONGEST_WORD = 24


class FlagCard(QFrame):
    """Signals:
    chosen: the card was clicked.
    """

    chosen = Signal()

    def __init__(
        self,
        card: Card,
        offers: Sequence[str],
        actions: dict[str, QAction],
        *,
        in_hand: bool,
    ) -> None:
        """`offers` names the commands that help; they are shown while the card is in hand."""
        super().__init__()
        self.card = card
        severity = "kept" if card.kept else card.severity.value
        self.setProperty("kind", "flag")
        self.setProperty("severity", severity)
        self.setProperty("inhand", "true" if in_hand else "false")
        self.setAccessibleName(f"{severity}: {card.lead.message}")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 6, 5)
        column.setSpacing(3)
        column.addLayout(_line(SHAPES[card.severity.value], card.lead.message, "muted" if card.kept else severity))
        for flag in card.flags[1:]:
            column.addLayout(_line(SHAPES[flag.severity.value], flag.message, "muted"))
        if card.kept:
            column.addWidget(_indented(f"Kept: {card.kept}"))
        elif in_hand and offers:
            row = FlowRow()
            for name in offers:
                row.add(_offer(card, name, actions[name]))
            row.setContentsMargins(18, 2, 0, 0)
            column.addWidget(row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self.card.kept:
            self.chosen.emit()


def _line(shape: str, text: str, kind: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    mark = label(shape, kind)
    mark.setAlignment(Qt.AlignmentFlag.AlignTop)
    mark.setFixedWidth(12)
    said = label(text, "muted" if kind == "muted" else "")
    said.setWordWrap(True)
    said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    row.addWidget(mark)
    row.addWidget(said, 1)
    return row


def _indented(text: str) -> QLabel:
    made = label(text, "muted")
    made.setIndent(18)
    return made


def _offer(card: Card, name: str, action: QAction) -> QPushButton:
    mends = {"mend_impression": ("impression", "Impression"), "mend_findings": ("findings", "Findings")}
    if name in mends:
        text, end = mends[name]
        mend = card.mend(text)
        words = " ".join(mend.replacement.split()) if mend else ""
        shown = words if len(words) <= _LONGEST_WORD else f"{words[:_LONGEST_WORD]}…"
        title = f"{end} → {shown}" if shown else f"{end}: delete"
    else:
        title = {"delete_sentence": "Delete sentence", "insert_finding": "Insert", "keep": "Keep as is"}[name]
        title += "…" if name == "keep" and card.severity.value == "critical" else ""
    return named(command_button(action, title), f"{title}: {card.lead.message}")
