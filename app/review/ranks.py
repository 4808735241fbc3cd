"""Reads positions named by clock, nodal station, segment or tooth: "3 o'clock", "neck level IIA", "S9", "tooth 16".

It does not know findings; vertebrae, digits and named scales are read by `levels`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}
_CLOCK = re.compile(r"\b(?P<hour>1[0-2]|[1-9])(?::00)?\s*o['’]?\s?clock\b", re.IGNORECASE)
_STATION = re.compile(
    r"\blevels?\s+(?P<names>(?:VI|IV|III|II|I|V)[AB]?\b(?:\s*(?:,|and|or|to|-|–)\s*(?:VI|IV|III|II|I|V)[AB]?\b)*)", re.I
)
_NAME = re.compile(r"\b(?P<roman>VI|IV|III|II|I|V)(?P<letter>[AB]?)\b", re.IGNORECASE)
# S1 to S5 are vertebrae; the segments of a lung go on to ten.
_LUNG = re.compile(r"\bS\s?(?P<number>[6-9]|10)\b")
_PART = re.compile(r"\b(?P<rank>first|second|third|fourth|1st|2nd|3rd|4th)\s+(?:part|portion)\b", re.IGNORECASE)
_PARTS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4"}
# Teeth by the two digits of the FDI, behind or before the word: "tooth 16", "right upper first molar (16)".
_TOOTH = re.compile(
    r"\b(?:(?:tooth|teeth)\s*(?:no\.?\s*)?#?|(?:molar|incisor|canine|premolar|bicuspid)\w*\s*\(\s*(?:tooth\s*)?#?)"
    r"(?P<names>[1-4][1-8](?:\s*(?:,|and|or|to|/|&|[-–])\s*#?[1-4][1-8])*)\b",
    re.IGNORECASE,
)
# Nodes of the chest ("station 4R") and zones of vessels, tendons, the sacrum or the neck.
_NUMBERED_NODE = re.compile(
    r"\bstations?\s+(?P<names>\d{1,2}[rl]?\b(?:\s*(?:,|and|or|/|&)\s*\d{1,2}[rl]?\b)*)", re.IGNORECASE
)
_ZONE = re.compile(r"\bzones?\s+(?P<name>[0-9]|VI|IV|V|III|II|I)\b(?!\s?(?:mm|cm|\.\d))", re.IGNORECASE)
_TWO_DIGITS = re.compile(r"[1-4][1-8]")

Rank = tuple[str, frozenset[str], tuple[int, int]]


def ranks_in(text: str, start: int, end: int) -> Iterator[Rank]:
    """The positions of text[start:end] as (kind, members, span)."""
    for match in _CLOCK.finditer(text, start, end):
        yield "clock", frozenset({match["hour"]}), match.span()
    for match in _STATION.finditer(text, start, end):
        names = {_ROMAN[name["roman"].upper()] + name["letter"].lower() for name in _NAME.finditer(match["names"])}
        yield "station", frozenset(names), match.span()
    for match in _LUNG.finditer(text, start, end):
        yield "segment", frozenset({match["number"]}), match.span()
    for match in _PART.finditer(text, start, end):
        yield "part", frozenset({_PARTS[match["rank"].lower()]}), match.span()
    for match in _TOOTH.finditer(text, start, end):
        yield "tooth", frozenset(_TWO_DIGITS.findall(match["names"])), match.span("names")
    for match in _NUMBERED_NODE.finditer(text, start, end):
        yield "nodal station", frozenset(re.findall(r"\d{1,2}[rl]?", match["names"].lower())), match.span()
    for match in _ZONE.finditer(text, start, end):
        yield "zone", frozenset({_ROMAN.get(match["name"].upper(), match["name"])}), match.span()
