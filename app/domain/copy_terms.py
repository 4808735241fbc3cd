"""Reads what a draft may only copy: sides, sizes, numbers, levels, comparison wording and recommendations, as terms.

It does not know which of them are allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

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


def _either(words: str) -> str:
    return "|".join(words.split())


_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
_RANKS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_RANK_WORDS = {word: number for number, word in enumerate(_RANKS.split(), start=1)}
_ROMAN = dict(zip(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"], range(1, 11), strict=True))

# Of two that begin alike, the longer one first.
_UNITS = {
    "mmhg": r"mm ?hg",
    "cm/s": r"cm/s(?:ec)?",
    "m/s": r"m/s(?:ec)?",
    "mm": r"mm|millimet(?:er|re)s?",
    "cm": r"cm|centimet(?:er|re)s?",
    "mm2": r"mm²|mm2|sq(?:uare)? mm",
    "cm2": r"cm²|cm2|sq(?:uare)? cm",
    "mm3": r"mm³|mm3|cubic mm",
    "cm3": r"cm³|cm3|cubic cm",
    "m": r"m|met(?:er|re)s?",
    "ml": r"ml|millilit(?:er|re)s?",
    "cc": r"cc",
    "l": r"l|lit(?:er|re)s?",
    "%": r"%|percent",
    "hu": r"hu|hounsfield(?: units?)?",
    "degree": r"°|degrees?",
    "kg": r"kg|kilograms?",
    "mg": r"mg|milligrams?",
    "g": r"g|grams?",
    "tesla": r"t|tesla",
    "french": r"fr|french",
    "hour": r"hours?|hrs?|h",
    "minute": r"minutes?|min",
    "second": r"seconds?|sec|s",
    "day": r"days?|d",
    "week": r"weeks?|wks?",
    "month": r"months?|mos?",
    "year": r"years?|yrs?|yo",
}
_MM_PER = {"mm": Decimal(1), "cm": Decimal(10)}

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9}(?:[.,]\d{1,6})?|(?<![\w.)])\.\d{1,6})(?!\d)"
_NUMERAL = rf"(?:{_DIGITS}|(?:{_either(' '.join(_NUMBER_WORDS))})\b)"
_ANY_UNIT = "|".join(_UNITS.values())
_WITH_UNIT = rf"(?:[ \t]*-?[ \t]*(?:{_ANY_UNIT})(?![\w²³]))"
_JOINT = r"[ \t]*(?:[x×*]|by\b|-|–|—|to\b)[ \t]*"
_SCALE_NAMES = (
    r"(?:bi|pi|ti|li|lung|o|c|cad|vi|ni)[- ]?rads|bosniak|modic|fazekas|gleason|aspects|kellgren|pfirrmann|agatston"
    r"|grade|type|stage|category|class|segment|score|zone"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_EXAMS = (
    r"(?:stud(?:y|ies)|exam\w*|radiograph\w*|cts?|mris?|mr|x-?rays?|films?|imaging|images?|chest|ultrasounds?|scans?"
    r"|reports?|mammogra\w*|comparisons?|sonogra\w*)"
)

# Terms begin where words do: nothing else is tried elsewhere, which makes reading quick.
_COPIED = re.compile(
    rf"""
    (?<!\w)(?:(?P<ordinal>^[ \t]*\(?\d{{1,2}}[.)](?=\s))
    |(?P<reference>\b(?:series|ser|images?|img|im|slices?|frames?|figures?|fig|accession|acc|mrn|phone|tel|ext)\b
        [\s.:\#]*(?:(?:numbers?|no)[\s.:\#]*)?\d[\d/-]*
        (?:[ \t]*(?:,|and|&|-|to)[ \t]*\d+\b(?![/.]?\d|[ \t]*(?:[cm]m|x\b)))*
        |\b\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b
        |\b\d{{1,2}}(?:st|nd|rd|th)?[ \t]{_MONTH}\.?,?(?:[ \t]\d{{4}})?\b
        |\b{_MONTH}\.?[ \t]\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?[ \t]\d{{4}}\b)?
        |\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b
        |\b(?:19|20)\d{{2}}\b(?![ \t]*-?[ \t]*(?:{_ANY_UNIT})\b)
        |\+?\(?\d{{3}}\)?[ -]\d{{3}}[ -]?\d{{4}}\b
        |\d{{7,}})
    |(?P<level>\b(?P<upper>[CTDLS])[ \t]?(?P<first>\d{{1,2}})(?!\w)
        (?:[ \t]?(?:[-–—/]|to\b|through\b)[ \t]?(?:(?P<lower>[CTDLS])[ \t]?)?
            (?P<last>\d{{1,2}})(?![\w.]*\d)(?![ \t]?[cm]m)(?!\w))?)
    |(?P<scale>\b(?:{_SCALE_NAMES})s?(?P<of>[ \t:=]|score|category|grade|type|class|of|is)*[ \t:=-]+
        (?P<grade>\d{{1,4}}[a-f]?|[ivx]{{1,4}}[a-f]?)(?![\w]|\.\d))
    |(?P<rank>\b(?:\d{{1,2}}(?:st|nd|rd|th)|{_either(" ".join(_RANK_WORDS))})\b)
    |(?P<ratio>(?<![\w.])\d+(?:/\d+)+\b)
    |(?P<number>(?<![\w.]){_NUMERAL}{_WITH_UNIT}?(?:{_JOINT}{_NUMERAL}{_WITH_UNIT}?)*(?!\w))
    |(?P<code>(?=[\w-]*\d)\w+(?:-\w+)*)
    |(?P<side>\b(?:left|right)(?:wards?)?\b|\b(?:bilateral(?:ly)?|bilat|both|bi(?:basilar|basal|apical|hilar|frontal|temporal
        |parietal|occipital|atrial|ventricular|malleolar|lobar))\b)
    |(?P<short>\b(?-i:RUL|RML|RLL|LUL|LLL|RUQ|RLQ|LUQ|LLQ|RV|LV|RCA|LCX|LCx|LAD)\b
        |\b(?-i:[RL]t?|RT|LT)\b\.?(?=[ \t]+(?!spine)[a-z]{{3}})
        |(?<=\()(?-i:[RL])(?=\)))
    |(?P<comparison>
        (?P<stable>\b(?:unchanged|(?<!hemodynamically[ ])(?<!clinically[ ])stable|stability
            |persist(?:s|ent|ing)|redemonstrat\w+
            |no[ ](?:significant[ ]|substantial[ ]|interval[ ]|definite[ ])*change|not[ ](?:significantly[ ])?changed
            |as[ ]before|again[ ](?:seen|noted|demonstrated|identified|visualized|evident))\b)
        |(?P<better>\b(?:improv(?:ed|ing|ement)|decreasing|(?:has|have)[ ]decreased|decreased[ ](?:in[ ]size|from|since)
            |resolv(?:ed|ing)|(?:interval|complete|partial|near)[ ]resolution
            |regress(?:ed|ing|ion)|no[ ]longer|smaller[ ]than)\b)
        |(?P<worse>\b(?:worsen(?:ed|ing)|progress(?:ed|ing|ion)|enlarging|increasing|(?:has|have)[ ]increased
            |increased[ ](?:in[ ]size|from|since)|(?<!no[ ])new|newly|larger[ ]than)\b)
        |(?P<prior>\b(?:compared[ ](?:to|with)|comparison|priors?[ ](?:\w+[ ])?{_EXAMS}
            |previous[ ](?:\w+[ ])?{_EXAMS}|previously
            |(?:since|from|than|to|with)[ ](?:the[ ])?(?:prior|previous|last)|(?:last|earlier)[ ]{_EXAMS}|over[ ]time
            |interval[ ](?:change|increase|decrease|improvement|development|worsening|progression|resolution|growth
            |removal|placement|enlargement|clearing|appearance|stability)
            |intervally|in[ ]the[ ](?:interval|interim))\b))
    |(?P<recommendation>\b(?:recommend\w*|advis(?:e|ed|able)|correlat(?:e|ed|ion)
        |follow(?:ed)?[- ]?ups?|consider(?:ation)?
        |further[ ](?:evaluation|characterization|assessment|work-?up|imaging|investigation|follow)
        |suggest(?:ed)?[ ](?:follow|correlat|ct|mri|repeat|further)\w*
        |(?:is|are|be)[ ](?:suggested|warranted|indicated|helpful|useful|necessary
            |obtained|performed|considered|of[ ]value|of[ ]benefit)
        |warranted|repeat[ ](?:{_EXAMS})|reassess\w*|re-?evaluat\w+|surveillance|referral|consultation)\b))
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_PART = re.compile(rf"(?P<joint>{_JOINT})?(?P<numeral>{_NUMERAL})(?P<unit>{_WITH_UNIT})?", re.IGNORECASE)
_SEQUENCE_AFTER = re.compile(
    r"[ \t]*(?:\*|[-/]?[ \t]?w\b|[-/ \t]*(?:weighted|flair|stir|hyper|hypo|iso|signal|sequence|imag|bright|dark"
    r"|shine|fs\b|fat|prolong|shorten|high|low|increas|decreas|space|tse|relax|map|post|pre|contrast|enhanc))",
    re.IGNORECASE,
)
_SEQUENCE_BEFORE = re.compile(
    r"(?:\b(?:on|in|stage)[ \t]*|(?:signal|intens\w*|bright|dark)[ \t]*"
    r"|(?:weighted|flair|\bt[12])[ \t]*(?:[,/]|and\b)[ \t]*)$",
    re.IGNORECASE,
)
_VERTEBRA_AFTER = re.compile(
    r"[ \t]*(?:vertebra|bod(?:y|ies)|spin|pedicle|compression|fracture|level|lamina)", re.IGNORECASE
)


def terms_in(text: str, start: int = 0) -> Iterator[Term]:
    """The terms that begin at or after `start`, in order; list ordinals at a line's start are none."""
    for match in _COPIED.finditer(text, start):
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
    if (upper, _vertebra(region, match["last"])) == ("T1", "T2") and not _VERTEBRA_AFTER.match(
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
    if _VERTEBRA_AFTER.match(text, match.end("first")):
        return False
    return bool(_SEQUENCE_AFTER.match(text, match.end("first")) or _SEQUENCE_BEFORE.search(before))


def _scale(match: re.Match[str]) -> Term:
    named = re.sub(r"[\W_]", "", match["scale"].lower().split()[0])
    name = re.match(r"[a-z]+", named)
    return Term("number", ("scale", name[0].rstrip("s") if name else "", _grade(match["grade"])), *match.span())


def _grade(written: str) -> str:
    written = written.lower()
    letter = written[-1] if len(written) > 1 and written[-1] in "abcdef" else ""
    value = written.removesuffix(letter)
    return f"{_ROMAN.get(value, value)}{letter}"


def _rank(match: re.Match[str]) -> Term:
    written = match[0].lower()
    value = _RANK_WORDS[written] if written in _RANK_WORDS else int(written[:-2])
    return Term("number", ("rank", Decimal(value)), *match.span())


def _ratio(match: re.Match[str]) -> Term:
    return Term("number", ("ratio", match[0]), *match.span())


def _number(match: re.Match[str]) -> Term | None:
    """A value, a dimension string or a range; lengths in mm. A lone "one" is a pronoun."""
    parts = list(_PART.finditer(match[0]))
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
    names = "/".join(sorted({"length" if unit in _MM_PER else unit for unit in units}))
    in_mm = [value * _MM_PER.get(unit, Decimal(1)) for value, unit in zip(values, units, strict=True)]
    return Term("size", (names, _joints(parts), *in_mm), *match.span())


def _joints(parts: list[re.Match[str]]) -> str:
    """ "x" for each dimension joined, "-" for each end of a range."""
    joints = [(part["joint"] or "").strip().lower() for part in parts[1:]]
    return "".join("x" if joint in ("x", "×", "*", "by") else "-" for joint in joints)


def _unit(written: str | None) -> str:
    plain = (written or "").strip(" \t-").lower()
    return next((name for name, pattern in _UNITS.items() if re.fullmatch(pattern, plain)), "")


def value_of(numeral: str) -> Decimal:
    """ "1.2", "1,2", "1,200" or "two" as a value."""
    word = _NUMBER_WORDS.get(numeral.lower())
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
