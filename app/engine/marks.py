"""Which sentences of a finished draft a radiologist must check, because copy-only drafting forced their words.

It does not know how the words were found.
"""

from __future__ import annotations

from app.domain.copy_only import CopyOnly
from app.domain.layout import without_number
from app.domain.sentences import sentence_spans
from app.engine.protocol import Mark
from app.engine.wish import Reply

# From this probability on the model wanted the barred word; below, it was one choice among several.
_WANTED = 0.3


def marks_of(reply: Reply, laid_out: str, guard: CopyOnly) -> tuple[Mark, ...]:
    """The marked sentences, in order, each kind once, as characters of the text laid out.

    Sentences are marked where the model wanted what was barred, and where a recommendation was added.
    """
    places = [(one.at, str(one.kind)) for one in reply.interventions if one.wanted >= _WANTED]
    places += [(term.start, str(term.kind)) for term in guard.added(reply.text)]
    spans = _spans_laid_out(reply.text, laid_out)
    found = {(span, kind) for at, kind in places if (span := _span_at(spans, at))}
    return tuple(Mark(start, end, kind) for (start, end), kind in sorted(found))


def _spans_laid_out(text: str, laid_out: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Each sentence's characters in the reply and in the text laid out."""
    spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
    position = 0
    for start, end in sentence_spans(text):
        written = text[start:end]
        begins = laid_out.find(written, position)
        if begins < 0:
            written = without_number(written)
            begins = laid_out.find(written, position)
        if begins >= 0 and written:
            position = begins + len(written)
            spans.append(((start, end), (begins, position)))
    return spans


def _span_at(spans: list[tuple[tuple[int, int], tuple[int, int]]], at: int) -> tuple[int, int] | None:
    """The sentence at a character, or the last one before it: what was barred may have ended the draft."""
    covering = [laid_out for (start, _), laid_out in spans if start <= at]
    return covering[-1] if covering else (spans[0][1] if spans else None)
