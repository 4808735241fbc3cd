"""Wording that stands in denials only, without one; and denials of what nobody denies: a "no" was lost or slipped in.

It looks at how things are said; what is said it compares with the findings only to spare what they say too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity
from app.review.phrases import STEM, Phrase, is_asked, phrases
from app.review.reading import Statement
from app.review.scopes import Status
from app.review.wording import quoted

# "Any" stands in denials, questions and conditions only.
_ANY = re.compile(
    r"\bany\b(?!\s+(?:question|case|way|time|event|concern|further\s+question|other\s+question))", re.IGNORECASE
)
_LETS_ANY = re.compile(
    r"\b(?:no|not|non|nor|none|never|without|if|whether|unless|should|could|rule[sd]?|exclu\w+|absen\w+|lack\w*|free|"
    r"cannot|can't|fail\w*|unable|deni\w+|negative|evaluat\w+|assess\w*|hardly|neither)\b|\b(?:in|for|at)\s+$",
    re.IGNORECASE,
)
# "No mild effusion", "no status post", "no 2 nodules", "no multiple cysts": "no" in place of "known", "now", "new".
_NOT_DENIABLE = re.compile(
    r"\bno\s+(?P<what>(?:very\s+)?(?:mild(?:ly)?|slight(?:ly)?|minimal(?:ly)?|small|tiny|moderate(?:ly)?|trace|subtle)"
    r"(?!\s+(?:or|and)\b)|very\s+\w+|status\s+post|multiple|numerous|several|few|(?:[1-9]|two|three|four|five)\s+(?=[a-z]))\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(r"\b(?:describ|above|below|mention|elsewhere in|exclud|rule|differen)", re.IGNORECASE)


def any_flags(case: Case) -> Iterator[Flag]:
    """ "Any" without the denial it needs: "with any focal lesion"."""
    for start, end in case.impression.sentences:
        for match in _ANY.finditer(case.impression.text, start, end):
            before = case.impression.text[start : match.start()]
            if not _LETS_ANY.search(before):
                message = "“Any” stands here without a denial: has a “no” been lost?"
                yield Flag("negation_flip", Severity.WARNING, message, match.span())


def undeniable_flags(case: Case) -> Iterator[Flag]:
    """ "No mild effusion": what is graded or counted is there."""
    for match in _NOT_DENIABLE.finditer(case.impression.text):
        words = quoted(case.impression.text, match.span())
        message = f"{words}: nobody denies what is graded or counted. Is “no” meant?"
        yield Flag("negation_flip", Severity.WARNING, message, match.span())


def searching_flags(case: Case) -> Iterator[Flag]:
    """ "Detectable lesion", "other traumatic abnormalities", asserted, and no such words in the findings."""
    lists = case.matcher.lexicon.word_lists
    theirs: list[frozenset[str]] | None = None
    for statement, claimed in case.claimed_phrases:
        if _HEDGED.search(case.impression.text, *_rest(case, statement)):
            continue
        for phrase in claimed:
            found = _searched(phrase, lists["searching"], lists["anything"])
            if found is None or not _is_said(phrase) or _is_supported(case, statement, phrase):
                continue
            if is_asked(case.impression, phrase):
                continue
            if theirs is None:
                theirs = [_cut(other.forms) for other in _asserted(case)]
            if any(found <= forms for forms in theirs):
                continue
            words = quoted(case.impression.text, phrase.span)
            message = f"{words} is worded like a denial and the findings describe nothing so: has a “no” been lost?"
            yield Flag("negation_flip", Severity.WARNING, message, phrase.span)


def _is_said(phrase: Phrase) -> bool:
    """Asserted; "suspicious" hedges what is found, not that it is."""
    return phrase.is_asserted or (phrase.status is Status.POSSIBLE and "suspicious" in phrase.forms)


def _is_supported(case: Case, statement: Statement, phrase: Phrase) -> bool:
    """ "Significant emphysematous changes" names what is described; "other lesions are stable" follows them up."""
    start, end = phrase.span
    named = [case.impression.observations[at] for at in statement.observations]
    inside = [o for o in named if o.span[0] < end and start < o.span[1]]
    if any(o.trend is not None for o in inside):
        return True
    pointed = [o for o in inside if not (o.is_generic or o.finding.is_vague or case.matcher.is_broad(o.finding))]
    return any(case.stated_for(o) for o in pointed)


def _rest(case: Case, statement: Statement) -> tuple[int, int]:
    return case.impression.sentences[statement.sentence]


def _searched(phrase: Phrase, searching: frozenset[str], anything: frozenset[str]) -> frozenset[str] | None:
    """The cut words of "detectable lesion" in a phrase: a searching word, somewhere before a word for anything."""
    for at, form in enumerate(phrase.forms):
        if form in searching and any(other in anything for other in phrase.forms[at + 1 :]):
            noun = next(other for other in phrase.forms[at + 1 :] if other in anything)
            return frozenset({form[:STEM], noun[:STEM]})
    return None


def _asserted(case: Case) -> Iterator[Phrase]:
    for statement in case.findings.statements:
        for phrase in phrases(case.findings, statement, case.matcher.lexicon):
            if phrase.status is not Status.ABSENT:
                yield phrase


def _cut(forms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(form[:STEM] for form in forms)
