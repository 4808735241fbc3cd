"""Where the second reader speaks: what it flags and how to mend it, what is not covered, whom to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.review.flags import Severity
from app.ui.flag_card import FlagCard
from app.ui.flags_at_hand import Card
from app.ui.notice_banner import SHAPES
from app.ui.pieces import command_button, flat_button, label, panel, restyle

NOTHING_FOUND = "The rules found nothing. They do not see the images."
NOTHING_YET = "What the rules find in findings and impression stands here."
BLIND = "The rules do not see the images."


@dataclass(frozen=True)
class Shown:
    """What the panel shows.

    Attributes:
        cards: open ones first, the loudest leading, then kept ones.
        offers: for each card, the commands that help.
        in_hand: index of the card that commands act on, -1 for none.
        has_impression: whether there is anything that could cover the findings.
        untold: critical results that nobody is documented to have been told of.
        told: those that somebody was told of, each with its line in the report.
        is_whole: whether the text is complete: of an unfinished one nothing can be said to be missing or not.
    """

    cards: tuple[Card, ...] = ()
    offers: tuple[tuple[str, ...], ...] = ()
    in_hand: int = -1
    has_findings: bool = False
    has_impression: bool = False
    untold: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    is_whole: bool = True


class _Cards(QWidget):
    """The cards' column: as high as its lines need at the width they have, not at the narrowest they could have."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class FlagPanel(QWidget):
    """Signals:
    chosen: index of a card that was clicked.
    removed: the finding whose communication is to be taken back.
    """

    chosen = Signal(int)
    removed = Signal(str)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Second reader")
        self._actions = actions
        self._shown = Shown()
        self._unfolded: set[str] = set()
        self._counts = {severity: label() for severity in Severity}
        heading = QHBoxLayout()
        heading.setContentsMargins(0, 0, 8, 0)
        heading.setSpacing(14)
        for one in self._counts.values():
            heading.addWidget(one)
        heading.addStretch(1)
        heading.addWidget(command_button(actions["next_flag"], "Next", kind="flat"))
        self._inside = _Cards()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(4)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inside)
        frame, inside = panel()
        inside.addLayout(heading)
        inside.addWidget(self._scroll, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        self._build()

    def show_flags(self, shown: Shown) -> None:
        """Show these flags; nothing moves when they stand there already."""
        if shown == self._shown:
            return
        at = self._scroll.verticalScrollBar().value()
        self._shown = shown
        self._build()
        self._scroll.verticalScrollBar().setValue(at)

    def show_card_in_hand(self) -> None:
        """Scroll to the card that commands act on."""
        for card in self._inside.findChildren(FlagCard):
            if card.property("inhand") == "true":
                self._list.activate()
                self._scroll.ensureWidgetVisible(card, 0, 8)

    @property
    def messages(self) -> list[str]:
        """The sentences of the cards that can be seen, from top to bottom."""
        return [card.card.lead.message for card in self._inside.findChildren(FlagCard)]

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        _clear(self._list)
        self._fill()
        self._list.addStretch(1)

    def _fill(self) -> None:
        shown = self._shown
        self._count()
        placed = list(enumerate(shown.cards))
        loud = [(at, card) for at, card in placed if card.severity is not Severity.NOTE and not card.kept]
        notes = [
            (at, c) for at, c in placed if c.severity is Severity.NOTE and not c.kept and not c.is_uncovered_notable
        ]
        uncovered = [(at, card) for at, card in placed if card.is_uncovered_notable and not card.kept]
        self._add_cards(loud)
        for name in shown.untold:
            self._add_result(name)
        self._add_folded("notes", f"{SHAPES['note']} {len(notes)} {'note' if len(notes) == 1 else 'notes'}", notes)
        self._add_folded("uncovered", f"Not covered: {len(uncovered)} notable", uncovered)
        self._add_cards([(at, card) for at, card in placed if card.kept])
        for finding, line in shown.told:
            self._add_told(finding, line)
        if not shown.is_whole:
            return
        if shown.has_impression and not uncovered and not any(c.lead.kind == "omitted_finding" for c in shown.cards):
            self._add_line("Not covered: nothing above routine")
        self._add_line(self._closing())

    def _closing(self) -> str:
        shown = self._shown
        if shown.cards or shown.untold or shown.told:
            return BLIND
        return NOTHING_FOUND if shown.has_findings or shown.has_impression else NOTHING_YET

    def _count(self) -> None:
        open_cards = [card for card in self._shown.cards if not card.kept]
        for severity, one in self._counts.items():
            count = sum(1 for card in open_cards if card.severity is severity)
            word = {"critical": " critical", "warning": " warnings" if count != 1 else " warning"}.get(
                severity.value, " notes" if count != 1 else " note"
            )
            one.setText(f"{SHAPES[severity.value]} {count}{word}")
            restyle(one, kind=severity.value if count else "muted")

    def _add_cards(self, placed: Sequence[tuple[int, Card]]) -> None:
        for at, card in placed:
            in_hand = at == self._shown.in_hand
            made = FlagCard(card, self._shown.offers[at], self._actions, in_hand=in_hand)
            made.chosen.connect(lambda at=at: self.chosen.emit(at))
            self._list.addWidget(made)

    def _add_folded(self, name: str, title: str, placed: Sequence[tuple[int, Card]]) -> None:
        """Cards behind a button; open while one of them is in hand."""
        if not placed:
            return
        is_open = name in self._unfolded or any(at == self._shown.in_hand for at, _ in placed)
        fold = flat_button(f"{title}  {'▾' if is_open else '▸'}", title)
        fold.setProperty("kind", "fold")
        fold.clicked.connect(lambda: self._turn(name, is_open=not is_open))
        self._list.addWidget(fold)
        if is_open:
            self._add_cards(placed)

    def _turn(self, name: str, *, is_open: bool) -> None:
        if is_open:
            self._unfolded.add(name)
        else:
            self._unfolded.discard(name)
        self._build()

    def _add_result(self, name: str) -> None:
        said = label(f"○ Critical result: {name} · nobody told yet", "note")
        self._add_row(said, command_button(self._actions["document_result"], "Document…"))

    def _add_told(self, finding: str, line: str) -> None:
        remove = flat_button("Remove", f"Remove the communication of {finding}")
        remove.clicked.connect(lambda: self.removed.emit(finding))
        self._add_row(label(line, "muted"), remove)

    def _add_row(self, said: QLabel, button: QPushButton) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 0, 2)
        said.setWordWrap(True)
        row.addWidget(said, 1)
        row.addWidget(button)
        holder = QWidget()
        holder.setLayout(row)
        self._list.addWidget(holder)

    def _add_line(self, text: str) -> None:
        made = label(text, "muted")
        made.setWordWrap(True)
        made.setContentsMargins(8, 2, 0, 0)
        self._list.addWidget(made)


def _clear(layout: QVBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item else None
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
