"""A finding asserted of a place at which it is denied, or which is called normal: its being elsewhere states nothing.

It compares the words for the place as written; what has no such words is left to the rules of negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Nearness, related
from app.review.denied_words import place_stems
from app.review.flags import Flag, Severity
from app.review.negation import at_other_level
from app.review.phrases import STEM, stems_of
from app.review.reading import Observation, Reading, Span, Statement
from app.review.scopes import Status

_REACH = 10
_BREAKS = frozenset(
    {",", ";", ":", ".", "(", ")", "with", "without", "but", "which", "while", "is", "are", "was", "has", "from"}
)
_SIDES = frozenset({"left", "right"})
_REST = re.compile(r"\b(?:other|further|additional|remaining|elsewhere|otherwise|new|newly|rest)\b", re.IGNORECASE)
# A structure of which this is said may still hold small things; it holds nothing that is torn, broken or dead.
_SOUND = re.compile(
    r"\b(?:intact|normal(?:ly)?|unremarkable|spared|preserved|uninvolved|unaffected|clear|free|smooth)\b", re.IGNORECASE
)
_NOT_SOUND = re.compile(
    r"\b(?:no|not|nor|longer|without|loss|abnormal\w*|except|apart|otherwise|but|although|size|position|course|calib\w+"
    r"|width|alignment|aligned)\b",
    re.IGNORECASE,
)


def place_flags(case: Case) -> Iterator[Flag]:
    """ "Olecranon fracture" where the findings describe another fracture and say "no olecranon fracture"."""
    asking = {cue.sentence for cue in case.impression.cues_of("recommendation", "asks")}
    for claim in case.claims:
        if claim.status is Status.POSSIBLE or claim.sentence in asking:
            continue
        signs = [*case.stated_for(claim), *case.evidence_for(claim)]
        if not signs:
            continue
        where = _around(case, case.impression, claim)
        if denial := _denied_there(case, claim, where, signs):
            message = f"The findings say there is no {denial.name} there."
            yield Flag("negation_flip", Severity.WARNING, message, claim.span, denial.span)
        elif source := _sound_there(case, claim, where & (_SIDES | place_stems(STEM)), signs):
            message = f"The findings call this intact or normal; the impression says {claim.name}."
            severity = Severity.NOTE if _is_of_unsaid_side(case, claim, source) else Severity.WARNING
            yield Flag("negation_flip", severity, message, claim.span, source)


def _is_of_unsaid_side(case: Case, claim: Observation, source: Span) -> bool:
    """The impression names a side, the findings go through both, and this statement says of which it speaks no more."""
    text = case.findings.text
    sides = _SIDES.intersection(case.impression.words[claim.sentence].forms)
    both = all(re.search(rf"(?:^|[.\n])\s*{side}\b", text, re.IGNORECASE) for side in _SIDES)
    return (
        bool(sides)
        and both
        and not re.search(r"\b(?:left|right|both|bilateral)\b", text[slice(*source)], re.IGNORECASE)
    )


def _words(reading: Reading, statement: Statement, case: Case) -> frozenset[str]:
    """The cut content words and side words of a statement."""
    words = reading.words[statement.sentence]
    first, last = statement.span
    forms = tuple(f for f, span in zip(words.forms, words.spans, strict=True) if first <= span[0] < last)
    return stems_of(forms, case.matcher.lexicon) | _SIDES.intersection(forms)


def _around(case: Case, reading: Reading, observation: Observation) -> frozenset[str]:
    """The cut content and side words that stand with a finding's name: right before it, and after it up to a break."""
    words = reading.words[observation.sentence]
    spans, joining = words.spans, case.matcher.lexicon.word_lists["joining"]
    begin = next(at for at, span in enumerate(spans) if span[1] > observation.span[0])
    while begin and words.forms[begin - 1] not in joining and words.forms[begin - 1].isalpha():
        begin -= 1
    after = next((at for at, span in enumerate(spans) if span[0] >= observation.span[1]), len(spans))
    others = {o.span[0] for o in reading.observations if o.sentence == observation.sentence}
    end = after
    while end < min(len(spans), after + _REACH) and words.forms[end] not in _BREAKS and spans[end][0] not in others:
        end += 1
    forms = words.forms[begin:end]
    return stems_of(forms, case.matcher.lexicon) | _SIDES.intersection(forms)


def _up_to_denied(case: Case, denial: Observation) -> frozenset[str]:
    """The words of a denial's statement, without what is asserted behind it: "no fracture, the talus is smooth"."""
    reading, (first, last) = case.findings, case.findings.statement_of(denial).span
    words, said = reading.words[denial.sentence], reading.said[denial.sentence]
    forms = tuple(
        form
        for form, span, status in zip(words.forms, words.spans, said, strict=True)
        if first <= span[0] < last and (span[0] < denial.span[1] or status is Status.ABSENT)
    )
    return stems_of(forms, case.matcher.lexicon) | _SIDES.intersection(forms)


def _head(reading: Reading, observation: Observation) -> frozenset[str]:
    """The last word of a finding's name, cut: "collection" of "perinephric collection"."""
    words = reading.words[observation.sentence]
    inside = [f for f, span in zip(words.forms, words.spans, strict=True) if span[1] <= observation.span[1]]
    return frozenset({inside[-1][:STEM]}) if inside else frozenset()


def _denied_there(
    case: Case, claim: Observation, where: frozenset[str], signs: list[Observation]
) -> Observation | None:
    """The denial that shares a word with the claim which no statement that speaks for the claim holds."""
    theirs = frozenset[str]().union(*(_words(case.findings, case.findings.statement_of(o), case) for o in signs))
    head = _head(case.impression, claim)
    places = _SIDES | place_stems(STEM)
    for denial in case.denials:
        if denial.is_generic or denial.qualifiers or denial.trend:
            continue
        if not related(denial.finding, claim.finding) and head != _head(case.findings, denial):
            continue
        sentence = case.findings.text[slice(*case.findings.sentence_of(denial))]
        if _REST.search(sentence) or at_other_level(case, claim, denial):
            continue
        if case.matcher.near(claim, denial) is Nearness.APART:
            continue
        if claim.sides and denial.sides and not claim.sides & denial.sides:
            continue
        mine = _up_to_denied(case, denial)
        named = (mine & places) | _around(case, case.findings, denial)
        shared = (where & named) - theirs - _SIDES
        # The same name for it, and nothing said of where it is not: "no collection".
        is_bare = head <= shared and head == _head(case.findings, denial) and mine & places <= where
        if shared - head or is_bare:
            return denial
    return None


def _sound_there(case: Case, claim: Observation, where: frozenset[str], signs: list[Observation]) -> Span | None:
    """The findings' statement that calls all these places sound, if no other holds them all."""
    if not where - _SIDES or claim.finding.facet == "size":
        return None
    found: Span | None = None
    described = {o.statement for o in signs}
    for number, statement in enumerate(case.findings.statements):
        if not where <= _words(case.findings, statement, case):
            continue
        text = case.findings.text[slice(*statement.span)]
        if number in described or not _SOUND.search(text) or _NOT_SOUND.search(text):
            return None
        found = statement.span
    return found
