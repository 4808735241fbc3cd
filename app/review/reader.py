"""Reads a report's text into a Reading: sentence by sentence, with headings and "it" carried on.

It knows how reports are laid out; what words mean stands in the lexicon.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.sentences import sentence_spans
from app.review.binding import bind
from app.review.described import sightings
from app.review.lexicon import Lexicon, lexicon
from app.review.mentions import Mention, entities, longest_phrases
from app.review.piece import Sentence
from app.review.reading import LEFT, NO_SIDE, RIGHT, Cue, Observation, Reading, Sides, Statement
from app.review.scopes import Status, statuses
from app.review.words import Words, words_of

_CONTINUING = frozenset({"it", "this", "these", "they", "its", "which", "measuring", "measure", "he", "such", "those"})
_HEADING_WORDS = 6
# How far into a sentence a colon may stand that begins a run, and how long a line with a side and a size is.
_RUN_WORDS, _SHORT_LINE = 6, 14
_SIDED = {"left": LEFT, "right": RIGHT}


@dataclass(frozen=True)
class Context:
    """What a sentence inherits: of a heading ("Left kidney:"), or of the sentence before ("It measures …")."""

    sides: Sides = NO_SIDE
    places: frozenset[str] = frozenset()


def read(text: str, vocabulary: Lexicon | None = None) -> Reading:
    """Everything the lexicon finds in a text. Pure: the same text gives the same reading."""
    known = vocabulary or lexicon()
    spans = sentence_spans(text)
    statements: list[Statement] = []
    observations: list[Observation] = []
    cues: list[Cue] = []
    read_sentences: list[Sentence] = []
    heading, run = Context(), Context()
    for index, (start, end) in enumerate(spans):
        sentence = _sentence(text, start, end, index, known)
        read_sentences.append(sentence)
        previous_end = spans[index - 1][1] if index else 0
        if "\n\n" in text[previous_end:start].replace("\r", ""):
            heading = Context()
            run = Context()
        if "\n" in text[previous_end:start] and not _goes_on(sentence):
            run = Context()
        inherited = run if run.sides and not heading.sides and not _is_of_midline(sentence, known) else heading
        if _continues(sentence) and statements and not inherited.places:
            inherited = Context(statements[-1].sides, statements[-1].places)
        found, seen = bind(
            sentence, known, inherited.sides, inherited.places, len(statements), len(observations), _continues(sentence)
        )
        statements += found
        observations += seen
        cues += [Cue(m.kind, m.name, sentence.words.span(m.first, m.end), index) for m in sentence.cues]
        run = _run_of_side(sentence, found) or run
        if _is_heading(text, sentence):
            heading = Context(found[0].sides, found[0].places) if found else Context()
    words, said = tuple(one.words for one in read_sentences), tuple(one.said for one in read_sentences)
    named = tuple(one.named for one in read_sentences)
    return Reading(text, tuple(spans), tuple(statements), tuple(observations), tuple(cues), words, said, named)


def _sentence(text: str, start: int, end: int, index: int, known: Lexicon) -> Sentence:
    words = words_of(text, start, end)
    phrases = longest_phrases(words, known.phrases)
    named = entities(words, known, phrases)
    cues = longest_phrases(words, known.cues)
    inside = {at for m in named if m.kind == "finding" for at in m.anchors}
    cues = [cue for cue in cues if cue.kind != "normal" or not set(range(cue.first, cue.end)) <= inside]
    saying = [cue for cue in cues if cue.kind in ("status", "ends", "historical")]
    said = statuses(words, saying, named)
    signs = _signs(words, phrases, named, saying, known)
    cues = [_unmoved(cue) if _is_denied_course(cue, said) else cue for cue in cues]
    return Sentence(text, index, words, tuple(named), tuple(cues), tuple(said), signs)


def _signs(
    words: Words, phrases: list[Mention], named: list[Mention], cues: list[Mention], known: Lexicon
) -> tuple[tuple[Mention, Status], ...]:
    """The asserted signs of findings that the sentence does not name; a sign that is not there denies nothing."""
    places = [
        (known.places[m.name.partition(" ")[2] if m.kind == "sided" else m.name].within, m.first, m.end)
        for m in phrases
        if m.kind in ("place", "sided")
    ]
    seen = [
        (Mention(("finding", sign.finding), sign.first, sign.end, sign.anchors), sign.negates)
        for sign in sightings(words, places, known.signs)
        if not any(m.kind == "finding" and known.findings[m.name].is_kind_of(sign.finding) for m in named)
    ]
    if not seen:
        return ()
    # A "no" that is part of a sign ("no flow could be seen") does not deny it, nor does its "could" doubt it.
    said = statuses(words, cues, [*named, *(sign for sign, _ in seen)])
    decided = [(s, Status.PRESENT if negates else max(said[at] for at in s.anchors)) for s, negates in seen]
    return tuple((sign, status) for sign, status in decided if status < Status.ABSENT)


def _is_denied_course(cue: Mention, said: list[Status]) -> bool:
    """ "Has not grown", "without progression"."""
    return cue.kind == "trend" and cue.name in ("better", "worse") and said[cue.first] is Status.ABSENT


def _unmoved(cue: Mention) -> Mention:
    return cue._replace(key=("trend", "stable"))


def _continues(sentence: Sentence) -> bool:
    forms = sentence.words.forms
    if not forms:
        return False
    return forms[0] in _CONTINUING or forms[:2] in (("the", "lesion"), ("the", "mass"), ("the", "described"))


def _run_of_side(sentence: Sentence, found: list[Statement]) -> Context | None:
    """ "Left: …", "RIGHT LOBE 4.8 x 1.7 cm.": the sentences that follow in the line speak of that side, too.

    None where a sentence begins no such run; one of both sides ends it.
    """
    forms = sentence.words.forms
    colon = forms.index(":") if ":" in forms[:_RUN_WORDS] else 0
    names_nothing = not any(m.kind == "finding" for m in sentence.named) and not any(
        cue.kind == "normal" for cue in sentence.cues
    )
    begins = colon or (len(forms) <= _SHORT_LINE and names_nothing and forms[:1] in (("left",), ("right",)))
    sides = {cue.name for cue in sentence.cues if cue.kind == "sides" and cue.first < (colon or 1)} & set(_SIDED)
    if not sides:
        return Context() if found and found[0].side_spans and len(found[0].sides) > 1 else None
    if not begins or len(sides) > 1:
        return None
    places = frozenset(m.name for m in sentence.named if m.kind == "place" and m.first < (colon or _RUN_WORDS))
    return Context(_SIDED[next(iter(sides))], places)


def _goes_on(sentence: Sentence) -> bool:
    """Begins with a small letter."""
    return bool(sentence.words.raw) and sentence.words.raw[0][:1].islower()


def _is_of_midline(sentence: Sentence, known: Lexicon) -> bool:
    """Speaks only of what everybody has one of."""
    places = [m.name for m in sentence.named if m.kind == "place"]
    return bool(places) and all(known.places[name].is_single for name in places)


def _is_heading(text: str, sentence: Sentence) -> bool:
    """A short line that asserts nothing, or ends in a colon."""
    words = sentence.words
    if not len(words):
        return False
    if any(m.kind == "finding" for m in sentence.named) or any(cue.kind == "normal" for cue in sentence.cues):
        return words.forms[-1] == ":"
    after = text[words.spans[-1][1] : words.spans[-1][1] + 2]
    return words.forms[-1] == ":" or (len(words) <= _HEADING_WORDS and after[:1] in ("\n", "\r", ":"))
