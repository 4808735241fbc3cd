"""What a text calls intact, free or normal, and what it calls torn, involved or narrowed, whatever structure it names.

For structures that the lexicon does not hold, and for findings that stand at another structure too; it knows words of
state, not findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.review.lexicon import Lexicon
from app.review.reading import Reading, Span
from app.review.scopes import Status
from app.review.words import Words

# Good states, each with the bad ones that it excludes.
_INVOLVED = r"involv|invasion|invad|infiltrat|encas|contact$|abut|erosion|eroded|destr"
_RUPTURED = r"tear$|torn$|ruptur|fractur|disrupt|broken$|disconnect|avuls|discontinu|dehisc|transect|lacerat|perforat"
_NARROWED = r"occlu|stenos|narrow|thromb|obstruct|obliterat|compress(?!ib)|block"
_OTHER = r"thicken|enlarg|dilat|swell|swollen$|edema|lesion$|mass$|tumor|metast|abnormal|inflam|atroph|malposition"
_GOOD = {
    "normal": rf"(?:{_INVOLVED}|{_RUPTURED}|{_NARROWED}|{_OTHER})",
    "free": rf"(?:{_INVOLVED}|{_NARROWED})",
    "intact": rf"(?:{_INVOLVED}|{_RUPTURED})",
    "kept": rf"(?:{_INVOLVED}|{_RUPTURED}|narrow|reduc|loss$|lost$|effac)",
    "patent": rf"(?:{_NARROWED})",
    "negative": r"(?:positive$|present$)",
}
_EXCLUDED = {good: re.compile(bad) for good, bad in _GOOD.items()}
BAD = re.compile("|".join(_GOOD.values()))
_STATES = {
    ("normal",): "normal",
    ("unremarkable",): "normal",
    ("inconspicuous",): "normal",
    ("within", "normal", "limit"): "normal",
    ("wnl",): "normal",
    ("nl",): "normal",
    ("spared",): "free",
    ("uninvolved",): "free",
    ("unaffected",): "free",
    ("not", "involved"): "free",
    ("not", "affected"): "free",
    ("not", "infiltrated"): "free",
    ("free",): "free",
    ("clear",): "free",
    ("intact",): "intact",
    ("continuous",): "intact",
    ("in", "continuity"): "intact",
    ("undamaged",): "intact",
    ("in", "place"): "intact",
    ("preserved",): "kept",
    ("maintained",): "kept",
    ("patent",): "patent",
    ("permeable",): "patent",
    ("open",): "patent",
    ("unobstructed",): "patent",
    ("negative",): "negative",
    ("absent",): "negative",
}
_LONGEST = 3
_CUTS = frozenset({";", ":", ".", "?", "(", ")", ",", "and", "or", "but", "with", "without", "-", "while", "whereas"})
_LISTING = frozenset({",", "and", "or"})
_CARRYING = frozenset({"with", "to", "of", "into", "by"})
# A state that is limited to a part, a rest or one respect excludes little.
_LIMITS = frozenset(
    {
        "otherwise",
        "other",
        "remaining",
        "rest",
        "remainder",
        "elsewhere",
        "size",
        "shape",
        "position",
        "for",
        "from",
        "of",
    }
)
_PARTLY = frozenset({"in", "at", "until", "to", "up", "along", "beyond", "over", "throughout"})
_VEINS = frozenset({"vein", "segment", "fully", "completely", "normally", "easily"})
_SIDES = frozenset({"left", "right"})
_WHERE = frozenset(
    {
        "left",
        "right",
        "bilateral",
        "anterior",
        "posterior",
        "medial",
        "lateral",
        "superior",
        "inferior",
        "upper",
        "lower",
    }
    | {"proximal", "distal", "internal", "external", "first", "second", "third", "fourth", "fifth", "middle", "deep"}
    | {"superficial", "common"}
)
_PARTS = frozenset(
    {"vein", "artery", "duct", "vessel", "nerve", "node", "hilum", "sinus", "ligament", "tendon", "capsule"}
)
_SHORTEST, _ALIKE = 3, 4


@dataclass(frozen=True)
class State:
    """A structure's state.

    Attributes:
        kind: "normal", "free" and so on; "" for a bad state.
        subject: the content words of what it is said of; `where` those that tell one from its like.
        full: both, in order.
        span: characters of the words that say it.
        word: the bad state's word; "" for a good one.
    """

    kind: str
    subject: tuple[str, ...]
    where: frozenset[str]
    full: tuple[str, ...]
    span: Span
    sentence: int
    word: str = ""

    def excludes(self, bad: State) -> bool:
        """This good state and that bad one cannot both be true of the structure they name."""
        if not _EXCLUDED[self.kind].match(bad.word) or not self.is_named_in(bad):
            return False
        return self.where <= bad.where or (_is_short(self, bad) and self.where & _SIDES <= bad.where)

    def is_named_in(self, other: State) -> bool:
        """Each word of the subject, or an abbreviation of all of them, stands in the other's."""
        if all(any(_alike(mine, theirs) for theirs in other.subject) for mine in self.subject):
            # The splenic vein is not the spleen.
            return not (_PARTS.intersection(other.subject) - _PARTS.intersection(self.subject)) or bool(
                set(self.subject) & set(other.subject)
            )
        return _is_short(self, other)


def good_states(reading: Reading, lexicon: Lexicon) -> Iterator[State]:
    """Everything called intact, free, patent or normal, one state a structure of a list."""
    for number, words in enumerate(reading.words):
        for first, end, kind in _cues(words):
            segment = _segment(words, first)
            if _LIMITS.intersection(words.forms[segment[0] : end + 1]) or _is_negated(words, first):
                continue
            if _PARTLY.intersection(words.forms[end : end + 1]):
                continue
            items = list(_listed(words, segment[0], first))
            # "Right carotid and middle cerebral artery": the first tells the side of all.
            sides = _SIDES.intersection(words.forms[items[-1][0] : first])
            head: tuple[str, ...] = ()
            for begin, stop in items:
                subject, where = _subject(words, begin, stop, lexicon)
                # "Anterior and posterior horn": the first has its noun from the last.
                head = head or subject
                named = subject or (head if where else ())
                if named:
                    where = where if where & _SIDES else where | sides
                    full = _full(words, begin, stop, named)
                    yield State(kind, named, where, full, words.span(begin, end), number)


def bad_states(reading: Reading, lexicon: Lexicon) -> Iterator[State]:
    """Everything called torn, involved, narrowed or otherwise abnormal, if only probably."""
    for number, words in enumerate(reading.words):
        said = reading.said[number]
        for at, form in enumerate(words.forms):
            if not BAD.match(form) or _is_compressible(words, at) or said[at] in (Status.ABSENT, Status.ASKED):
                continue
            begin, stop = _segment(words, at)
            subject, where = _subject(words, begin, stop, lexicon)
            named = tuple(word for word in subject if not _alike(word, form))
            if named:
                full = _full(words, begin, stop, named)
                yield State("", named, where, full, words.span(begin, stop), number, form)


def _is_compressible(words: Words, at: int) -> bool:
    """ "The vein compresses": as it should."""
    return words.forms[at] == "compress" and not _VEINS.isdisjoint(words.forms[max(0, at - 2) : at])


def _cues(words: Words) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < len(words):
        for length in range(_LONGEST, 0, -1):
            forms = words.forms[at : at + length]
            if kind := _STATES.get(forms):
                yield at, at + len(forms), kind
                at += length - 1
                break
        at += 1


def _is_negated(words: Words, first: int) -> bool:
    return not {"not", "no", "longer", "partially", "partly", "hardly"}.isdisjoint(
        words.forms[max(0, first - 2) : first]
    )


def _segment(words: Words, at: int) -> tuple[int, int]:
    """The words around one of them up to the next comma, "and" or the like; "contact with the chiasm" is one piece."""
    begin = at
    while begin and words.forms[begin - 1] not in _CUTS:
        begin -= 1
    end = at + 1
    while end < len(words) and (words.forms[end] not in _CUTS or (end == at + 1 and words.forms[end] in _CARRYING)):
        end += 1
    return begin, end


def _listed(words: Words, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The items of the list that ends with a state, the last first; a state of its own ends the list."""
    yield begin, end
    while begin and words.forms[begin - 1] in _LISTING:
        stop = begin - 1
        if stop and words.forms[stop - 1] == ",":
            stop -= 1
        begin = _segment(words, stop - 1)[0] if stop else 0
        items = words.forms[begin:stop]
        plain = all(form.isalpha() and not BAD.match(form) for form in items)
        if not items or not plain or len(items) > _ALIKE or any(items[n : n + 1] in _STATES for n in range(len(items))):
            return
        yield begin, stop


def _subject(words: Words, begin: int, end: int, lexicon: Lexicon) -> tuple[tuple[str, ...], frozenset[str]]:
    free, joining = lexicon.word_lists["content_free"], lexicon.word_lists["joining"]
    forms = words.forms[begin:end]
    where = frozenset(form for form in forms if form in _WHERE)
    named = (
        form
        for form in forms
        if form.isalpha() and len(form) >= _SHORTEST and form.strip("x") and form not in free | joining | _WHERE | _CUTS
    )
    return tuple(named), where


def _full(words: Words, begin: int, end: int, named: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(form for form in words.forms[begin:end] if form in named or form in _WHERE - _SIDES)


def _is_short(one: State, other: State) -> bool:
    """ "ACL" in one, "anterior cruciate ligament" in the other."""
    return any(_abbreviates(word, two.full) for mine, two in ((one, other), (other, one)) for word in mine.subject)


def _alike(one: str, two: str) -> bool:
    """ "Meniscus" and "meniscal", "spleen" and "splenic"."""
    if one == two:
        return True
    shared = 0
    for left, right in zip(one, two, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= max(_ALIKE, min(len(one), len(two)) - 2)


def _abbreviates(short: str, words: tuple[str, ...]) -> bool:
    """ "MRF" of "mesorectal fascia": the first letters of all words, with letters of the words between them."""
    if len(words) < 2 or not len(words) <= len(short) <= _ALIKE or short[0] != words[0][0]:
        return False
    pattern = r"[\w ]*".join(short) + r"\w*"
    return re.fullmatch(pattern, " ".join(words)) is not None and _holds(short, "".join(word[0] for word in words))


def _holds(short: str, initials: str) -> bool:
    letters = iter(short)
    return all(letter in letters for letter in initials)
