"""Sentences of an impression by their weight: where a missing finding belongs, and the whole in order of importance.

Numbers and line ends stay where they are: only the sentences between them move.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from app.domain.sentences import sentence_spans
from app.review.reader import read
from app.review.reading import Reading, Span

_LEANS = re.compile(r"(?:it|this|these|they|those|its|which|such)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?m)^([ \t]*\(?)\d{1,2}([.)][ \t]+)")
_HEADING = re.compile(r"(?m)^[ \t]*[A-Z][A-Z /&-]{3,}:")
_NOTHING = -1  # below routine: a sentence that finds nothing


def sorted_by_importance(impression: str) -> str:
    """The impression with its weightiest sentences first; "It …" and "This …" stay with what they speak of.

    What stands under a heading of its own ("RECOMMENDATION:") stays there.
    """
    body, rest = _body(impression)
    units = _units(body)
    if len(units) < 2:
        return impression
    weights = _weights(read(body), units)
    order = sorted(range(len(units)), key=lambda index: -weights[index])
    if order == sorted(order):
        return impression
    return _joined(_gaps(body, units), [_ended(body[slice(*units[index])]) for index in order]) + rest


def with_finding(impression: str, findings: str, span: Span) -> str:
    """The impression with the findings' own sentence at `span` put in before the first sentence that weighs less."""
    source = next((one for one in sentence_spans(findings) if one[0] <= span[0] < one[1]), span)
    sentence = _ended(" ".join(findings[slice(*source)].split()))
    body, rest = _body(impression)
    units = _units(body)
    if not units:
        return f"{sentence}\n{impression}" if rest else sentence
    weight = max(_weights(read(sentence), [(0, len(sentence))]))
    weights = _weights(read(body), units)
    place = next((index for index, other in enumerate(weights) if other < weight), len(units))
    texts = [body[slice(*one)] for one in units]
    texts[-1] = _ended(texts[-1])
    texts.insert(place, sentence)
    gaps = _gaps(body, units)
    between = gaps[1] if len(units) > 1 else "\n2. " if _NUMBER.match(body) else " "
    gaps.insert(min(place + 1, len(gaps) - 1), between)
    return renumbered(_joined(gaps, texts)) + rest


def without_sentence(impression: str, span: Span, deletable: Sequence[Span] = ()) -> str:
    """The impression without the sentence that holds `span`, its number and the space before it.

    What leans on it ("It is new.") goes along if all of it is `deletable`: a human's words are never deleted unasked.
    """
    body, rest = _body(impression)
    for units in (_units(body), sentence_spans(body)):
        place = next((index for index, one in enumerate(units) if _opens(body, one, span)), None)
        if place is None or not _may_go(body, units[place], deletable):
            continue
        texts = [body[slice(*one)] for one in units]
        gaps = _gaps(body, units)
        del texts[place]
        # The first takes the gap behind it along, any other the one before it.
        del gaps[1 if place == 0 else place]
        return (renumbered(_joined(gaps, texts)) if texts else "") + rest
    return impression


def renumbered(text: str) -> str:
    """Line numbers counting up from 1; a text without numbers stays as it is."""
    count = 0

    def number(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{match[1]}{count}{match[2]}"

    return _NUMBER.sub(number, text)


def _body(text: str) -> tuple[str, str]:
    """The text up to its first heading, and what begins there."""
    heading = _HEADING.search(text)
    return (text[: heading.start()], text[heading.start() :]) if heading else (text, "")


def _may_go(text: str, unit: Span, deletable: Sequence[Span]) -> bool:
    """Whether what leans on the unit's first sentence may be deleted with it."""
    leaning = [(unit[0] + start, unit[0] + end) for start, end in sentence_spans(text[slice(*unit)])][1:]
    return all(any(one[0] <= start and end <= one[1] for one in deletable) for start, end in leaning)


def _units(text: str) -> list[Span]:
    """Sentences, each with the ones after it that lean on it."""
    units: list[Span] = []
    for start, end in sentence_spans(text):
        if units and _LEANS.match(text, start):
            units[-1] = (units[-1][0], end)
        else:
            units.append((start, end))
    return units


def _opens(text: str, unit: Span, span: Span) -> bool:
    """Whether the span lies in the unit's first sentence."""
    first = next(iter(sentence_spans(text[slice(*unit)])), (0, 0))
    return unit[0] <= span[0] < unit[0] + first[1]


def _weights(reading: Reading, units: Sequence[Span]) -> list[int]:
    weights = [_NOTHING] * len(units)
    for seen in reading.observations:
        if seen.is_asserted and not seen.is_generic:
            place = next((index for index, one in enumerate(units) if one[0] <= seen.span[0] < one[1]), None)
            if place is not None:
                weights[place] = max(weights[place], int(seen.tier))
    return weights


def _ended(sentence: str) -> str:
    return sentence if sentence.rstrip().endswith((".", "!", "?", ":")) else f"{sentence.rstrip()}."


def _gaps(text: str, units: Sequence[Span]) -> list[str]:
    """What stands before, between and after the units: line ends, numbers, bullets."""
    inner = [text[one[1] : two[0]] for one, two in pairwise(units)]
    return [text[: units[0][0]], *inner, text[units[-1][1] :]]


def _joined(gaps: Sequence[str], texts: Sequence[str]) -> str:
    parts = [gaps[0]]
    for text, gap in zip(texts, gaps[1:], strict=True):
        parts += [text, gap]
    return "".join(parts)
