"""Numbering is layout, not language: the model writes sentences, code puts numbers before them."""

from __future__ import annotations

import re

from app.domain.prompt import Length
from app.domain.sentences import sentence_spans

_OWN_NUMBER = re.compile(r"^\(?\d{1,2}[.)]\s+")


def lay_out(text: str, length: Length) -> str:
    """The impression laid out: "numbered" puts each sentence on its own line as "1. …"; a single one has no number."""
    if length != "numbered":
        return text
    sentences = [without_number(text[start:end]) for start, end in sentence_spans(text)]
    sentences = [sentence for sentence in sentences if sentence]
    if len(sentences) < 2:
        return "".join(sentences)
    return "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1))


def without_number(sentence: str) -> str:
    """A sentence on one line, without a number of its own."""
    return _OWN_NUMBER.sub("", " ".join(sentence.split()))
