"""Copy-only drafting: which sides, sizes, numbers, levels and comparisons these findings allow a draft to state.

Words are guaranteed, truth is not: a term that the findings hold may still be said of the wrong thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from app.domain.copy_terms import Key, Term, TermKind, terms_in
from app.domain.prompt import is_given
from app.domain.report import Findings
from app.domain.sentences import sentence_spans

# An exam names a single-sided body part when it holds one of these once, and one side.
_PAIRED_PART = re.compile(
    r"\b(?:knees?|hips?|shoulders?|ankles?|foot|feet|wrists?|hands?|elbows?|breasts?|kidneys?|femurs?|femora|tibias?|tib"
    r"|humerus|forearms?|arms?|legs?|thighs?|calf|calves|orbits?|eyes?|ears?|clavicles?|scapulas?|heels?|calcaneus|fingers?"
    r"|thumbs?|toes?|ribs?|extremity|extremities|hemithorax|groin|axilla|testicles?|temporal bones?)\b",
    re.IGNORECASE,
)
_EXAM_SIDE = re.compile(r"\b(?:(left|lt|l)|(right|rt|r)|(bilateral|both|bilat))\b", re.IGNORECASE)

# Findings that, stated of the left and of the right, are bilateral.
_TWO_SIDED = re.compile(
    r"\b(?:effusion|opacit|atelecta|consolidat|nodul|pneumothora|infiltrat|edema|oedema|fractur|cyst|stone|calcul|mass|thicken"
    r"|stenos|hydroneph|plaque|hernia|scar|tear|osteoarthr|degenerat|lymphadenop|adenop|hemorrhag|hematoma|infarct|emphysem"
    r"|bronchiect|lesion|spur|osteophyt|calcif|granulom|sinusit|mastoid)\w*",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|without|not|negative|absence|free of|clear of|resolved)\b", re.IGNORECASE)
# "XXXX, XXXX.": what de-identification leaves of a comparison names no study.
_REDACTED = re.compile(r"^[\sx,.;/-]*$", re.IGNORECASE)
_CORONARY = re.compile(r"coronar|stent|circumflex|\bRCA\b|anterior descending", re.IGNORECASE)

# What may still become a longer number, dimension or level: its end, and what may be its continuation.
_CONTINUED = re.compile(r"[.,]?|[ \t]*(?:(?:[x×*/–—-]|by|to|through)[ \t]*)?[a-z%°/²³]*", re.IGNORECASE)
# No unit is longer: a word without end, as a model may write, is no reason to wait for one.
_LONGEST_UNIT = 24
_OPEN_NUMERAL = re.compile(r"(?<![\w.,])(?P<written>[a-z]\d[\w.,]*|\d[\d.,]*)$", re.IGNORECASE)
_LINE_NUMBER = re.compile(r"(?:^|\n)[ \t]*\(?\d{1,2}[.)]?$")
_SETTLES_LATE: frozenset[TermKind] = frozenset({"size", "number", "level"})


@dataclass(frozen=True)
class CopyOnly:
    """What may be stated in a draft.

    Attributes:
        keys: of the terms allowed.
        numerals: how the numbers in them may be written.
        free: kinds of which every term is allowed.
    """

    keys: frozenset[Key]
    numerals: frozenset[str]
    free: frozenset[TermKind]

    @staticmethod
    def from_findings(findings: Findings, exam: str = "", *, recommendations: bool = False) -> CopyOnly:
        """What these findings allow, with comparison and exam; the indication allows nothing.

        Args:
            recommendations: whether the draft may add recommendations that the findings do not hold.
        """
        keys = _allowed(list(terms_in(findings.text)), findings.text) | _exam_side(exam)
        free: set[TermKind] = set()
        if is_given(findings.comparison) and not _REDACTED.match(findings.comparison):
            free.add("comparison")
        if recommendations:
            free.add("recommendation")
        return CopyOnly(keys, _numerals(keys), frozenset(free))

    def allows(self, term: Term) -> bool:
        """Whether the draft may state this term."""
        if term.key in self.keys or term.kind in self.free:
            return True
        # An abbreviation may be spelled out and written again: what counts is its side.
        return term.kind == "side" and term.key[:1] in self.keys

    def first_barred(self, text: str, start: int = 0, *, ends: bool) -> Term | None:
        """The first term from `start` on that must not stand there.

        Args:
            ends: the text ends here; otherwise a term at its end that may still grow is judged by what it can become.
        """
        for term in terms_in(text, start):
            if (ends or not _may_grow(term, text)) and not self.allows(term):
                return term
        return None if ends else self._hopeless_numeral(text, start)

    def added(self, text: str) -> list[Term]:
        """Recommendations that the findings do not hold."""
        return [term for term in terms_in(text) if term.kind == "recommendation" and term.key not in self.keys]

    def _hopeless_numeral(self, text: str, start: int) -> Term | None:
        """A number at the text's end that no allowed one begins with."""
        match = _OPEN_NUMERAL.search(text, max(start, len(text) - 24))
        if match is None or _LINE_NUMBER.search(text):
            return None
        written = match["written"].lower().rstrip(".,").replace(",", ".")
        if any(numeral.startswith(written) for numeral in self.numerals):
            return None
        return Term("number", (), match.start("written"), len(text))


def remark_on(kind: str) -> str:
    """What a radiologist is told of a marked sentence."""
    if kind == "recommendation":
        return "A recommendation was added by the model, or wanted where the findings hold none. Check."
    return f"The model wanted a {kind} the findings lack. Check."


def _may_grow(term: Term, text: str) -> bool:
    """Whether what follows, so far, leaves open where the term ends."""
    if term.kind in _SETTLES_LATE:
        return len(text) - term.end <= _LONGEST_UNIT and _CONTINUED.fullmatch(text, term.end) is not None
    return term.end == len(text)


def _allowed(stated: list[Term], text: str) -> frozenset[Key]:
    keys = {term.key for term in stated if term.key}
    keys |= {
        term.key[:1] for term in stated if term.kind == "side" and (term.key[-1] != "LAD" or _CORONARY.search(text))
    }
    keys |= {(*term.key[:1], "", max(_values(term.key))) for term in stated if term.kind == "size"}
    trends = {term.key for term in stated if term.kind == "comparison"}
    if trends:
        keys.add(("prior",))
    if ("both",) not in keys and _is_two_sided(stated, text):
        keys.add(("both",))
    # "Rib 5" is the fifth rib.
    ranks = {key for key in keys if key[0] in ("rank", "bare") and len(_values(key)) == 1}
    keys |= {("rank", _values(key)[0]) for key in ranks}
    return frozenset(keys)


def _values(key: Key) -> list[Decimal]:
    return [part for part in key if isinstance(part, Decimal)]


def _is_two_sided(stated: list[Term], text: str) -> bool:
    """Whether the same finding is stated of the left and of the right."""
    sides: dict[str, set[str]] = {"left": set(), "right": set()}
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        if _DENIED.search(sentence):
            continue
        named = {match[0].lower()[:7] for match in _TWO_SIDED.finditer(sentence)}
        for term in stated:
            if term.kind == "side" and start <= term.start < end and term.key[0] != "both":
                sides[str(term.key[0])] |= named
    return bool(sides["left"] & sides["right"])


def _exam_side(exam: str) -> frozenset[Key]:
    found = {("left", "right", "both")[(match.lastindex or 1) - 1] for match in _EXAM_SIDE.finditer(exam)}
    if len(found) != 1 or "both" in found or len(_PAIRED_PART.findall(exam)) != 1:
        return frozenset()
    return frozenset({(found.pop(),)})


def _numerals(keys: frozenset[Key]) -> frozenset[str]:
    """How the numbers of these terms may be written, in lower case."""
    written: set[str] = set()
    for key in keys:
        values = _values(key)
        if key[0] in ("code", "ratio"):
            written |= {str(key[1]), *re.findall(r"\d\w*", str(key[1]))}
        elif key[0] == "scale":
            written.add(str(key[-1]))
        elif not values:
            written |= {part.lower() for part in key if isinstance(part, str)}
            written |= {part[1:] for part in key if isinstance(part, str)}
        for value in values:
            scaled = (value, value / 10) if "length" in str(key[0]) else (value,)
            for one in scaled:
                plain = format(one.normalize(), "f")
                # "5.0 cm" says the same as "5 cm".
                written |= {plain, f"{plain}.0" if "." not in plain else f"{plain}0"}
    return frozenset(written)
