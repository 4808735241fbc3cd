"""Reads what a draft may only copy: sides, sizes, numbers, levels, comparison wording and recommendations, as terms.

It does not know which of them are allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from app.domain.copy_patterns import (
    COPIED,
    MM_PER,
    NUMBER_WORDS,
    PART,
    RANK_WORDS,
    ROMAN,
    SEQUENCE_AFTER,
    SEQUENCE_BEFORE,
    UNITS,
    VERTEBRA_AFTER,
)

TermKind = Literal["side", "size", "number", "level", "comparison", "recommendation"]
Key = tuple[str | Decimal, ...]


@dataclass(frozen=True)
class Term:
    """One expression that is copied as a whole or not at all.

    Attributes:
        key: the same for expressions that say the same ("1.2 cm", "12 mm"); () for what is never copied (dates, image
            numbers).
        start, end: characters in the text.
    """

    kind: TermKind
    key: Key
    start: int
    end: int


def terms_in(text: str, start: int = 0) -> Iterator[Term]:
    """The terms that begin at or after `start`, in order; list ordinals at a line's start are none."""
    for match in COPIED.finditer(text, start):
        kind = match.lastgroup
        if kind == "ordinal":
            continue
        read = _READERS[_outermost(match)]
        if term := read(match):
            yield term


def _outermost(match: re.Match[str]) -> str:
    return next(name for name in _READERS if match[name] is not None)


def _reference(match: re.Match[str]) -> Term:
    return Term("number", (), *match.span())


def _level(match: re.Match[str]) -> Term:
    upper, first = _vertebra(match["upper"], match["first"]), match.end("first")
    if upper in ("T1", "T2") and _is_sequence(match):
        return Term("number", ("code", upper.lower()), match.start(), first)
    if not _exists(upper):
        return _code(match)
    if match["last"] is None:
        return Term("level", (upper,), match.start(), first)
    region = match["lower"] or match["upper"]
    if (upper, _vertebra(region, match["last"])) == ("T1", "T2") and not VERTEBRA_AFTER.match(
        match.string, match.end()
    ):
        return _code(match)
    if match["lower"] is None and int(match["last"]) <= int(match["first"]):
        region = {"L": "S", "T": "L", "D": "L", "C": "T"}.get(match["upper"].upper(), region)
    return Term("level", (upper, _vertebra(region, match["last"])), *match.span())


def _vertebra(region: str, number: str) -> str:
    region = region.upper()
    return f"{'T' if region == 'D' else region}{int(number)}"


def _exists(vertebra: str) -> bool:
    return 1 <= int(vertebra[1:]) <= {"C": 8, "T": 13, "L": 6, "S": 5}[vertebra[0]]


def _is_sequence(match: re.Match[str]) -> bool:
    """Whether T1 or T2 names a sequence of magnetic resonance, or a stage, and no vertebra."""
    text, before = match.string, match.string[max(0, match.start() - 24) : match.start()]
    if VERTEBRA_AFTER.match(text, match.end("first")):
        return False
    return bool(SEQUENCE_AFTER.match(text, match.end("first")) or SEQUENCE_BEFORE.search(before))


def _scale(match: re.Match[str]) -> Term:
    named = re.sub(r"[\W_]", "", match["scale"].lower().split()[0])
    name = re.match(r"[a-z]+", named)
    return Term("number", ("scale", name[0].rstrip("s") if name else "", _grade(match["grade"])), *match.span())


def _grade(written: str) -> str:
    written = written.lower()
    letter = written[-1] if len(written) > 1 and written[-1] in "abcdef" else ""
    value = written.removesuffix(letter)
    return f"{ROMAN.get(value, value)}{letter}"


def _rank(match: re.Match[str]) -> Term:
    written = match[0].lower()
    value = RANK_WORDS[written] if written in RANK_WORDS else int(written[:-2])
    return Term("number", ("rank", Decimal(value)), *match.span())


def _ratio(match: re.Match[str]) -> Term:
    return Term("number", ("ratio", match[0]), *match.span())


def _number(match: re.Match[str]) -> Term | None:
    """A value, a dimension string or a range; lengths in mm. A lone "one" is a pronoun."""
    parts = list(PART.finditer(match[0]))
    units = [_unit(part["unit"]) for part in parts]
    values = [value_of(part["numeral"]) for part in parts]
    if not any(units):
        if match[0].lower() == "one":
            return None
        return Term("number", ("bare", _joints(parts), *values), *match.span())
    # "3 x 4 cm": a missing unit is that of the next dimension that has one, else that of the one before.
    for at in range(len(units) - 2, -1, -1):
        units[at] = units[at] or units[at + 1]
    for at in range(1, len(units)):
        units[at] = units[at] or units[at - 1]
    names = "/".join(sorted({"length" if unit in MM_PER else unit for unit in units}))
    in_mm = [value * MM_PER.get(unit, Decimal(1)) for value, unit in zip(values, units, strict=True)]
    return Term("size", (names, _joints(parts), *in_mm), *match.span())


def _joints(parts: list[re.Match[str]]) -> str:
    """ "x" for each dimension joined, "-" for each end of a range."""
    joints = [(part["joint"] or "").strip().lower() for part in parts[1:]]
    return "".join("x" if joint in ("x", "×", "*", "by") else "-" for joint in joints)


def _unit(written: str | None) -> str:
    plain = (written or "").strip(" \t-").lower()
    return next((name for name, pattern in UNITS.items() if re.fullmatch(pattern, plain)), "")


def value_of(numeral: str) -> Decimal:
    """ "1.2", "1,2", "1,200" or "two" as a value."""
    word = NUMBER_WORDS.get(numeral.lower())
    if word:
        return Decimal(word)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", numeral):
        numeral = numeral.replace(",", "")
    return Decimal(numeral.replace(",", "."))


def _code(match: re.Match[str]) -> Term:
    return Term("number", ("code", match[0].lower()), *match.span())


def _side(match: re.Match[str]) -> Term:
    word = match[0].lower()
    side = next((side for side in ("left", "right") if word.startswith(side)), "both")
    return Term("side", (side,), *match.span())


def _short(match: re.Match[str]) -> Term:
    """ "RLL" says right; the abbreviation itself is kept, because one that the findings hold may be copied."""
    return Term("side", ("left" if match[0].startswith("L") else "right", match[0].rstrip(".")), *match.span())


def _comparison(match: re.Match[str]) -> Term:
    trend = next(name for name in ("stable", "better", "worse", "prior") if match[name] is not None)
    return Term("comparison", (trend,), *match.span())


def _recommendation(match: re.Match[str]) -> Term:
    return Term("recommendation", ("recommendation",), *match.span())


_READERS = {
    "reference": _reference,
    "level": _level,
    "scale": _scale,
    "rank": _rank,
    "ratio": _ratio,
    "number": _number,
    "code": _code,
    "side": _side,
    "short": _short,
    "comparison": _comparison,
    "recommendation": _recommendation,
}
