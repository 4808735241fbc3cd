"""The second reader in the window: shows what the rules find, in the texts and in its panel; it mends nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.domain.study_work import FlagKey
from app.review.authors import model_sentences
from app.review.flags import Severity
from app.review.reading import Span
from app.ui.desk import Desk
from app.ui.evidence import Evidence, shift_of
from app.ui.flag_panel import FlagPanel, Shown
from app.ui.flags_at_hand import Card, cards, flag_key, untold_results
from app.ui.notice_banner import SHAPES
from app.ui.report_edit import ReportEdit
from app.ui.reviewing import Reviewing
from app.ui.text_marks import LineStyle, TextMark
from app.ui.theme import Theme

_LINES: dict[Severity, LineStyle] = {
    Severity.CRITICAL: "solid",
    Severity.WARNING: "dashes",
    Severity.NOTE: "dots",
}


class SecondReader(QObject):
    """Signals:
    remarked: why something was not done.
    """

    remarked = Signal(str)

    def __init__(
        self, desk: Desk, findings: ReportEdit, impression: ReportEdit, actions: dict[str, QAction], window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk, self._findings, self._impression = desk, findings, impression
        self._actions = actions
        self.reviewing = Reviewing(desk, self)
        self.panel = FlagPanel(actions)
        self.evidence = Evidence(self.reviewing, findings, impression, self)
        self._theme: Theme | None = None
        self.cards: list[Card] = []
        self._in_hand: FlagKey | None = None
        self.reviewing.reviewed.connect(self.show_flags)
        self.panel.chosen.connect(self._choose)

    def use_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.evidence.use_theme(theme)
        self.show_flags()

    # --- showing --------------------------------------------------------------------------------------------------

    def show_flags(self) -> None:
        """Show the last review of the present study."""
        reviewed, work = self.reviewing.last, self._desk.present
        self.cards = cards(reviewed, work)
        at = self._place_in_hand()
        offers = tuple(tuple(self.offers(card)) for card in self.cards)
        told = work.communications.values() if not work.is_signed else ()
        self.panel.show_flags(
            Shown(
                tuple(self.cards),
                offers,
                at,
                has_findings=bool(reviewed.texts.findings.strip()),
                has_impression=bool(reviewed.texts.impression.strip()),
                is_whole=reviewed.texts.is_whole,
                untold=tuple(flag.finding for flag in untold_results(reviewed, work)),
                told=tuple((one.finding, one.line()) for one in told),
            )
        )
        self._mark()

    def _place_in_hand(self) -> int:
        """The card in hand stays in hand while it stands; otherwise the first loud one is."""
        texts = self.reviewing.last.texts
        for at, card in enumerate(self.cards):
            if not card.kept and flag_key(card.lead, texts) == self._in_hand:
                return at
        self._in_hand = None
        first = self.cards[0] if self.cards else None
        return 0 if first and not first.kept and first.severity is not Severity.NOTE else -1

    def offers(self, card: Card) -> list[str]:
        """The commands that can help with a card now."""
        work, lead = self._desk.present, card.lead
        if card.kept:
            return []
        offers = []
        if card.mend("impression") and not self._impression.isReadOnly():
            offers.append("mend_impression")
        if card.mend("findings") and not self._findings.isReadOnly():
            offers.append("mend_findings")
        if lead.impression_span and not self._impression.isReadOnly() and self._is_by_model(lead.impression_span):
            offers.append("delete_sentence")
        if lead.kind == "omitted_finding" and not self._impression.isReadOnly():
            offers.append("insert_finding")
        if not work.is_streaming:
            offers.append("keep")
        return offers

    def _is_by_model(self, span: Span) -> bool:
        texts = self.reviewing.last.texts
        sentences = model_sentences(texts.impression, texts.model_text)
        return any(start <= span[0] < end for start, end in sentences)

    def _mark(self) -> None:
        """Only exceptions are marked: supported text carries nothing."""
        texts, theme = self.reviewing.last.texts, self._theme
        if theme is None:
            return
        shown = self._impression.text
        shift = shift_of(shown, texts.impression) if texts.impression else 0
        stands = texts.impression in shown
        in_draft: list[TextMark] = []
        in_findings: list[TextMark] = []
        colors = {Severity.CRITICAL: theme.critical, Severity.WARNING: theme.warning, Severity.NOTE: theme.note}
        for link in self.reviewing.last.review.links:
            if link.support == "derived":
                in_draft.append(TextMark(_moved(link.impression_span, shift), "dots", theme.muted))
        for card in reversed(self.cards):
            if card.kept or (card.severity is Severity.NOTE and flag_key(card.lead, texts) != self._in_hand):
                continue
            line, color, shape = _LINES[card.severity], colors[card.severity], SHAPES[card.severity.value]
            if card.lead.impression_span:
                in_draft.append(TextMark(_moved(card.lead.impression_span, shift), line, color, shape=shape))
            if card.lead.findings_span:
                in_findings.append(TextMark(card.lead.findings_span, line, color, shape=shape))
        self._impression.show_marks("flags", in_draft if stands else ())
        self._findings.show_marks("flags", in_findings if self._findings.text == texts.findings else ())

    # --- asked of it ----------------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Take the next or previous open flag in hand, and light both of its ends."""
        self.reviewing.now()
        open_cards = [at for at, card in enumerate(self.cards) if not card.kept]
        if not open_cards:
            self.remarked.emit("No flags")
            return
        if self._in_hand is None:
            place = 0 if by > 0 else len(open_cards) - 1
        else:
            place = (open_cards.index(self._place_in_hand()) + by) % len(open_cards)
        self._choose(open_cards[place])

    @property
    def in_hand(self) -> Card | None:
        """The card that commands act on."""
        at = self._place_in_hand()
        return self.cards[at] if at >= 0 else None

    @property
    def held_key(self) -> FlagKey | None:
        """What the card in hand is known by."""
        card = self.in_hand
        return flag_key(card.lead, self.reviewing.last.texts) if card else None

    def let_go(self) -> None:
        """Nothing is in hand any more; what belonged to it is not lit."""
        self._in_hand = None
        self.evidence.clear()
        self.show_flags()

    def criticals(self) -> list[str]:
        """Sentences of the critical flags that stand open now."""
        self.reviewing.now()
        self.show_flags()
        return [card.lead.message for card in self.cards if not card.kept and card.severity is Severity.CRITICAL]

    def told_of_nothing(self) -> list[str]:
        """Findings that somebody was told of and that the impression no longer holds as critical results."""
        held = {flag.finding for flag in self.reviewing.now().flags if flag.kind == "critical_result"}
        return [finding for finding in self._desk.present.communications if finding not in held]

    def untold(self) -> list[str]:
        """Critical results of the present impression that nobody is documented to have been told of."""
        return [flag.finding for flag in untold_results(self.reviewing.now(), self._desk.present)]

    def _choose(self, at: int) -> None:
        lead = self.cards[at].lead
        texts = self.reviewing.last.texts
        self._in_hand = flag_key(lead, texts)
        self.show_flags()
        self.panel.show_card_in_hand()
        shift = shift_of(self._impression.text, texts.impression)
        self.evidence.light(
            [lead.findings_span] if lead.findings_span else [],
            [_moved(lead.impression_span, shift)] if lead.impression_span else [],
        )


def _moved(span: Span, by: int) -> Span:
    return (span[0] + by, span[1] + by)
