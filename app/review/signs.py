"""What speaks for a diagnosis or against it in the words of findings, read once from resources/lexicon/signs.toml.

It finds words in sentences; what follows from them is judged elsewhere.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate

from app.paths import resources_dir
from app.review.reading import Reading, Span
from app.review.scopes import Status

# A part that says by itself that something is missing: its words are denied as they should be.
_DENYING = re.compile(r"^(?:no|non|none|not|absent|absence|loss|lack|without|un|does|do|fails|empty)\b")
_SHORT = 4


Sign = tuple[re.Pattern[str], ...]


class Diagnosis:
    """A diagnosis as named in an impression, with what speaks for it and against it; compiled when first looked for."""

    def __init__(self, entry: dict[str, list[str]]) -> None:
        self._entry = entry

    def may_be_named(self, text: str) -> bool:
        return any(name in text for name in self._entry["names"])

    @cached_property
    def names(self) -> re.Pattern[str]:
        alternatives = (re.escape(n) + (r"\b" if len(n) <= _SHORT else r"\w*") for n in self._entry["names"])
        return re.compile(rf"\b(?:{'|'.join(alternatives)})")

    @cached_property
    def signs(self) -> tuple[Sign, ...]:
        return tuple(_parts(sign) for sign in self._entry["signs"])

    @cached_property
    def against(self) -> tuple[Sign, ...]:
        return tuple(_parts(sign) for sign in self._entry.get("against", ()))


@dataclass(frozen=True)
class Line:
    """A sentence as its words' normal forms, joined, with what is said of each word."""

    number: int
    text: str
    starts: tuple[int, ...]
    said: tuple[Status, ...]
    spans: tuple[Span, ...]

    def statuses(self, match: re.Match[str]) -> list[Status]:
        first, last = self._word(match.start()), self._word(max(match.start(), match.end() - 1))
        return list(self.said[first : last + 1])

    def span(self, match: re.Match[str]) -> Span:
        """The characters of the text in which the words stand."""
        first, last = self._word(match.start()), self._word(max(match.start(), match.end() - 1))
        return self.spans[first][0], self.spans[last][1]

    def _word(self, at: int) -> int:
        return bisect_right(self.starts, at) - 1

    def holds(self, sign: Sign) -> bool:
        """Every part stands here, said to be so."""
        return all(any(self._is_said(match) for match in part.finditer(self.text)) for part in sign)

    def _is_said(self, match: re.Match[str]) -> bool:
        if _DENYING.match(match[0]):
            return True
        return all(status in (Status.PRESENT, Status.PROBABLE) for status in self.statuses(match))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(self.text.split(" "))


def lines(reading: Reading) -> list[Line]:
    """The sentences of a text."""
    return [
        Line(
            number,
            " ".join(words.forms),
            tuple(accumulate((len(form) + 1 for form in words.forms[:-1]), initial=0)),
            said,
            words.spans,
        )
        for number, (words, said) in enumerate(zip(reading.words, reading.said, strict=True))
        if len(words)
    ]


def named_in(line: Line) -> Iterator[tuple[Diagnosis, re.Match[str]]]:
    """The diagnoses named in a sentence, each with the words that name it."""
    for diagnosis in _diagnoses():
        if diagnosis.may_be_named(line.text):
            for match in diagnosis.names.finditer(line.text):
                yield diagnosis, match


@cache
def _diagnoses() -> tuple[Diagnosis, ...]:
    tables = tomllib.loads((resources_dir() / "lexicon" / "signs.toml").read_text("utf-8"))
    return tuple(Diagnosis(entry) for table in tables.values() for entry in table.values())


def _parts(sign: str) -> Sign:
    return tuple(_part(part.strip()) for part in sign.split("~"))


def _part(part: str) -> re.Pattern[str]:
    """Any of the alternatives, each the beginning of a word; very short words and numbers are whole ones."""
    found = (" ".join(_word(word) for word in phrase.lower().split()) for phrase in part.split("|"))
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})")


def _word(word: str) -> str:
    return re.escape(word) + (r"\b" if len(word) < _SHORT or word[-1].isdigit() else r"\w*")
