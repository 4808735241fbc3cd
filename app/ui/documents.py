"""The documents of one study: one for the findings, one for each version, so that undo never crosses them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument

from app.domain.study_work import StudyWork
from app.domain.versions import Version
from app.ui.theme import LINE_HEIGHT_PERCENT


def new_document(text: str = "") -> QTextDocument:
    """A document with our line height; its undo history begins here."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(2)
    cursor = QTextCursor(document)
    spacing = QTextBlockFormat()
    spacing.setLineHeight(LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.setBlockFormat(spacing)
    cursor.insertText(text)
    document.setUndoRedoEnabled(True)
    return document


@dataclass
class Copied:
    """What was last copied of a study, to tell when the text has changed since."""

    text: str
    whole: bool
    at: datetime


@dataclass
class Documents:
    """Attributes:
    written: the list of versions that `versions` belong to; a correction or addendum begins another.
    """

    findings: QTextDocument
    written: list[Version]
    versions: list[QTextDocument] = field(default_factory=list)
    copied: Copied | None = None

    @staticmethod
    def of(work: StudyWork) -> Documents:
        return Documents(new_document(work.report.findings), work.versions)

    def current(self, work: StudyWork) -> QTextDocument:
        """The document of the study's current version, which there must be."""
        self._follow(work)
        while len(self.versions) < len(work.versions):
            self.versions.append(new_document(work.versions[len(self.versions)].draft.text))
        return self.versions[work.current]

    def adopt(self, work: StudyWork, document: QTextDocument) -> None:
        """Typing began the first version: its document is the one that was typed into."""
        self._follow(work)
        self.versions = [document]

    def _follow(self, work: StudyWork) -> None:
        if self.written is not work.versions:
            self.written, self.versions = work.versions, []
