"""Phrases of the impression that the findings only deny, or do not hold at all, whatever they name.

"No signs of complications" that lost its "no" asserts complications; no lexicon need know the word.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from app.review.care import is_of_care
from app.review.case import Case
from app.review.denied_words import place_stems
from app.review.flags import Flag, Severity
from app.review.lexicon import Lexicon
from app.review.phrases import STEM, Phrase, is_asked
from app.review.reading import Observation, Reading, Span, Statement
from app.review.scopes import Status
from app.review.unsupported import ASKED
from app.review.wording import quoted

_FEW = 2
_SHORT = 4


class _Vocabulary:
    """The words of the findings by what is said of them, and those of exam and indication."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def said(self) -> frozenset[str]:
        return _stems(self._case.findings, denied=False)

    @cached_property
    def denied(self) -> frozenset[str]:
        return _stems(self._case.findings, denied=True)

    @cached_property
    def only_denied(self) -> frozenset[str]:
        return self.denied - self.said

    @cached_property
    def forms(self) -> frozenset[str]:
        """All words that the findings do not deny."""
        reading = self._case.findings
        spoken = (
            pair
            for words, said in zip(reading.words, reading.said, strict=True)
            for pair in zip(words.forms, said, strict=True)
        )
        return frozenset(form for form, status in spoken if status is not Status.ABSENT)

    @cached_property
    def around(self) -> frozenset[str]:
        """Mentioned anywhere, if only asked about."""
        case = self._case
        texts = (case.findings, case.exam, case.prior)
        known = [_stems(text, denied) for text in texts for denied in (True, False)]
        return frozenset[str]().union(*known, *_told(case.indication))


def phrase_flags(case: Case) -> Iterator[Flag]:
    """A phrase asserted that the findings only deny: a warning; one whose words they do not hold: a note."""
    if not case.findings.statements:
        return
    known = _Vocabulary(case)
    general = frozenset(word[:STEM] for word in case.matcher.lexicon.word_lists["anything"])
    for statement, claimed in case.claimed_phrases:
        if statement.normal is True or is_of_care(case.impression, statement, case.matcher.lexicon):
            continue
        before: Phrase | None = None
        for phrase in claimed:
            own = phrase.stems - place_stems(STEM)
            denied = phrase.begins and phrase.status is Status.ABSENT and not _is_place_of_denied(phrase, before)
            before = phrase
            if denied and (source := _said_there(case, statement, phrase, own, known)):
                message = f"The findings say {quoted(case.impression.text, phrase.span)}; the impression denies it."
                yield Flag("negation_flip", Severity.WARNING, message, phrase.span, source)
                continue
            is_said = phrase.is_asserted and not own and _is_whole(case.impression, statement, phrase)
            if is_said and (place := _denied_place(case, phrase, known)):
                message = f"The findings speak of {place} in denials only; the impression asserts something there."
                yield Flag("negation_flip", Severity.WARNING, message, phrase.span)
                continue
            if not own or not phrase.begins or not phrase.is_asserted or _is_named(case, statement, phrase):
                continue
            if is_asked(case.impression, phrase):
                continue
            words = quoted(case.impression.text, phrase.span)
            if (own - general or phrase.stems) <= known.only_denied and not _is_head_said(phrase, known):
                message = f"The findings only deny {words}; the impression asserts it."
                yield Flag("negation_flip", Severity.WARNING, message, phrase.span)
            elif (telling := own & _telling(phrase, case.matcher.lexicon)) and not telling & known.around:
                yield Flag("unsupported_finding", Severity.NOTE, f"The findings do not mention {words}.", phrase.span)


def _telling(phrase: Phrase, known: Lexicon) -> frozenset[str]:
    """The cut words that say what was found, not what is made of it."""
    verdicts = known.word_lists["verdicts"]
    return frozenset(form[:STEM] for form in phrase.forms if form not in verdicts)


def _is_whole(reading: Reading, statement: Statement, phrase: Phrase) -> bool:
    """The phrase is all that its sentence says: "Cavity."; a heading says nothing."""
    start, end = reading.sentences[statement.sentence]
    before, after = reading.text[start : phrase.span[0]], reading.text[phrase.span[1] : end]
    return not any(letter.isalpha() for letter in before + after) and ":" not in after


def _denied_place(case: Case, phrase: Phrase, known: _Vocabulary) -> str:
    """The word of a place, as the phrase's first, that the findings only use in denials; "" if none."""
    first = next((form for form in phrase.forms if form[:STEM] in phrase.stems), "")
    stem = first[:STEM]
    is_place = stem in place_stems(STEM) and stem in known.only_denied
    return quoted(first, (0, len(first))) if is_place and not is_asked(case.impression, phrase) else ""


def _is_head_said(phrase: Phrase, known: _Vocabulary) -> bool:
    """ "Reactive left inguinal nodes" beside nodes and "no reaction": what it speaks of is described."""
    if len(phrase.forms) == 1:
        return False
    if phrase.forms[-1][:STEM] in known.said and phrase.forms[-1][:STEM] in phrase.stems:
        return True
    # "RCA disease": the abbreviation says what is meant; it is no content word.
    short = [form for form in phrase.forms if len(form) < _SHORT and form.isalpha()]
    return any(form in known.forms for form in short)


def _said_there(
    case: Case, statement: Statement, phrase: Phrase, own: frozenset[str], known: _Vocabulary
) -> Span | None:
    """The findings' statement that asserts all words of a denied phrase, none of which any other denies."""
    named = [o for o in _observations(case, statement) if _overlap(o, phrase)]
    if len(own) < _FEW or own & known.denied or any(o.qualifiers or o.trend for o in named):
        return None
    stated = (s for s in case.findings.statements if own <= {stem[:STEM] for stem in s.stems - s.denied_stems})
    return next((s.span for s in stated), None)


def _is_place_of_denied(phrase: Phrase, before: Phrase | None) -> bool:
    """ "Of the vocal fold" in "no tumor of the vocal fold": where, not what."""
    return "of" in phrase.after and before is not None and before.status is Status.ABSENT and bool(before.stems)


def _stems(reading: Reading, denied: bool) -> frozenset[str]:
    return frozenset(
        stem[:STEM]
        for statement in reading.statements
        for stem in (statement.denied_stems if denied else statement.stems - statement.denied_stems)
    )


def _told(indication: Reading) -> Iterator[frozenset[str]]:
    """What the indication tells; what it only asks for is no source."""
    for statement in indication.statements:
        if not ASKED.search(indication.text[slice(*indication.sentences[statement.sentence])]):
            yield frozenset(stem[:STEM] for stem in statement.stems)


def _is_named(case: Case, statement: Statement, phrase: Phrase) -> bool:
    """A finding of the lexicon stands in it, for which other rules answer."""
    inside = [o for o in _observations(case, statement) if _overlap(o, phrase)]
    return any(not o.is_generic for o in inside)


def _observations(case: Case, statement: Statement) -> list[Observation]:
    return [case.impression.observations[at] for at in statement.observations]


def _overlap(observation: Observation, phrase: Phrase) -> bool:
    return observation.span[0] < phrase.span[1] and phrase.span[0] < observation.span[1]
