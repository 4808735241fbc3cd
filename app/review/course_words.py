"""Reads courses: what a text says has grown, shrunk, gone or stayed, of what, and at which value it is now.

It does not compare texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.domain.comparison_words import WHEN
from app.review.once import once
from app.review.reading import Span
from app.review.words import normal_form

Direction = Literal["up", "down", "same", "gone"]


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NUMERAL = r"\d+(?:[.,]\d+)?"
_UNIT = r"(?:mm2|cm2|mm³|cm³|mm3|cm3|mm|cm|ml/min|ml|cc|cm/s|m/s|mmhg|hu|°|degrees?|%|kg|g|l)"
_QUANTITY = re.compile(
    rf"(?<![\w.,/-])(?P<values>{_NUMERAL}(?:\s*(?:mm|cm)?\s*[x×]\s*{_NUMERAL})*)\s*(?P<unit>{_UNIT})(?![\w/³²])",
    re.IGNORECASE,
)
_FROM_TO = re.compile(rf"\bfrom\s+(?P<then>{_NUMERAL})\s*{_UNIT}?\s+to\s+$", re.IGNORECASE)
# Between the size now and the earlier one: "previously", "compared with", "in January".
_BEFORE_EARLIER = re.compile(
    r"[^.\n]{0,45}?\b(?:previously|formerly|earlier|initially|before|prior|was|were|had\s+been|compared\s+(?:to|with)"
    rf"|against|versus|vs|from|{WHEN})[^.\n\d]{{0,25}}",
    re.IGNORECASE,
)
_NEXT_TO_IT = re.compile(r"(?:\s+(?:in|across|long|thick|wide|deep|maximum)){0,2}\s*[,;(/]?\s*", re.IGNORECASE)
_AFTER_EARLIER = re.compile(
    r"\s*,?\s*(?:previously|formerly|before|earlier|then\b|(?:in|on|at)\s+(?:the\s+)?(?:last|previous|prior|earlier)"
    rf"|(?:(?:in|on|at)\s+)?{WHEN})",
    re.IGNORECASE,
)
_SINCE = r"(?=\s+(?:to|from|by|since|compared|in\s+(?:size|number|volume))\b)"
_THAN = r"(?=\s+(?:[\w-]+\s+){0,3}(?:than|cf|compared)\b)"
_UP = (
    r"increas(?:ed|ing)|larger|bigger|grown|growth|growing|risen|rising|wider|thicker|deeper|doubled|enlarging|gone\s+up"
    rf"|(?:enlarged|expanded){_SINCE}|(?:has|have)\s+enlarged|up\s+(?:from|by)(?=\s+\d)"
    rf"|up\s+to(?=\s+\d[^.;,]{{0,20}}\s(?:since|from|compared)\b)|more{_THAN}|more\s+numerous"
)
_DOWN = (
    r"decreas(?:ed|ing)|smaller|shrunk|shrunken|shrank|shrinkage|shrinking|diminish(?:ed|ing)|receded|fallen|dropped"
    rf"|lessened|narrower|thinner|shallower|fewer|(?:gone|come)\s+down|down\s+(?:to|from|by)(?=\s+\d)|reduced{_SINCE}"
    rf"|less{_THAN}|(?:considerably|much|somewhat|clearly|a\s+little|slightly)\s+less"
)
_BETTER = r"improv(?:ed|ing|ement)|better(?=\s+than\b)|regress(?:ed|ing|ion)|subsid(?:ed|ing)|abated"
_WORSE = rf"worse{_THAN}|worsen(?:ed|ing)|progress(?:ed|ion|ing)|deteriorat(?:ed|ing|ion)"
_SAME = (
    r"stable|unchanged|(?:no|without)\s+(?:\w+\s+){0,2}change|not\s+(?:\w+\s+)?(?:changed|altered)|unaltered|constant"
)
_GONE = (
    r"(?:has|have)\s+(?:now\s+|completely\s+|fully\s+){0,2}(?:resolved|cleared|disappeared|gone|vanished)(?!\s+(?:up|down))"
    r"|(?:is|are)\s+(?:now\s+)?gone|no\s+longer\s+(?:seen|visible|present|shown|evident|identified)"
)
_WORD = re.compile(
    rf"\b(?:(?P<same>{_SAME})|(?P<gone>{_GONE})|(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<better>{_BETTER})|(?P<worse>{_WORSE}))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|no|without|never|neither|nor|none)\b[^,.;:]{0,30}$", re.IGNORECASE)
# "Increased signal" is a look, "increased markings" too.
_LOOK = re.compile(
    r"\s+(?:\w+\s+)?(?:signal|densit|intensit|attenuation|uptake|echogenic|enhancement|blood|resist|opaci|lucen|markings)",
    re.IGNORECASE,
)
# "Slipped down to 5 cm below" is a way.
_WAY = re.compile(
    r"\b(?:slip|mov|migrat|displac|push|pull|extend|reach|track|run|lie|descend|spread)\w*\s+$", re.IGNORECASE
)
_CUT = re.compile(r"[;:()]|\.(?!\d)|\n|,\s|\s(?:and|but|with|while|whereas|which|although)\s", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z-]+")
# What gets smaller as the disease gets worse.
_HEALTH = _words(
    "lumen flow aeration ventilation volume expansion function ejection perfusion patency airway space height"
    " caliber motion density growth centile percentile weight circumference liquor fluid hemoglobin lvef ef"
    " capacity"
)
_STEM = 6
# Of the earlier size: less is no change, and less than this may be called none.
_NO_CHANGE, _SLIGHT = 0.07, 0.15
# Characters between a word of course and its value; a judgement stands farther off.
_NEAR, _FAR = 45, 90
_NOTHING = _words(
    "the and for from with has have had was were been now than that this its his her are size number since"
    " compared previous previously last prior earlier study scan examination slightly mildly markedly"
    " significantly clearly measure measuring interval change increase decrease increased decreased larger"
    " smaller stable unchanged both bilateral known today before also small large mild moderate severe marked"
    " appear appears currently again seen noted which more less further in on at to of by is mm cm no not one"
    " two three"
)

_PLAIN = {"cm": "mm", "cc": "ml", "cm³": "ml", "cm3": "ml", "degree": "°", "degrees": "°"}
_DIRECTIONS: dict[str, Direction] = {
    "same": "same",
    "gone": "gone",
    "up": "up",
    "down": "down",
    "better": "down",
    "worse": "up",
}


@dataclass(frozen=True)
class Quantity:
    """A measured value; lengths in mm."""

    unit: str
    values: tuple[float, ...]
    span: Span

    @property
    def largest(self) -> float:
        return max(self.values)


@dataclass(frozen=True)
class Course:
    """What is said to have moved, which way, and its value now where one is given.

    Attributes:
        is_judged: "improved", "worse": says good or bad, not larger or smaller.
        about: stems of the words around it.
        now: values it may speak of.
        is_slight: hardly more than an error of measurement.
    """

    direction: Direction
    is_judged: bool
    about: frozenset[str]
    span: Span
    now: tuple[Quantity, ...]
    is_slight: bool = False

    @once
    def is_of_health(self) -> bool:
        return bool(self.about & {word[:_STEM] for word in _HEALTH})


def courses_by_words(text: str, start: int, end: int) -> Iterator[Course]:
    """The courses that words tell in one sentence."""
    quantities = quantities_in(text, start, end)
    for match in _WORD.finditer(text, start, end):
        name = match.lastgroup or ""
        if name in ("up", "down") and (_LOOK.match(text, match.end()) or _WAY.search(text, start, match.start())):
            continue
        is_denied = name not in ("same", "gone") and _DENIED.search(text, start, match.start()) is not None
        yield Course(
            _DIRECTIONS["same" if is_denied else name],
            not is_denied and name in ("better", "worse"),
            _about(text, start, end, match.span()),
            match.span(),
            _nearest(text, quantities, match.span(), name in ("better", "worse")),
        )


def courses_by_sizes(text: str, start: int, end: int) -> Iterator[Course]:
    """The courses that two values of one sentence tell: "2.1 cm, formerly 3.5 cm"."""
    quantities = quantities_in(text, start, end)
    for at, now in enumerate(quantities):
        backward = _FROM_TO.search(text, start, now.span[0])
        if backward and _WORD.search(text, start, end):
            scale = 10.0 if now.unit == "mm" and text[now.span[0] : now.span[1]].lower().endswith("cm") else 1.0
            yield _told(text, start, end, now, float(backward["then"].replace(",", ".")) * scale)
            continue
        for then in quantities[at + 1 : at + 2]:
            if then.unit == now.unit and _is_earlier(text, now, then, end):
                yield _told(text, start, end, now, then.largest)


def _is_earlier(text: str, now: Quantity, then: Quantity, end: int) -> bool:
    if _BEFORE_EARLIER.fullmatch(text, now.span[1], then.span[0]):
        return True
    return bool(
        _NEXT_TO_IT.fullmatch(text, now.span[1], then.span[0]) and _AFTER_EARLIER.match(text, then.span[1], end)
    )


def _told(text: str, start: int, end: int, now: Quantity, then: float) -> Course:
    share = (now.largest - then) / then if then else 0.0
    direction: Direction = "same" if abs(share) < _NO_CHANGE else "up" if share > 0 else "down"
    return Course(direction, False, _about(text, start, end, now.span), now.span, (now,), abs(share) < _SLIGHT)


def quantities_in(text: str, start: int, end: int) -> list[Quantity]:
    found = []
    for match in _QUANTITY.finditer(text, start, end):
        unit = match["unit"].lower()
        scale = 10.0 if unit == "cm" else 1.0
        values = tuple(float(one.replace(",", ".")) * scale for one in re.findall(_NUMERAL, match["values"]))
        found.append(Quantity(_PLAIN.get(unit, unit), values, match.span()))
    return found


def _nearest(text: str, quantities: list[Quantity], span: Span, is_judged: bool) -> tuple[Quantity, ...]:
    """The value that a word of course speaks of: the nearest of its clause."""
    reach = _FAR if is_judged else _NEAR
    found = []
    for quantity in quantities:
        first, second = (quantity.span, span) if quantity.span < span else (span, quantity.span)
        between = text[first[1] : second[0]]
        if len(between) <= reach and not re.search(r"[;\n]|\.(?!\d)|\b(?:and|but|while)\b", between):
            found.append((len(between), quantity))
    return (min(found, key=lambda item: item[0])[1],) if found else ()


def _about(text: str, start: int, end: int, span: Span) -> frozenset[str]:
    """Stems of the clause in which a word stands; of the one before it too, where it holds none."""
    cuts = [start, *(m.end() for m in _CUT.finditer(text, start, end)), end]
    at = max(number for number, cut in enumerate(cuts[:-1]) if cut <= span[0])
    while at >= 0:
        stems = _stems(text[cuts[at] : max(cuts[at + 1], span[1])])
        if stems:
            return stems
        at -= 1
    return frozenset()


def _stems(clause: str) -> frozenset[str]:
    forms = (normal_form(match[0]) for match in _NAME.finditer(_WORD.sub(" ", clause)))
    return frozenset(form[:_STEM] for form in forms if len(form) > 2 and form not in _NOTHING)
