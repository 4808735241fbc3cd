"""The flags of the present study as cards: which stand open, which are kept, which one is in hand."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.sentences import sentence_spans
from app.domain.study_work import FlagKey, StudyWork
from app.review.authors import Texts
from app.review.flags import Flag, Mend, Severity
from app.ui.reviewing import Reviewed

REASONS = ("seen on images", "in prior", "known", "other")
_NOT_CARDS = frozenset({"critical_result"})


@dataclass(frozen=True)
class Card:
    """One sentence's flags, the loudest first, or one finding that is not mentioned.

    Attributes:
        kept: why the radiologist keeps it as it is; "" while it stands open.
    """

    flags: tuple[Flag, ...]
    kept: str = ""

    @property
    def lead(self) -> Flag:
        return self.flags[0]

    @property
    def severity(self) -> Severity:
        return self.lead.severity

    @property
    def is_uncovered_notable(self) -> bool:
        """A notable finding that is not mentioned: listed by itself, folded."""
        return self.lead.kind == "omitted_finding" and self.severity is Severity.NOTE

    def mend(self, text: str) -> Mend | None:
        """The lead's mend of "impression" or "findings"."""
        return next((mend for mend in self.lead.mends if mend.text == text), None)


def flag_key(flag: Flag, texts: Texts) -> FlagKey:
    """What a kept flag is known by: when the words at either end change, it is another flag, and speaks again.

    One sentence may hold several flags of a kind; a note that was kept says nothing of a critical flag on its words.
    """
    words = (_words(texts.impression, flag.impression_span), _words(texts.findings, flag.findings_span))
    ends = (_sentence(texts.impression, flag.impression_span), _sentence(texts.findings, flag.findings_span))
    return (flag.kind, flag.severity.value, flag.finding, *words, *ends)


def cards(reviewed: Reviewed, work: StudyWork) -> list[Card]:
    """One card a sentence: open ones first, the loudest leading, kept ones after them."""
    texts = reviewed.texts
    open_flags: dict[object, list[Flag]] = {}
    kept: list[Card] = []
    for flag in reviewed.flags:
        if flag.kind in _NOT_CARDS:
            continue
        reason = work.kept_flags.get(flag_key(flag, texts))
        if reason:
            kept.append(Card((flag,), reason))
        else:
            open_flags.setdefault(_place(flag, reviewed), []).append(flag)
    made = [Card(tuple(sorted(flags, key=lambda flag: flag.severity.rank))) for flags in open_flags.values()]
    return sorted(made, key=lambda card: card.severity.rank) + kept


def untold_results(reviewed: Reviewed, work: StudyWork) -> list[Flag]:
    """Critical results of the impression that nobody is documented to have been told of."""
    return [flag for flag in reviewed.flags if flag.kind == "critical_result" and not work.is_told(flag.finding)]


def keep(card: Card, reviewed: Reviewed, work: StudyWork, reason: str) -> None:
    """The radiologist keeps what a card speaks of as it is."""
    for flag in card.flags:
        work.kept_flags[flag_key(flag, reviewed.texts)] = reason


def _place(flag: Flag, reviewed: Reviewed) -> object:
    if flag.impression_span is None:
        return flag
    for link in reviewed.review.links:
        if link.impression_span[0] <= flag.impression_span[0] < link.impression_span[1]:
            return link.impression_span
    return flag.impression_span


def _words(text: str, span: tuple[int, int] | None) -> str:
    return text[slice(*span)] if span else ""


def _sentence(text: str, span: tuple[int, int] | None) -> str:
    """The sentence at one end of a flag, white space collapsed."""
    if span is None:
        return ""
    start, end = next((one for one in sentence_spans(text) if one[0] <= span[0] < one[1]), span)
    return " ".join(text[start:end].split())
