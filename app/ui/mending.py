"""What the radiologist does about a flag: keeps, mends, deletes, inserts, sorts; one undo step each."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.review.authors import model_sentences
from app.review.flags import Severity
from app.review.order import sorted_by_importance, with_finding, without_sentence
from app.ui.desk import Desk
from app.ui.flags_at_hand import REASONS, Card, keep
from app.ui.reasons import Reasons
from app.ui.report_edit import ReportEdit
from app.ui.second_reader import SecondReader

NOTHING_IN_HAND = "No flag in hand · F8 takes the next"


class Mending(QObject):
    """Signals:
    remarked: why something was not done.
    """

    remarked = Signal(str)

    def __init__(
        self, desk: Desk, reader: SecondReader, findings: ReportEdit, impression: ReportEdit, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk, self._reader, self._window = desk, reader, window
        self._findings, self._impression = findings, impression

    def keep(self) -> None:
        """Keep what the flag in hand speaks of; a critical one wants a reason."""
        card = self._reader.in_hand
        if card is None or "keep" not in self._reader.offers(card):
            self.remarked.emit(NOTHING_IN_HAND)
            return
        if card.severity is not Severity.CRITICAL:
            self._keep(card, "as it is")
            return
        Reasons(card.lead.message, REASONS, lambda reason: self._keep(card, reason), self._window).open()

    def mend(self, text: str) -> None:
        """Put the flag in hand right in the "impression" or in the "findings"."""
        card = self._held()
        texts = self._reader.reviewing.last.texts
        mend = card.mend(text) if card else None
        edit, reads = (self._impression, texts.impression) if text == "impression" else (self._findings, texts.findings)
        if mend is None or edit.isReadOnly() or edit.text != reads:
            self.remarked.emit("Nothing to mend there")
            return
        edit.replace_span(mend.span, mend.replacement)
        self._settle()

    def delete_sentence(self) -> None:
        """Delete the sentence of the flag in hand, if the model wrote it."""
        card = self._held()
        span = card.lead.impression_span if card else None
        if card is None or span is None or "delete_sentence" not in self._reader.offers(card):
            self.remarked.emit("Only a flagged sentence of the model can be deleted")
            return
        texts = self._reader.reviewing.last.texts
        by_model = model_sentences(texts.impression, texts.model_text)
        self._replace_impression(without_sentence(self._impression.text, span, by_model))

    def insert_finding(self) -> None:
        """Put the findings' own sentence into the impression: of the flag in hand, else of the first one missed."""
        texts = self._reader.reviewing.now().texts
        missed = [card for card in self._reader.cards if card.lead.kind == "omitted_finding" and not card.kept]
        card = self._reader.in_hand if self._reader.in_hand in missed else next(iter(missed), None)
        if card is None or card.lead.findings_span is None or self._impression.isReadOnly():
            self.remarked.emit("No finding is missing")
            return
        self._replace_impression(with_finding(self._impression.text, texts.findings, card.lead.findings_span))

    def sort(self) -> None:
        """Put the weightiest sentences first; never by itself."""
        if not self._impression.isReadOnly():
            self._replace_impression(sorted_by_importance(self._impression.text))

    def _held(self) -> Card | None:
        """The card in hand, if it is still the same one when the texts as they stand have been reviewed."""
        before = self._reader.held_key
        self._reader.reviewing.now()
        return self._reader.in_hand if self._reader.held_key == before else None

    def _keep(self, card: Card, reason: str) -> None:
        keep(card, self._reader.reviewing.last, self._desk.present, reason)
        self._reader.let_go()

    def _replace_impression(self, text: str) -> None:
        if text != self._impression.text:
            self._impression.replace_text(text)
            self._settle()

    def _settle(self) -> None:
        self._desk.tell_changed()
        self._reader.reviewing.now()
        self._reader.let_go()
