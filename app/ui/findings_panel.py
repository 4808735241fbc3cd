"""Where the findings are typed, dictated or pasted."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.copy_out import CopyOut
from app.ui.desk import Desk
from app.ui.pieces import count_words, label, panel
from app.ui.report_edit import ReportEdit
from app.ui.text_marks import GUTTER, TextMark
from app.ui.theme import Theme

_EMPTY = "Type, dictate or paste the findings, or a whole report"


class FindingsPanel(QWidget):
    def __init__(self, desk: Desk, copy_out: CopyOut, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._warning = ""
        self.edit = ReportEdit(copy_out.selection)
        self.edit.setAccessibleName("Findings")
        self.edit.setPlaceholderText(_EMPTY)
        self._words = label("", "muted")
        self._changes = label("", "warning")
        heading = QHBoxLayout()
        heading.setContentsMargins(GUTTER + 2, 0, 8, 0)
        heading.addWidget(label("FINDINGS", "title"))
        heading.addSpacing(12)
        heading.addWidget(self._changes)
        heading.addStretch(1)
        heading.addWidget(self._words)
        frame, inside = panel()
        inside.setContentsMargins(0, 10, 6, 8)
        inside.addLayout(heading)
        inside.addWidget(self.edit, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        self.frame: QFrame = frame
        self.edit.textChanged.connect(self._on_text)
        self.edit.report_pasted.connect(desk.begin_from_report)
        self.edit.undone_at_start.connect(desk.take_back)

    def use_theme(self, theme: Theme) -> None:
        self._warning = theme.warning
        self.show_work()

    def open_study(self) -> None:
        """Show the present study's findings."""
        self.edit.show_document(self._desk.findings_document())

    def show_work(self) -> None:
        """Word count, lock and the sentences that a stale draft does not know."""
        work = self._desk.present
        self.edit.setReadOnly(work.findings_locked)
        self._words.setText(count_words(work.report.findings))
        changed = work.changed_sentences()
        self.edit.show_marks("stale", [TextMark(span, "dashes", self._warning) for span in changed])
        many = "sentence" if len(changed) == 1 else "sentences"
        self._changes.setText(f"▲ {len(changed)} changed {many}" if changed else "")

    def _on_text(self) -> None:
        text = self.edit.text
        if not self._desk.present.findings_locked and text != self._desk.present.report.findings:
            self._desk.set_text("findings", text)
