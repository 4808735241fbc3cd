"""Reads ranks of fingers, toes, ribs, and bones and joints named like them: "fifth MC", "left 5th and 6th ribs".

It does not know findings; vertebrae are read by `levels`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
RANKS = {word: number for number, word in enumerate(_WORDS, start=1)}
_RANK = rf"(?:{'|'.join(RANKS)}|(?:1[0-2]|[1-9])(?:st|nd|rd|th))"
_AND = r"\s*(?:,\s*and|,|and|or|&|/|to|through|thru|[-–])\s*(?:the\s+)?"
_PARTS = {
    "metacarpophalangeal": "mcp",
    "metatarsophalangeal": "mtp",
    "carpometacarpal": "cmc",
    "tarsometatarsal": "tmt",
    "metacarpal": "metacarpal",
    "metatarsal": "metatarsal",
    "interphalangeal": "ip",
    "extensor compartment": "compartment",
    "dorsal compartment": "compartment",
    "web space": "web space",
    "webspace": "web space",
    "interspace": "web space",
    "intermetatarsal": "web space",
    "intercostal": "intercostal",
    "finger": "finger",
    "digit": "digit",
    "toe": "toe",
    "rib": "rib",
    "ray": "ray",
    "phalan": "phalanx",
    "cuneiform": "cuneiform",
    "mcp": "mcp",
    "mtp": "mtp",
    "cmc": "cmc",
    "tmt": "tmt",
    "pip": "pip",
    "dip": "dip",
    "mc": "metacarpal",
    "mt": "metatarsal",
}
_BETWEEN = (
    r"(?:(?:left|right|posterior|anterior|lateral|medial|proximal|distal|middle|mid|posterolateral|anterolateral|costal"
    r"|plantar|dorsal|volar|l|r)\s+){0,3}"
)
_RANKED = re.compile(
    rf"\b(?P<ranks>{_RANK}(?:{_AND}{_RANK})*)\s+{_BETWEEN}(?P<part>{'|'.join(_PARTS)})(?:s|ges|nx|ngeal|j)?\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"\b(?P<part>ribs?|metatarsals?|metacarpals?|fingers?|toes?|digits?|rays?)\s+(?:no\.?\s*|number\s*)?"
    rf"(?P<ranks>(?:1[0-2]|[1-9])(?:{_AND}(?:1[0-2]|[1-9])(?![\d.]))*)\b(?![.,]\d|\s?(?:mm|cm|x|×|%|/\d))",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?P<to>to|through|thru|[-–])?\s*(?:the\s+)?(?P<rank>" + _RANK + r"|\d{1,2})", re.IGNORECASE)

Digit = tuple[frozenset[str], tuple[int, int]]


def digits_in(text: str, start: int, end: int) -> Iterator[Digit]:
    """The ranked parts of text[start:end] as (members, span); members read "rib 5"."""
    for pattern in (_RANKED, _NUMBERED):
        for match in pattern.finditer(text, start, end):
            written = match["part"].lower()
            part = _PARTS.get(written) or _PARTS[written.rstrip("s")]
            yield frozenset(f"{part} {number}" for number in _numbers(match["ranks"])), match.span()


def rank_number(rank: str) -> int:
    """ "Third" and "3rd" are 3."""
    lowered = rank.lower()
    return RANKS.get(lowered) or int(re.sub(r"\D", "", lowered))


def without_rank(form: str) -> str:
    """The number of a rank, so that "5th" and "fifth" read like "5"; other words as they are."""
    if form in RANKS:
        return str(RANKS[form])
    return form[:-2] if form[:1].isdigit() and form.endswith(("st", "nd", "rd", "th")) else form


def _numbers(ranks: str) -> set[int]:
    numbers: list[int] = []
    for item in _ITEM.finditer(ranks):
        number = rank_number(item["rank"])
        if item["to"] and numbers and numbers[-1] < number:
            numbers += range(numbers[-1] + 1, number)
        numbers.append(number)
    return set(numbers)
