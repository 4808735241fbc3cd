"""Moves sentence by sentence and lights what belongs together: a conclusion's evidence, or what a finding led to."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.domain.sentences import sentence_spans
from app.review.reading import Span
from app.ui.report_edit import ReportEdit
from app.ui.reviewing import Reviewing
from app.ui.text_marks import TextMark, character_at, select
from app.ui.theme import Theme


class Evidence(QObject):
    def __init__(self, reviewing: Reviewing, findings: ReportEdit, impression: ReportEdit, parent: QObject) -> None:
        super().__init__(parent)
        self._reviewing, self._findings, self._impression = reviewing, findings, impression
        self._fill = ""
        self._lit_from: ReportEdit | None = None
        for edit in (findings, impression):
            edit.clicked.connect(lambda edit=edit: self._light_at(edit))
            edit.textChanged.connect(self.clear)

    def use_theme(self, theme: Theme) -> None:
        self._fill = theme.evidence

    def clear(self) -> None:
        self._lit_from = None
        for edit in (self._findings, self._impression):
            edit.show_marks("evidence", ())

    def light(self, findings: list[Span], impression: list[Span]) -> None:
        """Fill these characters of both texts, and bring the first of each into view."""
        self._lit_from = None
        for edit, spans in ((self._findings, findings), (self._impression, impression)):
            edit.show_marks("evidence", [TextMark(span, fill=self._fill) for span in spans])
            if spans:
                edit.bring_into_view(spans[0])

    def step(self, by: int) -> None:
        """Put the caret on the next (1) or previous (-1) sentence of the panel with the focus, else of the draft."""
        edit = self._findings if QApplication.focusWidget() is self._findings else self._impression
        spans = sentence_spans(edit.text)
        if not spans:
            return
        at = character_at(edit.textCursor())
        starts = [start for start, _ in spans]
        if by > 0:
            target = next((start for start in starts if start > at), starts[-1])
            # The first step lights the sentence in which the caret stands at its very beginning.
            target = starts[0] if at <= starts[0] and edit is not self._lit_from else target
        else:
            target = next((start for start in reversed(starts) if start < at), starts[0])
        edit.setTextCursor(select(edit.document(), (target, target)))
        self._light_at(edit)

    def _light_at(self, edit: ReportEdit) -> None:
        at = character_at(edit.textCursor())
        here = next((span for span in sentence_spans(edit.text) if span[0] <= at <= span[1]), None)
        if here is None:
            self.clear()
            return
        reviewed = self._reviewing.now()
        if edit is self._impression:
            shift = shift_of(edit.text, reviewed.texts.impression)
            evidence = [
                span
                for link in reviewed.review.links
                if _overlap((link.impression_span[0] + shift, link.impression_span[1] + shift), here)
                for span in link.findings_spans
            ]
            self.light(evidence, [here])
        else:
            shift = shift_of(self._impression.text, reviewed.texts.impression)
            led_to = [
                (link.impression_span[0] + shift, link.impression_span[1] + shift)
                for link in reviewed.review.links
                if any(_overlap(span, here) for span in link.findings_spans)
            ]
            self.light([here], led_to)
        self._lit_from = edit


def shift_of(shown: str, text: str) -> int:
    """How many characters stand before a text where it is shown under a heading; 0 if it is not there as a whole."""
    return max(shown.find(text), 0)


def _overlap(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]
