"""Diagnoses that an impression denies over their signs, or asserts against what the findings describe.

For what findings describe without a name: "rim-enhancing collection" and "no abscess", "clear sinuses" and "sinusitis".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Nearness
from app.review.denied_words import place_stems
from app.review.flags import Flag, Severity
from app.review.phrases import STEM
from app.review.reading import Observation, Reading
from app.review.scopes import Status
from app.review.signs import Diagnosis, Line, lines, named_in
from app.review.wording import quoted

_REST = re.compile(
    r"\b(?:other|further|additional|second|remaining|elsewhere|otherwise|rest|extension|beyond|residual)\b"
)
_NEW = re.compile(r"\b(?:new|newly|fresh)\b")
# Signs of what is long known speak for nothing that is denied today.
_OLD = re.compile(r"\b(?:old|chronic|known|stable|unchanged|healed|previous|previously|prior|before|treated|post)\b")
_GONE = re.compile(
    r"\b(?:resolved|cleared|gone|history|no longer|previous|old|known|healed|exclude|rule|risk|screen\w*)\b"
)
_LARGE = re.compile(
    r"\b(?:large|significant|major|massive|gross|sizable|sizeable|marked|severe|substantial|frank|high)\b"
)
_SMALL = re.compile(r"\b(?:small|tiny|trace|minimal|mild|slight|subtle|little|thin|minor|faint|few)\b")
# Several statements in one sentence: what speaks against it may be said of another thing.
_RUN_ON = re.compile(r";|\b(?:but|whereas|while|however)\b", re.IGNORECASE)
_SIDES = frozenset({"left", "right"})
_WINDOW = 6


def sign_flags(case: Case) -> Iterator[Flag]:
    """ "No abscess" beside a rim-enhancing collection; "acute sinusitis" beside clear sinuses."""
    findings: list[Line] | None = None
    asked = {cue.sentence for cue in case.impression.cues_of("recommendation", "asks")}
    for line in lines(case.impression):
        for diagnosis, match in named_in(line):
            findings = lines(case.findings) if findings is None else findings
            statuses = set(line.statuses(match))
            if statuses == {Status.ABSENT}:
                yield from _denied(case, findings, line, diagnosis, match)
            elif statuses <= {Status.PRESENT, Status.PROBABLE} and line.number not in asked:
                yield from _asserted(case, findings, line, diagnosis, match)


def _denied(case: Case, findings: list[Line], line: Line, diagnosis: Diagnosis, match: re.Match[str]) -> Iterator[Flag]:
    before = " ".join(line.text[: match.start()].split()[-_WINDOW:])
    if _REST.search(before) or _is_denied(findings, diagnosis) or _is_said_elsewhere(case, line, diagnosis):
        return
    if any(other.holds(sign) for sign in diagnosis.against for other in findings):
        return
    words = _words_of_place(line, match)
    for other in findings:
        if _OLD.search(other.text) or (_LARGE.search(before) and _SMALL.search(other.text)):
            continue
        if _NEW.search(before) and not _NEW.search(other.text):
            continue
        if _is_apart(case, line, other, words) or not any(other.holds(sign) for sign in diagnosis.signs):
            continue
        source = case.findings.sentences[other.number]
        named = quoted(case.impression.text, line.span(match))
        message = (
            f"The impression denies {named}; the findings describe a sign of it: {quoted(case.findings.text, source)}."
        )
        severity = Severity.NOTE if _is_explained(case, other) else Severity.WARNING
        yield Flag("negation_flip", severity, message, line.span(match), source)
        return


def _asserted(
    case: Case, findings: list[Line], line: Line, diagnosis: Diagnosis, match: re.Match[str]
) -> Iterator[Flag]:
    if not diagnosis.against or _GONE.search(line.text):
        return
    sides, words = _SIDES & line.words, _words_of_place(line, match)
    source = None
    for other in findings:
        if sides and (theirs := _SIDES & other.words) and not theirs & sides:
            continue
        if any(other.holds(sign) for sign in diagnosis.signs) or _names_it(other, diagnosis):
            return
        if source is not None or _is_apart(case, line, other, words, whole=True):
            continue
        if any(other.holds(sign) for sign in diagnosis.against):
            source = case.findings.sentences[other.number]
    if source:
        named = quoted(case.impression.text, line.span(match))
        message = f"The findings speak against {named}: {quoted(case.findings.text, source)}."
        severity = Severity.NOTE if _RUN_ON.search(case.findings.text, *source) else Severity.WARNING
        yield Flag("negation_flip", severity, message, line.span(match), source)


def _names_it(line: Line, diagnosis: Diagnosis) -> bool:
    return any(set(line.statuses(match)) != {Status.ABSENT} for match in diagnosis.names.finditer(line.text))


def _is_denied(findings: list[Line], diagnosis: Diagnosis) -> bool:
    """The findings deny it in the same words."""
    return any(
        Status.ABSENT in other.statuses(match) for other in findings for match in diagnosis.names.finditer(other.text)
    )


def _is_said_elsewhere(case: Case, line: Line, diagnosis: Diagnosis) -> bool:
    """Another sentence of the impression asserts it: the denial is of another one."""
    return any(other.number != line.number and _names_it(other, diagnosis) for other in lines(case.impression))


def _words_of_place(line: Line, match: re.Match[str]) -> frozenset[str]:
    """The cut words of places and sides that stand with the name."""
    near = line.text[: match.start()].split(" ")[-_WINDOW:] + line.text[match.start() :].split(" ")[:_WINDOW]
    return frozenset(word[:STEM] for word in near if word in _SIDES) | (
        frozenset(word[:STEM] for word in near) & place_stems(STEM)
    )


def _is_apart(case: Case, line: Line, other: Line, words: frozenset[str], whole: bool = False) -> bool:
    """The sign is on the other side, at another level or in another place than what is spoken of.

    Args:
        whole: all words of the place must be the same, not one of them.
    """
    sides = _SIDES & words
    if sides and (theirs := _SIDES & other.words) and not theirs & sides:
        return True
    here, there = (_levels(reading, one) for reading, one in ((case.impression, line), (case.findings, other)))
    if here and there and not here & there:
        return True
    places = words - _SIDES
    shared = places & {word[:STEM] for word in other.words}
    if not places or shared == places or (shared and not whole):
        return False
    mine, their = (_places(reading, one) for reading, one in ((case.impression, line), (case.findings, other)))
    apart = (Nearness.APART,) if sides & other.words else (Nearness.APART, Nearness.SAME_ORGAN)
    return bool(mine) and case.matcher.nearness(mine, their) in apart


def _levels(reading: Reading, line: Line) -> frozenset[str]:
    own = (at for at, statement in enumerate(reading.statements) if statement.sentence == line.number)
    found = (level.members for at in own for level in reading.levels[at])
    return frozenset[str]().union(*found)


def _places(reading: Reading, line: Line) -> frozenset[str]:
    return frozenset[str]().union(*(s.places for s in reading.statements if s.sentence == line.number))


def _is_explained(case: Case, line: Line) -> bool:
    """The impression states what this sentence of the findings describes, by another name."""
    described = [o for o in case.positives if o.sentence == line.number]
    return any(_is_taken_up(case, claim, described) for claim in case.claims)


def _is_taken_up(case: Case, claim: Observation, described: list[Observation]) -> bool:
    return any(o in described for o in [*case.stated_for(claim), *case.evidence_for(claim)])
