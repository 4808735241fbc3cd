"""Cuts statements into phrases: the content words between the words that join them, whatever they name.

For what the lexicon does not hold; it does not judge what a phrase says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.review.lexicon import Lexicon
from app.review.reading import Reading, Span, Statement
from app.review.scopes import Status
from app.review.words import Words

STEM = 5
_SHORTEST = 4
_ATTACHING = frozenset({"of", "the", "a", "an", "this", "these", "its"})
# What stands behind these is asserted or denied by itself; what stands behind "in" or "by" only tells where and how.
_BEGINNING = frozenset(
    {
        *(",", ";", "-", ":", "(", ".", "with", "and", "or", "but", "is", "are", "there", "for", "no", "without"),
        *("show", "suggest", "suggestive", "indicate", "reveal", "demonstrate", "supporting", "support", "see"),
    }
)
_SET_APART = frozenset(",:;")
_DENYING = frozenset({"no", "not", "without", "nor", "neither"})
_NEVER_LAST = ("ed", "ing", "ly")


@dataclass(frozen=True)
class Phrase:
    """Neighboring words of a statement.

    Attributes:
        forms: all its words; `stems` the cut ones of those that say what it speaks of.
        status: the highest of its words.
        begins: stands where something is asserted or denied, not after "in", "by", "to".
        after: the joining words right before it.
    """

    span: Span
    forms: tuple[str, ...]
    stems: frozenset[str]
    status: Status
    begins: bool
    after: tuple[str, ...]

    @property
    def is_asserted(self) -> bool:
        """Said to be there; "no significant change" is not, though it denies no finding."""
        return self.status in (Status.PRESENT, Status.PROBABLE) and _DENYING.isdisjoint(self.after)


def stems_of(forms: tuple[str, ...], lexicon: Lexicon) -> frozenset[str]:
    """The content words, cut to compare, without those that say nothing of what is spoken of."""
    free, report = lexicon.word_lists["content_free"], lexicon.word_lists["of_the_report"]
    return frozenset(
        form[:STEM]
        for form in forms
        if len(form) >= _SHORTEST and form.isalpha() and form not in free and form not in report and form.strip("x")
    )


def phrases(reading: Reading, statement: Statement, lexicon: Lexicon) -> Iterator[Phrase]:
    """The phrases of a statement, in order."""
    words, said = reading.words[statement.sentence], reading.said[statement.sentence]
    joining = lexicon.word_lists["joining"]
    inside = [at for at, span in enumerate(words.spans) if statement.span[0] <= span[0] < statement.span[1]]
    begins, run, after = True, list[int](), list[str]()
    for at in [*inside, None]:
        if at is not None and words.forms[at] not in joining:
            run.append(at)
            continue
        if run:
            begins = _begins(tuple(after), begins)
            yield _phrase(words, said, run, begins, tuple(after), lexicon)
            run, after = [], []
        if at is not None:
            after.append(words.forms[at])


def is_asked(reading: Reading, phrase: Phrase) -> bool:
    """Part of a recommendation, or after one in its sentence; what a comma or colon sets apart before it is not."""
    for cue in reading.cues_of("recommendation", "asks"):
        start, end = reading.sentences[cue.sentence]
        if start <= phrase.span[0] < end:
            between = reading.text[phrase.span[1] : cue.span[0]]
            if cue.span[0] < phrase.span[1] or not _SET_APART.intersection(between):
                return True
    return False


def _begins(after: tuple[str, ...], before: bool) -> bool:
    """ "Of the lung" belongs to what stands before it."""
    rest = [form for form in after if form not in _ATTACHING]
    return before if not rest else rest[-1] in _BEGINNING


def _phrase(
    words: Words, said: tuple[Status, ...], run: list[int], begins: bool, after: tuple[str, ...], lexicon: Lexicon
) -> Phrase:
    forms = words.forms[run[0] : run[-1] + 1]
    stems = frozenset[str]() if forms[-1].endswith(_NEVER_LAST) else stems_of(forms, lexicon)
    return Phrase(words.span(run[0], run[-1] + 1), forms, stems, max(said[at] for at in run), begins, after)
