"""Words that stand denied in one text and asserted in the other, whatever they name.

For what the lexicon does not hold: it compares content words, statement by statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.review.case import Case
from app.review.flags import Flag, Severity
from app.review.lexicon import Branch, lexicon
from app.review.reading import Observation, Reading, Span, Statement
from app.review.scopes import Status

_STEM = 6
# Share of a statement's words that one statement of the other text must hold with the other meaning, and by how much
# that must exceed what any statement holds with the same meaning.
_DENIED_SHARE, _SAID_SHARE = 0.6, 0.5
_MARGIN = 0.3
_FEW = 2
# Words of content here, though they say nothing of what a sentence speaks of: they limit what is denied.
# A denial of the rest leaves room for what is described.
_OF_THE_REST = re.compile(
    r"\b(?:other|further|additional|remaining|rest|elsewhere|otherwise|new|newly)\b", re.IGNORECASE
)
# "No large infarct" leaves room for a small or old one.
_LIMITING = re.compile(r"\b(?:acute|new|recent|large|major|significant|further|other)\b", re.IGNORECASE)
# A statement of fewer words echoes nothing; nearly all of them must be the same.
_ECHO_WORDS, _ECHO = 4, 0.7
_LONG = 6
# How something reaches a structure; denied, the structure is spared.
_REACHING = frozenset({"involv", "infilt", "invade", "affect", "compro", "reache"})
# "Absent flow" and "flow is absent" say the same, though only one of them denies flow.
_ABSENT = "absent"
_LIMITS = frozenset({"new", "acute", "significant", "recent"})


@dataclass(frozen=True)
class _Worded:
    """The content words of a statement or sentence, by meaning."""

    span: Span
    said: frozenset[str]
    denied: frozenset[str]


def word_flips(case: Case) -> Iterator[Flag]:
    """Words asserted in the impression and denied in the findings, or the other way round."""
    stated = [_worded(statement) for statement in case.findings.statements]
    findings = [*stated, *_sentences(case.findings, stated)]
    denying = [other for other in findings if not _OF_THE_REST.search(case.findings.text[slice(*other.span)])]
    asking = {cue.sentence for cue in case.impression.cues_of("recommendation", "asks")}
    for statement in case.impression.statements:
        if statement.is_continued:
            continue
        mine = _worded(statement)
        named = [case.impression.observations[at] for at in statement.observations]
        if not _are_stated(case, named) and (source := _denied_there(mine.said, denying, findings)):
            is_limited = _LIMITING.search(case.findings.text, *source) is not None
            together = not is_limited and _are_together(mine.said, [other.denied for other in stated])
            is_sure = _is_unnamed(named) or together
            yield _flag("deny what the impression says", statement.span, source, is_sure)
        elif not _are_limited(case, named, mine.denied) and (source := _said_there(mine.denied, findings)):
            is_sure = _is_unnamed(named) or _are_together(mine.denied, [other.said for other in stated])
            yield _flag("say what the impression denies", statement.span, source, is_sure)
        elif statement.sentence not in asking and (source := _turned_echo(mine, findings)):
            is_sure = _is_unnamed(named) or len(mine.said | mine.denied) >= _LONG
            yield _flag("say this the other way round", statement.span, source, is_sure)


def _flag(message: str, span: Span, source: Span, is_sure: bool) -> Flag:
    severity = Severity.WARNING if is_sure else Severity.NOTE
    return Flag("negation_flip", severity, f"The findings {message}.", span, source)


def _are_together(words: frozenset[str], statements: list[frozenset[str]]) -> bool:
    """One statement holds all of several words."""
    return len(words) >= _FEW and any(words <= theirs for theirs in statements)


def _is_unnamed(named: list[Observation]) -> bool:
    """Of what the lexicon names the rules of negation know more: that words are shared is weak evidence there."""
    return all(o.is_generic for o in named)


def _denied_there(said: frozenset[str], denying: list[_Worded], findings: list[_Worded]) -> Span | None:
    """The findings' statement that denies these words, unless another asserts nearly as many of them."""
    best = max(denying, key=lambda other: len(said & other.denied), default=None)
    if best is None or len(said) < _FEW:
        return None
    shared = said & best.denied
    if len(shared) < max(_DENIED_SHARE * len(said), _FEW) or not shared - place_stems():
        return None
    asserted = max(len(said & other.said) for other in findings)
    return best.span if len(shared) - asserted >= _MARGIN * len(said) else None


def _said_there(denied: frozenset[str], findings: list[_Worded]) -> Span | None:
    """The findings' statement that asserts these words, unless another denies nearly as many of them."""
    best = max(findings, key=lambda other: len((denied & other.said) - place_stems()), default=None)
    if best is None or not denied:
        return None
    shared = denied & best.said
    if len(shared) < max(_SAID_SHARE * len(denied), min(_FEW, len(denied))) or not shared - place_stems():
        return None
    agreed = max(len(denied & other.denied) for other in findings)
    return best.span if len(shared) - agreed >= _MARGIN * len(denied) else None


def _turned_echo(mine: _Worded, findings: list[_Worded]) -> Span | None:
    """The findings' sentence that nearly all words repeat, some denied in one text and asserted in the other."""
    words = mine.said | mine.denied
    if len(words) < _ECHO_WORDS or not findings:
        return None
    best = max(findings, key=lambda other: len(words & (other.said | other.denied)))
    if len(words & (best.said | best.denied)) < _ECHO * len(words):
        return None
    if _ABSENT in mine.said and _ABSENT in best.said:
        return None
    for turned, agreeing in ((mine.said & best.denied, "said"), (mine.denied & best.said, "denied")):
        own = turned - place_stems()
        if len(turned) >= _FEW and own and not any(own <= getattr(other, agreeing) for other in findings):
            return best.span
    return None


def _are_stated(case: Case, named: list[Observation]) -> bool:
    """What the lexicon finds in the findings needs no comparison of words."""
    claims = [o for o in named if o.is_asserted and not o.is_generic]
    return bool(claims) and all(case.stated_for(o) or case.evidence_for(o) for o in claims)


def _are_limited(case: Case, named: list[Observation], denied: frozenset[str]) -> bool:
    """ "No acute fracture" denies only acute ones; "no further lesions" leaves room for those described."""
    denials = [o for o in named if o.status is Status.ABSENT]
    if any(o.qualifiers or o.is_generic or o.trend for o in denials) or denied & _LIMITS:
        return True
    return bool(denials) and all(_is_denied_too(case, o) for o in denials)


def _is_denied_too(case: Case, denial: Observation) -> bool:
    named = [o for o in case.denials if not o.is_generic]
    return any(o.finding.is_kind_of(denial.name) or denial.finding.is_kind_of(o.name) for o in named)


def _sentences(reading: Reading, stated: list[_Worded]) -> Iterator[_Worded]:
    gathered: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for statement, worded in zip(reading.statements, stated, strict=True):
        said, denied = gathered.get(statement.sentence, (frozenset(), frozenset()))
        gathered[statement.sentence] = (said | worded.said, denied | worded.denied)
    for index, (said, denied) in gathered.items():
        yield _Worded(reading.sentences[index], said, denied)


def _worded(statement: Statement) -> _Worded:
    denied = frozenset([stem[:_STEM] for stem in statement.denied_stems]) - _report_stems()
    said = frozenset([stem[:_STEM] for stem in statement.stems - statement.denied_stems]) - _report_stems()
    # "The liver is normal" and "the liver is not involved" assert nothing of the liver that a denial could contradict.
    is_spared = statement.normal is True or (bool(denied) and denied <= _REACHING)
    return _Worded(statement.span, frozenset() if is_spared else said, denied)


@cache
def place_stems(length: int = _STEM) -> frozenset[str]:
    """The words of places, cut: shared alone, they do not make two statements speak of the same thing."""
    return frozenset(word[:length] for word in _words_of_places(lexicon().phrases))


@cache
def _report_stems() -> frozenset[str]:
    return frozenset(word[:_STEM] for word in lexicon().word_lists["of_the_report"])


def _words_of_places(branch: Branch, *before: str) -> Iterator[str]:
    if any(entry.key[0] == "place" for entry in branch.entries):
        yield from before
    for word, following in branch.following.items():
        yield from _words_of_places(following, *before, word)
