"""Reads sizes and other measured values, in one unit per kind; sizes in millimeters.

It does not know what was measured.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"\d+(?:[.,]\d+)?"
_UNIT = (
    r"mm|millimeters?|millimetres?|cm|centimeters?|centimetres?|ml|milliliters?|cc|cm3|cm³|mm3|mm³|l|%|percent|HU|°"
    r"|degrees?|cm/s(?:ec)?|m/s(?:ec)?|mmHg|g"
)
_VALUE = re.compile(
    rf"(?<![\w.,/-])(?P<first>{_NUMBER})\s*(?P<first_unit>{_UNIT})?"
    rf"(?P<more>(?:\s*(?:[x×*]|by|-|–|to)\s*{_NUMBER}\s*(?:{_UNIT})?(?![\w³]))*)"
    rf"(?:\s*(?P<unit>{_UNIT}))?(?![\w³/])",
    re.IGNORECASE,
)
# Weeks and days of a pregnancy: "8w6d", "12+3 weeks", "20 weeks 4 days".
_GESTATION = re.compile(
    r"\b(?P<weeks>\d{1,2})\s*(?:(?:w|wks?|weeks?)\s*(?:\+|and|,)?\s*(?P<days>[0-6])\s*(?:d|days?)\b"
    r"|\+\s*(?P<more_days>[0-6])(?=\s*(?:w|wks?|weeks?)\b|/40))",
    re.IGNORECASE,
)
_A_DIGIT = re.compile(r"\d")
_NEXT = re.compile(rf"(?P<how>[x×*]|by|-|–|to)\s*(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})?", re.IGNORECASE)

_SCALE: dict[str, tuple[str, float]] = {
    "mm": ("length", 1.0),
    "cm": ("length", 10.0),
    "ml": ("volume", 1.0),
    "cc": ("volume", 1.0),
    "cm3": ("volume", 1.0),
    "mm3": ("volume", 0.001),
    "l": ("volume", 1000.0),
    "%": ("percent", 1.0),
    "hu": ("density", 1.0),
    "°": ("angle", 1.0),
    "cm/s": ("speed", 1.0),
    "m/s": ("speed", 100.0),
    "mmhg": ("pressure", 1.0),
    "g": ("weight", 1.0),
}


@dataclass(frozen=True)
class Measure:
    """A measured value with its unit.

    Attributes:
        quantity: "length", "volume", "percent", …
        values: every dimension, or both ends of a range, in the order written; lengths in mm, volumes in ml, ages of
            a pregnancy in days.
        step: the printed precision in the same unit (1 mm for "12 mm" and for "1.2 cm").
        span: characters in the text.
    """

    quantity: str
    values: tuple[float, ...]
    step: float
    span: tuple[int, int]

    @property
    def largest(self) -> float:
        return max(self.values)


def measures_in(text: str, start: int, end: int) -> list[Measure]:
    """The measured values of text[start:end], in order."""
    if not _A_DIGIT.search(text, start, end):
        return []
    found = []
    for match in _VALUE.finditer(text, start, end):
        measure = _measure(match)
        if measure:
            found.append(measure)
    found += [_gestation(match) for match in _GESTATION.finditer(text, start, end)]
    return found


def _gestation(match: re.Match[str]) -> Measure:
    days = int(match["weeks"]) * 7 + int(match["days"] or match["more_days"])
    return Measure("gestation", (float(days),), 1.0, match.span())


def _measure(match: re.Match[str]) -> Measure | None:
    numbers = [match["first"]]
    units = [match["first_unit"] or ""]
    end = match.end("first_unit") if match["first_unit"] else match.end("first")
    for following in _NEXT.finditer(match["more"] or ""):
        numbers.append(following["number"])
        units.append(following["unit"] or "")
        end = match.start("more") + following.end("unit" if following["unit"] else "number")
    if match["unit"]:
        units[-1] = match["unit"]
        end = match.end("unit")
    if not any(units):
        return None
    # "3 x 4 cm" and "3 x 4 x 5 cm": a missing unit is that of the next dimension written.
    for at in range(len(units) - 2, -1, -1):
        units[at] = units[at] or units[at + 1]
    for at in range(1, len(units)):
        units[at] = units[at] or units[at - 1]
    scales = [_SCALE[_plain(unit)] for unit in units]
    if len({quantity for quantity, _ in scales}) > 1:
        return None
    values = tuple(
        round(float(number.replace(",", ".")) * scale, 4) for number, (_, scale) in zip(numbers, scales, strict=True)
    )
    steps = [scale * 10 ** -_decimals(number) for number, (_, scale) in zip(numbers, scales, strict=True)]
    return Measure(scales[0][0], values, max(steps), (match.start(), end))


def _plain(unit: str) -> str:
    unit = unit.lower().replace("³", "3")
    for written, plain in (("milliliter", "ml"), ("percent", "%"), ("degree", "°")):
        if unit.startswith(written):
            return plain
    if unit.startswith("millim"):
        return "mm"
    if unit.startswith("centim"):
        return "cm"
    return {"cm/sec": "cm/s", "m/sec": "m/s"}.get(unit, unit)


def _decimals(number: str) -> int:
    _, _, decimals = number.replace(",", ".").partition(".")
    return len(decimals)
