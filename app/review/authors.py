"""Reviews a text that a model and a human wrote together: each sentence is judged as its author's.

A model's addition is a warning or worse, a human's only a note: the radiologist saw the images.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.copy_only import remark_on
from app.domain.sentences import sentence_spans
from app.domain.versions import Guarded
from app.review.flags import Flag, Review, Severity
from app.review.reading import Span
from app.review.second_reader import review


@dataclass(frozen=True)
class Texts:
    """All that a review of one study depends on.

    Attributes:
        model_text: the version as the model wrote it; "" when a human wrote it from scratch.
        guarded: sentences of it in which copy-only drafting barred what the model wanted.
        is_whole: False for a draft that is still being written, and for an addendum.
    """

    findings: str
    impression: str
    model_text: str = ""
    guarded: tuple[Guarded, ...] = ()
    exam: str = ""
    indication: str = ""
    comparison: str = ""
    sex: str = ""
    age: str = ""
    is_whole: bool = True


# What an unfinished text and an addendum cannot be asked: whether they mention, answer and end everything.
_OF_THE_WHOLE = frozenset({"omitted_finding", "question_unanswered", "incomplete_draft", "critical_result"})


def review_texts(texts: Texts) -> Review:
    """The review of a study as it stands, with the marks that its drafting left."""
    by_model = model_sentences(texts.impression, texts.model_text)
    is_mixed = bool(texts.model_text) and len(by_model) < len(sentence_spans(texts.impression))
    judged = {origin: _review(texts, origin) for origin in _origins(bool(texts.model_text), is_mixed)}
    main = next(iter(judged.values()))
    if is_mixed:
        flags = [flag for flag in judged["model"].flags if not _is_human(flag, by_model)]
        flags += [flag for flag in judged["human"].flags if _is_human(flag, by_model)]
    else:
        flags = list(main.flags)
    flags += guarded_flags(texts.impression, texts.guarded)
    if not texts.is_whole:
        flags = [flag for flag in flags if flag.kind not in _OF_THE_WHOLE]
    return Review(tuple(sorted(flags, key=lambda flag: flag.severity.rank)), main.links)


def model_sentences(impression: str, model_text: str) -> tuple[Span, ...]:
    """Spans of the sentences that stand as the model wrote them; white space does not count."""
    written = {_plain(model_text[slice(*span)]) for span in sentence_spans(model_text)}
    return tuple(span for span in sentence_spans(impression) if _plain(impression[slice(*span)]) in written)


def guarded_flags(impression: str, guarded: Sequence[Guarded]) -> list[Flag]:
    """A warning on each sentence, still as drafted, in which the guard replaced what the model wanted."""
    kinds = {_plain(one.sentence): one.kind for one in guarded}
    flags = []
    for span in sentence_spans(impression):
        kind = kinds.get(_plain(impression[slice(*span)]))
        if kind:
            flags.append(Flag("guarded_word", Severity.WARNING, remark_on(kind), span))
    return flags


def _origins(by_model: bool, is_mixed: bool) -> Sequence[str]:
    if is_mixed:
        return ("model", "human")
    return ("model",) if by_model else ("human",)


def _review(texts: Texts, origin: str) -> Review:
    return review(
        texts.findings,
        texts.impression,
        exam=texts.exam,
        indication=texts.indication,
        comparison=texts.comparison,
        sex=texts.sex,
        age=texts.age,
        origin="model" if origin == "model" else "human",
    )


def _is_human(flag: Flag, by_model: Sequence[Span]) -> bool:
    """Whether the words a flag speaks of were written by a human; what it misses counts as the model's."""
    if flag.impression_span is None:
        return False
    at = flag.impression_span[0]
    return not any(start <= at < end for start, end in by_model)


def _plain(sentence: str) -> str:
    return " ".join(sentence.split())
