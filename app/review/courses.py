"""Severity and trend of statements that speak of the same thing in other words than the lexicon's.

It looks at whole statements; the same for named findings stands in drift and priors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity, two_ends
from app.review.measured_courses import course_of
from app.review.phrases import STEM
from app.review.reading import Cue, Reading, Statement
from app.review.words import words_of

# Likeness from which a statement repeats another, and how much worse a second source may fit.
_REPEATS = 3.0
_CLOSE = 0.5
_STEP = 2
# "Normal progression" is of healing or of age.
_EXPECTED = re.compile(r"\b(?:normal|expected|favou?rable|good)\b", re.IGNORECASE)
_AGAINST = {"better": ("worse", "new"), "worse": ("better",)}
# "Change" that nothing describes ("degenerative change") and nothing denies: at the beginning of a clause.
_CHANGE = re.compile(
    r"(?:^|[.,;:]\s*|\d[.)]\s*|\n\s*|\bwith\s+|\band\s+)"
    r"(?P<change>(?:(?:(?:significant|interval|relevant|substantial|appreciable|major|definite)\s+)+changes?|change)\b)"
    r"(?!\s+(?:is|are|was|were|in\s+position)\b)",
    re.IGNORECASE,
)
_CHANGES_IN = re.compile(
    r"(?:^|[,;]\s*|\b(?:with|shows?)\s+)(?P<change>(?:significant\s+)?changes?)(?=\s+(?:in|from|since)\b|\s*,)",
    re.IGNORECASE,
)
_OF_WHAT = re.compile(r"\s+(?:in|of)\s+([^.,;:\n]{3,60})", re.IGNORECASE)
# "Increased signal": a look, no course.
_LOOK = re.compile(
    r"\s+(?:\w+\s+)?(?:signal|densit|intensit|attenuation|uptake|echogenic|enhancement|blood\s+flow|resistance|opaci"
    r"|lucen|transparen|markings|vascular)",
    re.IGNORECASE,
)
_OPPOSED = frozenset({frozenset({"better", "worse"}), frozenset({"better", "stable"}), frozenset({"worse", "stable"})})


def course_flags(case: Case) -> Iterator[Flag]:
    """Grades two steps apart and turned trends, against the findings' statement that is most alike."""
    for statement in case.impression.statements:
        if _only_denies(case.impression, statement):
            continue
        grades, trends = (_cues(case.impression, statement, kind) for kind in ("severity", "trend"))
        if not grades and not trends:
            continue
        sources = _sources(case, statement)
        yield from _shifted(case, grades, [c for s in sources for c in _cues(case.findings, s, "severity")])
        yield from _turned(case, trends, [c for s in sources for c in _cues(case.findings, s, "trend")])


def turned_course_flags(case: Case) -> Iterator[Flag]:
    """Something got better in the impression where the findings know only worse and new, or the other way round."""
    courses = {cue.meaning: cue for cue in _trends(case.findings) if not _LOOK.match(case.findings.text, cue.span[1])}
    measured = _measured_courses(case.findings)
    for claim in case.claims:
        against = _AGAINST.get(claim.trend or "", ())
        if (
            claim.trend in courses
            or claim.trend in measured
            or claim.trend_span is None
            or _LOOK.match(case.impression.text, claim.trend_span[1])
        ):
            continue
        known = next((courses[meaning] for meaning in against if meaning in courses), None)
        mine = case.impression.text[slice(*claim.trend_span)]
        if known is None or (claim.trend == "worse" and "new" in courses) or _EXPECTED.search(mine):
            continue
        theirs = case.findings.text[slice(*known.span)]
        message = f"The impression says {mine}; the findings describe nothing of the kind, but {theirs}."
        yield Flag("trend_flip", Severity.WARNING, message, claim.trend_span, known.span)


def _measured_courses(reading: Reading) -> frozenset[str]:
    """What two sizes of one statement tell."""
    told = (course_of(reading.text, statement.measures) for statement in reading.statements)
    return frozenset(course[0] for course in told if course) | {o.trend for o in reading.observations if o.trend}


def change_flags(case: Case) -> Iterator[Flag]:
    """ "Change." or "significant change since …" where the findings describe none: the "no" may be lost."""
    for match in _CHANGE.finditer(case.impression.text):
        if not _is_moving(case.findings.text, case.findings.cues) or _is_said_stable(case, match):
            yield _no_change(match)
    for start, end in case.impression.sentences:
        changes = _CHANGES_IN.search(case.impression.text, start, end)
        if changes and any(cue.meaning == "stable" and start <= cue.span[0] < end for cue in _trends(case.impression)):
            yield _no_change(changes)


def _no_change(match: re.Match[str]) -> Flag:
    message = "The impression speaks of a change; the findings describe none."
    return Flag("trend_flip", Severity.WARNING, message, match.span("change"))


def _trends(reading: Reading) -> list[Cue]:
    return [cue for cue in reading.cues if cue.kind == "trend"]


def _is_moving(text: str, cues: tuple[Cue, ...]) -> bool:
    """Something got better, worse or is new; "increased signal" is how it looks."""
    moving = [cue for cue in cues if cue.kind == "trend" and cue.meaning in ("better", "worse", "new")]
    return any(_LOOK.match(text, cue.span[1]) is None for cue in moving)


def _is_said_stable(case: Case, match: re.Match[str]) -> bool:
    """ "Change in ventricular caliber" where the findings call the ventricles stable."""
    what = _OF_WHAT.match(case.impression.text, match.end("change"))
    stems = frozenset(form[:STEM] for form in words_of(what[1]).forms if len(form) > STEM) if what else frozenset()
    about = [s for s in case.findings.statements if any(stem[:STEM] in stems for stem in s.stems)]
    meanings = {cue.meaning for s in about for cue in _cues(case.findings, s, "trend")}
    return meanings == {"stable"}


def _only_denies(reading: Reading, statement: Statement) -> bool:
    """ "No significant stenosis" grades nothing."""
    named = [reading.observations[at] for at in statement.observations]
    return bool(named) and not any(o.is_asserted for o in named)


def _cues(reading: Reading, statement: Statement, kind: str) -> list[Cue]:
    start, end = statement.span
    return [
        cue
        for cue in reading.cues
        if cue.kind == kind and cue.sentence == statement.sentence and start <= cue.span[0] and cue.span[1] <= end
    ]


def _sources(case: Case, statement: Statement) -> list[Statement]:
    scored = [
        (case.matcher.likeness(statement, case.impression, other, case.findings), other)
        for other in case.findings.statements
        if not (statement.sides and other.sides and not statement.sides & other.sides)
        and not _only_denies(case.findings, other)
    ]
    best = max((score for score, _ in scored), default=0.0)
    return [other for score, other in scored if score >= max(_REPEATS, best - _CLOSE)]


def _shifted(case: Case, here: list[Cue], there: list[Cue]) -> Iterator[Flag]:
    if len(here) != 1 or not there:
        return
    steps = {abs(int(here[0].meaning) - int(cue.meaning)): cue for cue in there}
    if min(steps) < _STEP:
        return
    yield _flag(case, "severity_shift", here[0], steps[min(steps)])


def _turned(case: Case, here: list[Cue], there: list[Cue]) -> Iterator[Flag]:
    meanings = {cue.meaning for cue in there}
    if len(here) != 1 or here[0].meaning in meanings:
        return
    turned = [cue for cue in there if frozenset({cue.meaning, here[0].meaning}) in _OPPOSED]
    if turned and len(turned) == len(there):
        yield _flag(case, "trend_flip", here[0], turned[0])


def _flag(case: Case, kind: str, here: Cue, there: Cue) -> Flag:
    mine, theirs = case.impression.text[slice(*here.span)], case.findings.text[slice(*there.span)]
    return Flag(
        "severity_shift" if kind == "severity_shift" else "trend_flip",
        Severity.WARNING,
        f"The impression says {mine}, the findings {theirs}.",
        here.span,
        there.span,
        two_ends(here.span, mine, there.span, theirs),
    )
