"""Finds the positions that a sentence names: the words of resources/lexicon/positions.toml, and levels and digits.

It does not look at what is said there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache

from app.paths import resources_dir
from app.review.levels import Level
from app.review.lexicon import Branch, add_phrase
from app.review.mentions import longest_phrases
from app.review.reading import Statement
from app.review.words import Words

_KIND, _NO_FAMILY = "position", "none"
# What only tells how far something reaches, or where something else lies, or what is free of it.
_LANDMARKS = frozenset(
    {
        "above",
        "below",
        "beneath",
        "near",
        "adjacent",
        "abut",
        "abutting",
        "beyond",
        "behind",
        "toward",
        "overlying",
        "from",
    }
    | {"alongside", "close", "distance", "distant", "touching", "touch", "reach", "reaching", "approach", "approaching"}
)
_BEFORE = 4

Where = Mapping[str, frozenset[str]]
"""Family → names in it; a vague word belongs to several families."""

Named = tuple[int, int, Where]
"""Words first to end (exclusive) that name a position."""


def named_positions(words: Words, statements: list[Statement]) -> list[Named]:
    """The positions of a sentence, in order."""
    return sorted([*_worded(words), *_numbered(words, statements)], key=lambda item: item[:2])


@cache
def _phrases() -> Branch:
    """Every word for a position under ("position", "family name")."""
    root = Branch()
    table = tomllib.loads((resources_dir() / "lexicon" / "positions.toml").read_text("utf-8"))
    for family, names in table.items():
        for name, phrases in names.items():
            for phrase in phrases:
                add_phrase(root, phrase, (_KIND, f"{family} {name}"))
    return root


def _worded(words: Words) -> Iterator[Named]:
    """Positions that are words; "superior to the hilum" only relates."""
    gathered: dict[tuple[int, int], dict[str, frozenset[str]]] = {}
    for mention in longest_phrases(words, _phrases()):
        family, _, name = mention.name.partition(" ")
        where = gathered.setdefault((mention.first, mention.end), {})
        where[family] = where.get(family, frozenset()) | {name}
    for (first, end), where in gathered.items():
        if _NO_FAMILY not in where and not _relates(words, end, gathered):
            yield first, end, where


def _relates(words: Words, end: int, gathered: Mapping[tuple[int, int], object]) -> bool:
    """ "Proximal to the stent" names the stent's place; "mid to distal" two positions."""
    if words.forms[end : end + 1] != ("to",):
        return False
    return not any(first == end + 1 for first, _ in gathered)


def is_landmark(words: Words, first: int, named: list[Named]) -> bool:
    """ "4 cm above the valve", "up to the skull base"; of "mid to distal" both are meant."""
    before = words.forms[max(0, first - _BEFORE) : first]
    if not _LANDMARKS.isdisjoint(before):
        return True
    at = first - 1 if before[-1:] == ("to",) else first - 2 if before[-2:] == ("to", "the") else None
    return at is not None and not any(end == at for _, end, _ in named)


def _numbered(words: Words, statements: list[Statement]) -> Iterator[Named]:
    """Vertebrae, digits, segments, hours of the clock."""
    for statement in statements:
        for level in statement.levels:
            inside = [at for at, span in enumerate(words.spans) if level.span[0] <= span[0] < level.span[1]]
            if not inside:
                continue
            yield inside[0], inside[-1] + 1, families(level)


def families(level: Level) -> Where:
    """ "Rib 5" is the fifth of the ribs."""
    where: dict[str, frozenset[str]] = {}
    for member in level.members:
        part, _, number = member.rpartition(" ")
        family = part or level.kind
        where[family] = where.get(family, frozenset()) | {number}
    return where
