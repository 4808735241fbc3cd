"""Small pieces that several panels are made of: labels, buttons, frames by their kind in the theme."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.keys import key_text, short_key_text

_W = TypeVar("_W", bound=QWidget)


class ElidedLabel(QLabel):
    """A label that never makes the window wider: what does not fit ends in … and stands whole in the tooltip."""

    def __init__(self, kind: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        if shown == self.text():
            super().paintEvent(event)
            return
        self.setToolTip(self.text())
        painter = QPainter(self)
        self.style().drawItemText(
            painter, self.rect(), int(self.alignment()), self.palette(), True, shown, self.foregroundRole()
        )


def label(text: str = "", kind: str = "") -> QLabel:
    """A label; `kind` is one of the theme's."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    return made


def named(widget: _W, name: str) -> _W:
    """The widget, with its name for those who cannot see it."""
    widget.setAccessibleName(name)
    return widget


def button(text: str, accessible_name: str = "", *, is_default: bool = False) -> QPushButton:
    """A button of a dialog; only the default one answers Enter."""
    made = named(QPushButton(text), accessible_name or text)
    made.setAutoDefault(is_default)
    made.setDefault(is_default)
    return made


def flat_button(text: str, accessible_name: str) -> QPushButton:
    made = QPushButton(text)
    made.setProperty("kind", "flat")
    made.setAccessibleName(accessible_name)
    return made


def command_button(action: QAction, text: str, *, kind: str = "", shows_key: bool = True) -> QPushButton:
    """A button for a command: it runs the command, follows whether that is possible, and shows its key."""
    made = QPushButton()
    made.setProperty("kind", kind)
    made.setAccessibleName(action.text())
    made.clicked.connect(action.trigger)

    def follow() -> None:
        key = key_text(action)
        made.setText(f"{text}  {short_key_text(action)}" if key and shows_key else text)
        made.setToolTip(f"{action.text()} ({key})" if key else action.text())
        made.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    follow()
    return made


def panel(parent: QWidget | None = None) -> tuple[QFrame, QVBoxLayout]:
    """A framed panel and the layout inside it."""
    frame = QFrame(parent)
    frame.setProperty("kind", "panel")
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(14, 10, 6, 8)
    inside.setSpacing(6)
    return frame, inside


def restyle(widget: QWidget, **properties: str) -> None:
    """Set dynamic properties and let the style sheet see them; does nothing when they stand already."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    for child in widget.findChildren(QWidget):
        child.style().unpolish(child)
        child.style().polish(child)


def count_words(text: str) -> str:
    words = len(text.split())
    return f"{words:,} {'word' if words == 1 else 'words'}"
