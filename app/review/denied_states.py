"""A good state denied in one text and stated in the other: "not patent" beside "widely patent".

It knows words of good states by what they mean; bad states by their own names stand in predicates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.review.case import Case
from app.review.flags import Flag, Severity
from app.review.phrases import stems_of
from app.review.predicates import BAD
from app.review.reading import Reading, Span
from app.review.scopes import Status
from app.review.wording import quoted

# What says of a structure that it is as it should be, by meaning; words as they stand in a text, cut.
_MEANINGS = {
    "open": r"patent|patency|open|permeable|opacif\w+|unobstructed|compressible|compress(?:es)?|triphasic"
    r"|recanali[sz]ed|fill(?:s|ed)?|enhances?|non-?occluded",
    "whole": r"intact|continuous|continuity|preserved|maintained|undamaged|in\s+place|smooth|unbroken|attached",
    "spared": r"spared|spares|sparing|uninvolved|unaffected|free|clear|not\s+(?:involved|affected|infiltrated|invaded"
    r"|reached|crossed|encased|breached)",
    "aired": r"clear|aerated|pneumati[sz]ed|expanded|inflated",
    "gone": r"cleared|resolved|resorbed|disappeared|gone|regressed|drained|healed|no\s+longer\s+\w+",
    "steady": r"stable|unchanged|steady|located|reduced|congruent|concentric(?:ally)?|aligned|anatomical(?:ly)?"
    r"|in\s+joint|no\s+(?:subluxation|dislocation|instability|translation)",
    "healed": r"healed|united|union|consolidated|bridging|bridged|fused|fusion|solid",
    "relieved": r"decompressed|relieved|capacious",
    "alive": r"viable|perfused|vasculari[sz]ed|enhances?",
}
_ALWAYS = r"normal(?:ly)?|unremarkable"
_STATED = {
    meaning: re.compile(rf"\b(?:{words}|{_ALWAYS})\b", re.IGNORECASE)
    for meaning, words in _MEANINGS.items()
    if meaning != "relieved"
} | {"relieved": re.compile(r"\b(?:decompressed|relieved|capacious|normal(?:ly)?)\b", re.IGNORECASE)}
_DENYING = r"(?:not|no\s+longer|isn't|aren't|hasn't|haven't|never|nowhere)"
_GOOD = (
    r"patent|open|permeable|compressible|recanali[sz]ed|intact|continuous|preserved|maintained|attached|spared"
    r"|uninvolved|unaffected|clear(?!ly)|cleared|aerated|pneumati[sz]ed|resolved|resorbed|disappeared|stable|located"
    r"|congruent|aligned|reduced|healed|united|consolidated|bridged|fused|decompressed|viable|perfused|normal|unremarkable"
)
_DENIED = re.compile(
    rf"\b(?:{_DENYING}\s+(?:\w+\s+){{0,2}}?(?:yet\s+)?|non-?\s?|no\s+)(?P<good>{_GOOD}|union|fusion)\b", re.IGNORECASE
)
# "Not normal" of nothing, "not clear whether", "not stable enough to be moved".
_OTHERWISE = re.compile(
    r"\s*(?:whether|if|why|how|what|where|from|enough|in\s+(?:size|width|position)|for\s+age|compared)\b", re.IGNORECASE
)
_DENIED_ALREADY = re.compile(
    r"\b(?:not|no|non|without|isn't|aren't|longer|partly|partially|incomplete\w*|hardly|poorly|loss\s+of|lost|never)\W+(?:\w+\W+)?$",
    re.IGNORECASE,
)
# Names that stand for one another in speech.
_SAME = {
    "cruci": ("acl", "pcl"),
    "colla": ("mcl", "lcl"),
    "cuff": ("supraspinatus", "infraspinatus", "subscapularis"),
    "vesse": ("arter", "vein"),
    "pneum": ("conso",),
    "carot": ("ica", "cca"),
    "ossic": ("incus", "malle", "stape"),
}
# Too common to tell one structure from another.
_PLAIN = frozenset({"bone", "wall", "level", "joint", "site", "segme"})
_LITTLE = frozenset({"the", "and", "are", "has", "was", "not", "but", "all", "its", "new", "old", "any", "yet", "now"})
_SHORTEST = 3


@dataclass(frozen=True)
class _Denied:
    """A good state that is denied, and the cut words of what it is denied of."""

    meaning: str
    subject: frozenset[str]
    sides: frozenset[str]
    span: Span


def denied_state_flags(case: Case) -> Iterator[Flag]:
    """ "Not patent" beside "patent": a warning; beside nothing of the kind: a note; and the other way round."""
    findings, impression = case.findings, case.impression
    asked = {cue.sentence for cue in impression.cues_of("recommendation", "asks")}
    for denied in _all_denied(case, impression, asked):
        if _is_denied_too(case, findings, denied):
            continue
        words = quoted(impression.text, denied.span)
        if source := _stated(case, findings, denied):
            message = f"The findings say otherwise: {quoted(findings.text, source)}."
            yield Flag("negation_flip", Severity.WARNING, message, denied.span, source)
        elif not _is_bad(case, findings, denied):
            yield Flag("negation_flip", Severity.NOTE, f"The findings do not say so: {words}.", denied.span)
    for denied in _all_denied(case, findings, set()):
        if _stated(case, findings, denied) or _is_denied_too(case, impression, denied):
            continue
        if source := _stated(case, impression, denied):
            message = f"The findings say {quoted(findings.text, denied.span)}."
            yield Flag("negation_flip", Severity.WARNING, message, source, denied.span)


def _all_denied(case: Case, reading: Reading, without: set[int]) -> Iterator[_Denied]:
    for number, sentence in enumerate(reading.sentences):
        if number not in without:
            yield from _denied(case, reading, sentence)


def _denied(case: Case, reading: Reading, sentence: Span) -> Iterator[_Denied]:
    for match in _DENIED.finditer(reading.text, *sentence):
        if _OTHERWISE.match(reading.text, match.end()):
            continue
        good = match["good"].lower()
        before, after = reading.text[sentence[0] : match.start()], reading.text[match.end() : sentence[1]]
        subject = _nearest(case, before) or _nearest(case, after, first=True)
        if subject:
            words = frozenset(re.findall(r"\b(?:left|right)\b", _clause(before) or after, re.IGNORECASE))
            sides = frozenset(word.lower() for word in words)
            for meaning, pattern in _MEANINGS.items():
                if re.fullmatch(pattern, good, re.IGNORECASE):
                    yield _Denied(meaning, subject, sides, match.span())
                    break
            else:
                yield _Denied("", subject, sides, match.span())


def _clause(text: str) -> str:
    pieces = [piece for piece in re.split(r"[,;:(]|\b(?:and|but|with|while|whereas)\b", text) if piece.strip()]
    return pieces[-1] if pieces else ""


def _nearest(case: Case, text: str, first: bool = False) -> frozenset[str]:
    """The cut words of the nearest clause that has any."""
    pieces = re.split(r"[,;:(]|\bbut\b", text)
    for piece in pieces if first else reversed(pieces):
        forms = tuple(word.lower() for word in re.findall(r"[A-Za-z]{3,}", piece))
        if stems := _stems(case, forms):
            return stems
    return frozenset()


def _stems(case: Case, forms: tuple[str, ...]) -> frozenset[str]:
    """Content words, cut, and short names in letters ("ACL")."""
    lists = case.matcher.lexicon.word_lists
    short = {f for f in forms if len(f) == _SHORTEST and f not in lists["joining"] and f not in _LITTLE}
    return frozenset(stems_of(forms, case.matcher.lexicon) | short) - _PLAIN


def _shares(subject: frozenset[str], words: frozenset[str]) -> bool:
    if subject & words:
        return True
    return any(word.startswith(other) for stem in subject for other in _SAME.get(stem, ()) for word in words)


def _sentences_about(case: Case, reading: Reading, denied: _Denied) -> Iterator[tuple[int, Span]]:
    for number, words in enumerate(reading.words):
        forms = words.forms
        if denied.sides and (sides := {"left", "right"}.intersection(forms)) and not sides & denied.sides:
            continue
        if _shares(denied.subject, _stems(case, forms)):
            yield number, reading.sentences[number]


def _stated(case: Case, reading: Reading, denied: _Denied) -> Span | None:
    """The findings' sentence that states the good state of the subject; of several the one that shares most words."""
    pattern = _STATED.get(denied.meaning, _STATED["whole"])
    best: tuple[int, Span] | None = None
    for number, span in _sentences_about(case, reading, denied):
        found = pattern.finditer(reading.text, *span)
        good = [m for m in found if not _DENIED_ALREADY.search(reading.text[span[0] : m.start()])]
        good = [m for m in good if not _is_of_other_side(_around(reading.text, span, m), denied.sides)]
        healing = denied.meaning in ("healed", "gone")
        bad = [form for form in reading.words[number].forms if BAD.match(form) and not healing]
        shared = len(denied.subject & _stems(case, reading.words[number].forms))
        if good and not (bad and not _is_denied_there(reading, number)) and (best is None or shared > best[0]):
            best = (shared, span)
    return best[1] if best else None


def _around(text: str, span: Span, match: re.Match[str]) -> str:
    """The clause in which a word stands."""
    before = _clause(text[span[0] : match.start()])
    return before + re.split(r"[,;:(]|\b(?:and|but|with|while|whereas)\b", text[match.start() : span[1]])[0]


def _is_of_other_side(clause: str, sides: frozenset[str]) -> bool:
    found = {word.lower() for word in re.findall(r"\b(?:left|right)\b", clause, re.IGNORECASE)}
    return bool(sides and found) and not sides & found


def _is_denied_there(reading: Reading, number: int) -> bool:
    """Every bad word of the sentence is denied."""
    words, said = reading.words[number], reading.said[number]
    return all(said[at] is Status.ABSENT for at, form in enumerate(words.forms) if BAD.match(form))


def _is_denied_too(case: Case, reading: Reading, denied: _Denied) -> bool:
    """The findings deny a good state of the same."""
    for _, span in _sentences_about(case, reading, denied):
        if any(denied.subject & other.subject for other in _denied(case, reading, span)):
            return True
    return False


def _is_bad(case: Case, reading: Reading, denied: _Denied) -> bool:
    """Something bad is said of it, or a finding of the lexicon stands there."""
    for number, _ in _sentences_about(case, reading, denied):
        if any(o.sentence == number and o.is_asserted and not o.is_generic for o in reading.observations):
            return True
        words, said = reading.words[number], reading.said[number]
        if any(BAD.match(form) and said[at] is not Status.ABSENT for at, form in enumerate(words.forms)):
            return True
    return False
