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


class CommandButton(QPushButton):
    """A button for a command: it runs the command, follows whether that is possible, and shows its key."""

    def __init__(self, action: QAction, text: str, *, shows_key: bool = True) -> None:
        super().__init__()
        self._action, self._text, self._shows_key = action, text, shows_key
        self.setAccessibleName(action.text())
        self.clicked.connect(action.trigger)
        # A method of ours: the connection ends with the button, which may go long before its command.
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        key = key_text(self._action)
        self.setText(f"{self._text}  {short_key_text(self._action)}" if key and self._shows_key else self._text)
        self.setToolTip(f"{self._action.text()} ({key})" if key else self._action.text())
        self.setEnabled(self._action.isEnabled())


def command_button(action: QAction, text: str, *, kind: str = "", shows_key: bool = True) -> CommandButton:
    """A command's button in one of the theme's kinds."""
    made = CommandButton(action, text, shows_key=shows_key)
    made.setProperty("kind", kind)
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
