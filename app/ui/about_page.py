"""What the program is for and what not; shown at the first start and on demand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from app.paths import resources_dir
from app.ui.pieces import named


def intended_use() -> str:
    """The intended use as Markdown."""
    return (resources_dir() / "intended_use.md").read_text(encoding="utf-8")


class AboutPage(QDialog):
    def __init__(self, parent: QWidget, *, first_start: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("Before you begin" if first_start else "About")
        self.resize(660, 600)
        text = named(QTextBrowser(openLinks=False), "Intended use")
        text.document().setDocumentMargin(14)
        text.setMarkdown(intended_use())
        close = QPushButton("Begin" if first_start else "Close  Esc", default=True)
        close.setAccessibleName("Begin" if first_start else "Close")
        close.clicked.connect(self.accept)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 14, 14, 12)
        inside.addWidget(text)
        inside.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus()
