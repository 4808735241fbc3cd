"""Side words that differ where everything else repeats the findings, and chambers of the heart.

For what the lexicon does not name, and for sides that are no sides of the body ("left atrium").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Mend, Severity, side_mends, two_ends
from app.review.reading import Cue, Reading, Span, opposite
from app.review.side_balance import Balance, balances

# Share of a sentence's content words that one sentence of the findings holds too.
_ECHO = 0.6
_GREATER = re.compile(
    r"\b(?P<one>left|right)(?:[- ]sided?)?\s*(?:,\s*)?(?:>|(?:is\s+)?(?:greater|more|larger|worse|less|smaller)\b"
    r"(?:\s+\w+){0,3}?\s+than)\s+(?:on\s+)?(?:the\s+)?(?P<two>left|right)\b",
    re.IGNORECASE,
)
_ONE, _TWO = r"\b(?P<one>left|right)(?:[- ]sided?)?", r"(?P<two>left|right)\b"
# "Right and right knee", "left worse left".
_JOINED = re.compile(
    rf"{_ONE}\s*(?:,\s*)?(?:and|or|versus|vs\.?|/|(?:worse|greater|more|less)(?:\s+than)?)\s+(?:the\s+)?{_TWO}",
    re.IGNORECASE,
)
# "2 on the right and 1 on the right", "the left effusion and questionable small left effusion".
_SHARED_NOUN = re.compile(
    rf"{_ONE}(?P<noun>(?:\s+(?!left\b|right\b|and\b)[a-z]+)?)(?:\s+(?!left\b|right\b)\w+)?,?\s+(?:and|but)"
    rf"(?:\s+(?!left\b|right\b)[\w.]+){{0,5}}\s+{_TWO}(?P=noun)(?=\s*(?:[.,;)]|$))",
    re.IGNORECASE,
)
_ACROSS = re.compile(
    rf"{_ONE}\b[^.;]{{0,120}}\bcontralateral\b(?:\s+(?!left\b|right\b)\w+){{0,5}}\s+{_TWO}", re.IGNORECASE
)
_SIDE_WORD = re.compile(r"\b(left|right)(?:ward)?\b", re.IGNORECASE)


def chamber_flags(case: Case) -> Iterator[Flag]:
    """ "Right atrium" where the findings know only the left one."""
    known = {_words(case.findings, cue): cue.span for cue in case.findings.cues_of("sides", "not_sides")}
    for cue in case.impression.cues_of("sides", "not_sides"):
        words = _words(case.impression, cue)
        mirrored = _SIDE_WORD.sub(lambda match: opposite(match[1]), words)
        if words not in case.findings.text.lower() and mirrored in known and mirrored != words:
            yield Flag(
                "side_mismatch",
                Severity.WARNING,
                f"The impression says {words}, the findings {mirrored}.",
                cue.span,
                known[mirrored],
                two_ends(cue.span, words, known[mirrored], mirrored),
            )


def _words(reading: Reading, cue: Cue) -> str:
    return " ".join(reading.text[slice(*cue.span)].lower().split())


def comparison_flags(case: Case) -> Iterator[Flag]:
    """ "Right greater than right"."""
    for match in _GREATER.finditer(case.impression.text):
        if match["one"].lower() == match["two"].lower():
            yield Flag(
                "side_mismatch",
                Severity.WARNING,
                f"The impression compares {match['one'].lower()} with {match['two'].lower()}.",
                match.span("two"),
                None,
                (Mend("impression", match.span("two"), opposite(match["two"].lower())),),
            )


def doubled_flags(case: Case) -> Iterator[Flag]:
    """The same side twice where two sides are meant: "right and right knee", "2 on the left and 1 on the left"."""
    for pattern in (_JOINED, _SHARED_NOUN, _ACROSS):
        for match in pattern.finditer(case.impression.text):
            side = match["two"].lower()
            if match["one"].lower() != side:
                continue
            yield Flag(
                "side_mismatch",
                Severity.WARNING,
                f"The impression names the {side} side twice.",
                match.span("two"),
                None,
                (Mend("impression", match.span("two"), opposite(side)),),
            )


def echo_flags(case: Case) -> Iterator[Flag]:
    """A sentence that repeats one of the findings but for its side words ("left greater than left", "left atrium")."""
    weighed: dict[Span, Balance] | None = None
    findings_stems = _sentence_stems(case.findings)
    for index, stems in _sentence_stems(case.impression).items():
        sides = _side_words(case.impression, index)
        echoed = [at for at, other in findings_stems.items() if len(stems & other) >= max(_ECHO * len(stems), 2)]
        if not sides or not echoed:
            continue
        theirs = [_side_words(case.findings, at) for at in echoed]
        if any(Counter(word for word, _ in sides) == Counter(word for word, _ in other) for other in theirs):
            continue
        source = next((other for other in theirs if len(other) == len(sides)), None)
        if source is None or any(len(other) > len(sides) for other in theirs):
            continue
        (word, span), (other_word, other_span) = next(
            (mine, other) for mine, other in zip(sides, source, strict=True) if mine[0] != other[0]
        )
        weighed = balances(case) if weighed is None else weighed
        yield Flag(
            "side_mismatch",
            Severity.WARNING if span not in weighed or weighed[span].is_sure else Severity.NOTE,
            f"This repeats the findings, but says {word} where they say {other_word}.",
            span,
            other_span,
            side_mends(
                (case.impression.text[slice(*span)], span), (case.findings.text[slice(*other_span)], other_span), word
            ),
        )


def _sentence_stems(reading: Reading) -> dict[int, frozenset[str]]:
    gathered: dict[int, frozenset[str]] = {}
    for statement in reading.statements:
        gathered[statement.sentence] = gathered.get(statement.sentence, frozenset()) | statement.stems
    return {index: stems for index, stems in gathered.items() if len(stems) >= 2}


def _side_words(reading: Reading, sentence: int) -> list[tuple[str, Span]]:
    start, end = reading.sentences[sentence]
    return [(match[1].lower(), match.span(1)) for match in _SIDE_WORD.finditer(reading.text, start, end)]
