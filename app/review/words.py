"""Cuts text into words that compare alike whatever their number, spelling or case; offsets stay those of the text.

It knows English spelling, nothing of radiology.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# "#" before a word is a fracture, before a number it is a number sign.
_TOKEN = re.compile(r"#(?!\s?\d)|\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)?|[,;:()/.?\[\]>+]|\s[-–—]+(?=\s)")

_DASHES = frozenset("-–—")

# British to American, piece by piece; applied to lexicon and text alike.
_SPELLINGS = (
    ("oedema", "edema"),
    ("haem", "hem"),
    ("ischaem", "ischem"),
    ("aemia", "emia"),
    ("oesoph", "esoph"),
    ("tumour", "tumor"),
    ("caec", "cec"),
    ("faec", "fec"),
    ("foet", "fet"),
    ("fibre", "fiber"),
    ("calibre", "caliber"),
    ("centre", "center"),
    ("colour", "color"),
    ("grey", "gray"),
    ("orthopaed", "orthoped"),
    ("gynaec", "gynec"),
    ("leucoc", "leukoc"),
    ("coeliac", "celiac"),
    ("anaesth", "anesth"),
    ("characteris", "characteriz"),
    ("visualis", "visualiz"),
    ("mineralis", "mineraliz"),
    ("localis", "localiz"),
    ("neighbour", "neighbor"),
    ("recognis", "recogniz"),
    ("generalis", "generaliz"),
    ("vascularis", "vasculariz"),
    ("stabilis", "stabiliz"),
    ("necrotis", "necrotiz"),
    ("aemic", "emic"),
    ("aetiolog", "etiolog"),
    ("aneurism", "aneurysm"),
)
_BRITISH = re.compile("|".join(british for british, _ in _SPELLINGS))
_AMERICAN = dict(_SPELLINGS)
_IRREGULAR = {
    "vertebrae": "vertebra",
    "thrombi": "thrombus",
    "emboli": "embolus",
    "bullae": "bulla",
    "diverticula": "diverticulum",
    "hila": "hilum",
    "apices": "apex",
    "calculi": "calculus",
    "foci": "focus",
    "septa": "septum",
    "sulci": "sulcus",
    "gyri": "gyrus",
    "bronchi": "bronchus",
    "testes": "testis",
    "calyces": "calyx",
    "calices": "calyx",
    "menisci": "meniscus",
    "foramina": "foramen",
    "lumina": "lumen",
    "cortices": "cortex",
    "ganglia": "ganglion",
    "atria": "atrium",
    "bases": "base",
    "diseases": "disease",
    "cases": "case",
    "increases": "increase",
    "decreases": "decrease",
    "phases": "phase",
    "areas": "area",
    "bursae": "bursa",
    "fistulae": "fistula",
    "fistulas": "fistula",
    "feet": "foot",
    "teeth": "tooth",
    "lacunae": "lacune",
    "granulomata": "granuloma",
    "hematomata": "hematoma",
    "disks": "disc",
    "disk": "disc",
    "axes": "axis",
    "ribs": "rib",
    "rupturing": "rupture",
    "women": "woman",
    "men": "man",
    "nuclei": "nucleus",
    "ilei": "ileus",
    "rami": "ramus",
    "tophi": "tophus",
    "condyli": "condyle",
    "osseus": "osseous",
    "#": "fracture",
    "#s": "fracture",
}
_KEPT = frozenset(
    {"is", "has", "was", "does", "as", "this", "his", "its", "us", "less", "s", "gas", "pancreas", "lens"}
)
_ENDINGS = ("oses", "ases", "eses", "yses", "ises")


# "R kidney", "L ovary", but not "2 L", "R/O", "L-spine" and "5 R".
_LETTERS = {"L": "left", "R": "right", "Lt": "left", "Rt": "right"}
_NO_SIDE_BEFORE = re.compile(r"\d\s?\Z|[/&+-]\Z")
_NO_SIDE_AFTER = re.compile(r"[/&²]|-(?!sided)\w|\s?(?:of\s)?=|\.?\s*\d(?!\d?(?:st|nd|rd|th)\b)")


@lru_cache(maxsize=16384)
def normal_form(word: str) -> str:
    """One word in lower case, American and singular; not always English, but the same for all its forms."""
    word = word.lower().replace("’", "'")
    if word.endswith("'s"):
        word = word[:-2]
    word = _BRITISH.sub(lambda match: _AMERICAN[match[0]], word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or word in _KEPT or not word.endswith("s"):
        return word
    if word.endswith(("ss", "us", "is", "ous")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(_ENDINGS) and len(word) > 6:
        return word[:-2] + "is"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


@dataclass(frozen=True)
class Words:
    """The words and clause marks of one sentence.

    Attributes:
        forms: normal forms; marks (",", ";", ":", "(", "/", "-" between spaces …) stand for themselves.
        raw: as written.
        spans: character offsets into the whole text.
    """

    forms: tuple[str, ...]
    raw: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.forms)

    def span(self, first: int, end: int) -> tuple[int, int]:
        """The characters from word `first` up to, not including, word `end`."""
        return self.spans[first][0], self.spans[end - 1][1]


def _is_side(text: str, span: tuple[int, int]) -> bool:
    """A lone capital that stands for a side, not for liters, a vertebra or an abbreviation."""
    before = text[max(0, span[0] - 2) : span[0]]
    return _NO_SIDE_BEFORE.search(before) is None and _NO_SIDE_AFTER.match(text, span[1]) is None


def words_of(text: str, start: int = 0, end: int | None = None) -> Words:
    """The words of text[start:end]."""
    forms: list[str] = []
    raw: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        written, span = match[0], match.span()
        form = normal_form(written)
        if form[-1:] in _DASHES and written[0].isspace():
            span = (span[1] - len(written.lstrip()), span[1])
            form = written = "-"
        if written in _LETTERS and _is_side(text, span):
            form = _LETTERS[written]
        raw.append(written)
        forms.append(form)
        spans.append(span)
    return Words(tuple(forms), tuple(raw), tuple(spans))
