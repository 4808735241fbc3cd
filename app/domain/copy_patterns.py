"""How sides, sizes, numbers, levels, comparisons and recommendations are written in reports: the patterns alone."""

from __future__ import annotations

import re
from decimal import Decimal

from app.domain.asking_words import ASKING_WORDS
from app.domain.comparison_words import COMPARING


def _either(words: str) -> str:
    return "|".join(words.split())


NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
_RANKS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
RANK_WORDS = {word: number for number, word in enumerate(_RANKS.split(), start=1)}
ROMAN = dict(zip(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"], range(1, 11), strict=True))

# Of two that begin alike, the longer one first.
UNITS = {
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
MM_PER = {"mm": Decimal(1), "cm": Decimal(10)}

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9}(?:[.,]\d{1,6})?|(?<![\w.)])\.\d{1,6})(?!\d)"
_NUMERAL = rf"(?:{_DIGITS}|(?:{_either(' '.join(NUMBER_WORDS))})\b)"
_ANY_UNIT = "|".join(UNITS.values())
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
COPIED = re.compile(
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
    |(?P<rank>\b(?:\d{{1,2}}(?:st|nd|rd|th)|{_either(" ".join(RANK_WORDS))})\b)
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
            |intervally|in[ ]the[ ](?:interval|interim))\b
            |(?={COMPARING})[\w'’]+))
    |(?P<recommendation>\b(?:recommend\w*|advis(?:e|ed|able)|correlat(?:e|ed|ion)
        |follow(?:ed)?[- ]?ups?|consider(?:ation)?
        |further[ ](?:evaluation|characterization|assessment|work-?up|imaging|investigation|follow)
        |suggest(?:ed)?[ ](?:follow|correlat|ct|mri|repeat|further)\w*
        |(?:is|are|be)[ ](?:suggested|warranted|indicated|helpful|useful|necessary
            |obtained|performed|considered|of[ ]value|of[ ]benefit)
        |warranted|repeat[ ](?:{_EXAMS})|reassess\w*|re-?evaluat\w+|surveillance|referral|consultation)\b
        |(?={ASKING_WORDS})[\w'’]+))
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
PART = re.compile(rf"(?P<joint>{_JOINT})?(?P<numeral>{_NUMERAL})(?P<unit>{_WITH_UNIT})?", re.IGNORECASE)
SEQUENCE_AFTER = re.compile(
    r"[ \t]*(?:\*|[-/]?[ \t]?w\b|[-/ \t]*(?:weighted|flair|stir|hyper|hypo|iso|signal|sequence|imag|bright|dark"
    r"|shine|fs\b|fat|prolong|shorten|high|low|increas|decreas|space|tse|relax|map|post|pre|contrast|enhanc))",
    re.IGNORECASE,
)
SEQUENCE_BEFORE = re.compile(
    r"(?:\b(?:on|in|stage)[ \t]*|(?:signal|intens\w*|bright|dark)[ \t]*"
    r"|(?:weighted|flair|\bt[12])[ \t]*(?:[,/]|and\b)[ \t]*)$",
    re.IGNORECASE,
)
VERTEBRA_AFTER = re.compile(
    r"[ \t]*(?:vertebra|bod(?:y|ies)|spin|pedicle|compression|fracture|level|lamina)", re.IGNORECASE
)
