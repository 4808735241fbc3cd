"""Reads vertebral levels, digits and ranks, and named classifications ("L4-L5", "third finger", "BI-RADS 4").

Sequence names (T1, T2) and tumor stages (T2N0) are not levels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.review.digits import RANKS, digits_in, rank_number
from app.review.ranks import ranks_in

_SPINE = ("C", 7), ("T", 12), ("L", 5), ("S", 5)
_ORDER = [f"{region}{number}" for region, count in _SPINE for number in range(1, count + 1)]

_LEVEL = re.compile(
    r"\b(?P<first>[CTDLS])\s?(?P<number>\d{1,2})\b"
    r"(?:\s?(?:[-–/]|to|through)\s?(?P<second>[CTDLS])?\s?(?P<last>\d{1,2})\b(?!\s?(?:mm|cm)))?",
    re.IGNORECASE,
)
_SEQUENCE_AFTER = re.compile(
    r"\s*(?:[-/]?\s?w\b|[-\s]?weighted|[-/\s]*flair|[-\s]*(?:hyper|hypo|iso|signal|sequence|image|fs|fat|stir|black|shine"
    r"|space|tse|prolong|bright|dark|high|low|relax|cor|ax|sag|increase|streak|change|contrast|post|pre|after|mapping"
    r"|n\d|m\d|lesion|and\s+(?:t\d|flair|stir)|,\s*(?:t\d|flair|stir)|or\s+t\d|\*))",
    re.IGNORECASE,
)
_SEQUENCE_BEFORE = re.compile(
    r"(?:\bon|\bin|weighted|flair[,/]?|\bt[12][,/]?|signal|hyperintens\w*|hypointens\w*|intense|,|and|both|stage|/)\s*$",
    re.IGNORECASE,
)
_SPINAL_BEFORE = re.compile(
    r"(?:\bat|\bof|vertebra\w*|bod(?:y|ies)|level|from|through|\bto|fracture|deformit\w+|wedging|endplate)\s*(?:the\s+)?$",
    re.IGNORECASE,
)

_ORDINAL = re.compile(
    rf"\b(?P<rank>{'|'.join(RANKS)}|1?\d(?:st|nd|rd|th))\s+(?P<region>cervical|thoracic|dorsal|lumbar|sacral)\s+(?:vertebra\w*|bod(?:y|ies))",
    re.IGNORECASE,
)
# Every level has a digit or one of these words, every scale one of those names: most statements have neither.
_A_DIGIT = re.compile(r"\d")
_WITHOUT_DIGITS = ("segment", "level", *RANKS)
_SCALES = (
    *(
        "rads",
        "bosniak",
        "fazekas",
        "fleischner",
        "aspects",
        "kellgren",
        "modic",
        "pfirrmann",
        "meyerding",
        "outerbridge",
    ),
    *("scheltens", "mta", "gca", "agatston", "graf", "goutallier", "child", "balthazar", "aast", "weber", "garden"),
    *(
        "stanford",
        "salter",
        "hunt",
        "fisher",
        "gartland",
        "risser",
        "brooker",
        "figo",
        "gruen",
        "deauville",
        "schatzker",
    ),
    *("pauwels", "hawkins", "bado", "lichtman", "ficat", "steinberg", "ann arbor", "tr1", "tr2", "tr3", "tr4", "tr5"),
)
_AND = r"\s*(?:,\s*and|,|and|or|/|&|[-–])\s*"
_ROMAN_SEGMENT, _ARABIC_SEGMENT = r"(?:viii|vii|vi|iv[ab]?|v|iii|ii|i)\b", r"\d{1,2}[ab]?\b(?!\.\d|\s?(?:mm|cm|x|×))"
_SEGMENT = re.compile(
    rf"\bsegments?\s+(?P<names>{_ROMAN_SEGMENT}(?:{_AND}{_ROMAN_SEGMENT})*|{_ARABIC_SEGMENT}(?:{_AND}{_ARABIC_SEGMENT})*)",
    re.IGNORECASE,
)
_A_SEGMENT = re.compile(rf"\b(?:{_ROMAN_SEGMENT}|{_ARABIC_SEGMENT})", re.IGNORECASE)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}

_SCALE = re.compile(
    r"\b(?P<scale>(?:acr[\s-]*)?(?:bi-?\s?rads|pi-?\s?rads|(?:eu-?\s?)?ti-?\s?rads|li-?\s?rads|o-?\s?rads|lung-?\s?rads"
    r"|cad-?\s?rads|vi-?\s?rads)|bosniak|fazekas|fleischner|aspects|kellgren(?:[\s-]*(?:and[\s-]*)?lawrence)?|modic|pfirrmann"
    r"|meyerding|outerbridge|scheltens|mta|gca|agatston|graf|goutallier|child-?pugh|balthazar|aast|weber|garden|stanford"
    r"|salter(?:[\s-]*harris)?|birads|pirads|tirads|hunt[\s-]hess|fisher|gartland|risser|brooker|figo|gruen|deauville"
    r"|schatzker|pauwels|hawkins|bado|lichtman|ficat|steinberg|ann[\s-]arbor|tr(?=[1-5]\b))"
    r"(?:[\s-]*(?:v\d(?:\.\d)?|score|category|grade|type|classification|class|stage|scale|zones?|of|is|:|=|\())*\s*"
    r"(?P<value>(?:\d{1,3}|iv|iii|ii|i|v)(?:[a-f](?![a-z]))?\b|[a-e]\b(?!\s+[a-z]{3}))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Level:
    """A level of the body or a value on a named scale.

    Attributes:
        kind: "spine", "digit", "segment", "clock", "station", "part" or the scale's name ("birads").
        members: everything it covers ("L4-S1" covers L4, L5, S1).
        span: characters in the text.
    """

    kind: str
    members: frozenset[str]
    span: tuple[int, int]


def levels_in(text: str, start: int, end: int) -> list[Level]:
    """Vertebral levels, ranks of digits and ribs, and segments of text[start:end], in order."""
    if not _A_DIGIT.search(text, start, end):
        words = text[start:end].lower()
        if not any(word in words for word in _WITHOUT_DIGITS):
            return []
    found = [level for match in _LEVEL.finditer(text, start, end) if (level := _spine_level(text, match))]
    found += [Level("digit", members, span) for members, span in digits_in(text, start, end)]
    for match in _ORDINAL.finditer(text, start, end):
        if name := _vertebra(match["region"][0], str(rank_number(match["rank"]))):
            found.append(Level("spine", frozenset({name}), match.span()))
    for match in _SEGMENT.finditer(text, start, end):
        members = frozenset(_segment(name[0].lower()) for name in _A_SEGMENT.finditer(match["names"]))
        found.append(Level("segment", members, match.span()))
    found += [Level(*rank) for rank in ranks_in(text, start, end)]
    return sorted(found, key=lambda level: level.span)


def _segment(name: str) -> str:
    """ "IVa" and "4a" are one."""
    letter = name[-1] if name[-1] in "ab" else ""
    digits = name.removesuffix(letter)
    return _ROMAN.get(digits, digits) + letter


def grades_in(text: str, start: int, end: int) -> list[Level]:
    """Values on named scales ("BI-RADS 4", "Bosniak IIF") of text[start:end]."""
    words = text[start:end].lower()
    if not any(name in words for name in _SCALES):
        return []
    found = []
    for match in _SCALE.finditer(text, start, end):
        scale = re.sub(r"[\s-]|acr|eu(?!x)(?=-?\s?ti)", "", match["scale"].lower())
        scale = "tirads" if scale == "tr" else scale
        value = match["value"].lower()
        if scale == "birads" and value.isalpha() and value in "abcde":
            continue  # the density of the breast, not a category
        letter = value[-1] if len(value) > 1 and value[-1] in "abcdef" else ""
        digits = value.removesuffix(letter)
        found.append(Level(scale, frozenset({_ROMAN.get(digits, digits) + letter}), match.span()))
    return found


def _spine_level(text: str, match: re.Match[str]) -> Level | None:
    first = _vertebra(match["first"], match["number"])
    if first is None:
        return None
    if match["first"].islower() and not match["last"]:
        return None
    last = _vertebra(match["second"] or match["first"], match["last"]) if match["last"] else None
    if match["last"] and not match["second"] and (last is None or _ORDER.index(last) < _ORDER.index(first)):
        last = _next_region(first, match["last"])
    if last is None and first in ("T1", "T2") and not _is_spinal(text, match):
        return None
    if last is not None and first in ("T1", "T2") and last in ("T1", "T2") and _SEQUENCE_AFTER.match(text, match.end()):
        return None
    if last is None or _ORDER.index(last) < _ORDER.index(first):
        ended = match.end("number") if last is None else match.end()
        return Level("spine", frozenset({first}), (match.start(), ended))
    members = _ORDER[_ORDER.index(first) : _ORDER.index(last) + 1]
    return Level("spine", frozenset(members), match.span())


def _vertebra(region: str, number: str) -> str | None:
    name = ("T" if region.upper() == "D" else region.upper()) + number
    return name if name in _ORDER else None


def _next_region(first: str, number: str) -> str | None:
    """ "L5/1" is L5-S1."""
    following = {"L5": "S", "T12": "L", "C7": "T"}.get(first)
    return _vertebra(following, number) if following else None


def _is_spinal(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 24) : match.start()]
    if _SEQUENCE_AFTER.match(text, match.end("number")):
        return False
    return bool(_SPINAL_BEFORE.search(before)) and not _SEQUENCE_BEFORE.search(before)
