"""Measured values and classifications of the impression against those of the findings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity, two_ends
from app.review.measures import Measure
from app.review.reading import Statement

_ENOUGH = 2.0
_TOLERANCE = 1e-6
_COUNT = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|[2-9])\s+(?:\w+\s+){0,2}?"
    r"(nodules|lesions|masses|cysts|fractures|stones|metastases|calculi|foci|aneurysms|polyps|fibroids|myomas)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:previous\w*|prior|compared|formerly|from \d+ ?mm|versus|vs)\b", re.IGNORECASE)
_BY = re.compile(r"\bby\s+(?:about\s+|some\s+|roughly\s+|nearly\s+|approximately\s+)?$", re.IGNORECASE)
# "A third of the gland" and "two thirds", but not "the middle third" or "the third rib".
_FRACTION = re.compile(
    r"\b(?:(?:a|one|(?P<times>two|three)|about|roughly|nearly|almost|over|than)[\s-]+(?P<part>third|quarter)s?"
    r"|(?P<half>half))\s+(?:of|the)\b",
    re.IGNORECASE,
)
_FRACTIONS, _TIMES, _ROUGHLY = {"half": 50.0, "third": 100 / 3, "quarter": 25.0}, {"": 1, "two": 2, "three": 3}, 5.0
_NUMBERS = {
    word: str(number)
    for number, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2)
}


def size_flags(case: Case) -> Iterator[Flag]:
    """Each measured value of the impression must stand in the findings, for the same finding."""
    stated = [(measure, statement) for statement in case.findings.statements for measure in statement.measures]
    for statement in case.impression.statements:
        for measure in statement.measures:
            comparable = [(m, s) for m, s in stated if m.quantity == measure.quantity]
            flag = _size_flag(case, measure, statement, comparable)
            if flag:
                yield flag


def _size_flag(
    case: Case, measure: Measure, statement: Statement, stated: list[tuple[Measure, Statement]]
) -> Flag | None:
    text = case.impression.text[slice(*measure.span)]
    if any(_is_stated(measure, other) for other, _ in stated) or _is_gathered(measure, [m for m, _ in stated]):
        return None
    if measure.quantity == "percent" and _is_fraction(case, measure):
        return None
    if _written_elsewhere(case, text) or _is_difference(case, measure, [m for m, _ in stated]):
        return None
    rounded = next((other for other, _ in stated if _is_rounded(measure, other)), None)
    rounded = rounded or _gathered_rounding(measure, stated)
    if rounded:
        exact = case.findings.text[slice(*rounded.span)]
        return Flag(
            "size_mismatch",
            Severity.NOTE,
            f"{text} is rounded or averaged from {exact} in the findings.",
            measure.span,
            rounded.span,
            two_ends(measure.span, text, rounded.span, exact),
        )
    if not stated or _is_earlier(case, statement):
        return Flag(
            "number_not_in_findings", Severity.WARNING, f"The findings state no such value: {text}.", measure.span
        )
    closest, _ = max(
        stated,
        key=lambda item: case.matcher.likeness(statement, case.impression, item[1], case.findings),
    )
    exact = case.findings.text[slice(*closest.span)]
    return Flag(
        "size_mismatch",
        Severity.CRITICAL,
        f"The impression says {text}, the findings {exact}.",
        measure.span,
        closest.span,
        two_ends(measure.span, text, closest.span, exact),
    )


def _is_fraction(case: Case, measure: Measure) -> bool:
    """ "About 30 %" where the findings say "a third"."""
    said = [
        _FRACTIONS[(match["part"] or match["half"]).lower()] * _TIMES[(match["times"] or "").lower()]
        for match in _FRACTION.finditer(case.findings.text)
    ]
    return len(measure.values) == 1 and any(abs(measure.values[0] - share) <= _ROUGHLY for share in said)


def _is_difference(case: Case, measure: Measure, others: list[Measure]) -> bool:
    """ "Increased by 11 mm" where the findings give 27 and 38 mm."""
    if not _BY.search(case.impression.text, max(0, measure.span[0] - 20), measure.span[0]):
        return False
    known = [value for other in others for value in other.values]
    return any(_equal(abs(one - two), measure.largest) for one in known for two in known)


def _is_earlier(case: Case, statement: Statement) -> bool:
    """A size of an earlier examination, which the findings need not repeat."""
    start, end = case.impression.sentences[statement.sentence]
    return _EARLIER.search(case.impression.text, start, end) is not None


def _equal(one: float, two: float) -> bool:
    return abs(one - two) < _TOLERANCE


def _is_stated(measure: Measure, other: Measure) -> bool:
    """All its values, in mm, are among the other's, as a whole or some dimensions; or it is their class."""
    if all(any(_equal(value, known) for known in other.values) for value in measure.values):
        return True
    return _is_class(measure) and all(measure.values[0] < known < measure.values[1] for known in other.values)


def _is_class(measure: Measure) -> bool:
    """Two percentages are a range, as the classes of stenosis are: "25–49 %" says no more than "40 %" does."""
    return measure.quantity == "percent" and len(measure.values) == 2 and measure.values[0] < measure.values[1]


def _is_gathered(measure: Measure, others: list[Measure]) -> bool:
    """ "32 x 31 x 27 mm" from "32 mm anteroposteriorly, 31 mm in height, and 27 mm"; a range from its two ends."""
    if len(measure.values) < 2:
        return False
    known = [value for other in others for value in other.values]
    return all(any(_equal(value, other) for other in known) for value in measure.values)


def _gathered_rounding(measure: Measure, stated: list[tuple[Measure, Statement]]) -> Measure | None:
    """A finding's size of which each dimension is rounded, wherever the sentence states them."""
    for other, statement in stated:
        values = [value for m, s in stated if s.sentence == statement.sentence for value in m.values]
        if all(any(abs(one - value) <= measure.step / 2 for value in values) for one in measure.values):
            return other if measure.step > other.step else None
    return None


def _is_rounded(measure: Measure, other: Measure) -> bool:
    if _is_class(measure):  # "25–49 %" beside "less than 25 %": the next class, by its border alone
        return any(_equal(value, known) for value in measure.values for known in other.values)
    if len(measure.values) == 1 and len(other.values) > 1:
        mean = sum(other.values[:2]) / 2
        if abs(measure.values[0] - mean) <= 0.5:
            return True
        return abs(measure.values[0] - other.largest) <= measure.step / 2 and measure.step > other.step
    if len(measure.values) != len(other.values) or measure.step == other.step:
        return False
    step = max(measure.step, other.step)
    return all(abs(one - two) <= step / 2 + _TOLERANCE for one, two in zip(measure.values, other.values, strict=True))


def _written_elsewhere(case: Case, text: str) -> bool:
    """The same words in the indication, the exam or the earlier report."""
    return any(text in reading.text for reading in (case.indication, case.exam, case.prior))


def grade_flags(case: Case) -> Iterator[Flag]:
    """Values on named scales: another value than the findings' contradicts, one without basis is a note."""
    stated = [grade for statement in case.findings.statements for grade in statement.grades]
    for statement in case.impression.statements:
        for grade in statement.grades:
            same_scale = [other for other in stated if other.kind == grade.kind]
            if any(grade.members & other.members for other in same_scale):
                continue
            text = case.impression.text[slice(*grade.span)]
            if same_scale:
                exact = case.findings.text[slice(*same_scale[0].span)]
                yield Flag(
                    "size_mismatch",
                    Severity.CRITICAL,
                    f"The impression says {text}, the findings {exact}.",
                    grade.span,
                    same_scale[0].span,
                    two_ends(grade.span, text, same_scale[0].span, exact),
                )
            else:
                yield Flag(
                    "number_not_in_findings",
                    Severity.NOTE,
                    f"The findings do not state this classification: {text}.",
                    grade.span,
                )


def count_flags(case: Case) -> Iterator[Flag]:
    """Counts ("three nodules") that the findings do not state."""
    numbers = {_NUMBERS.get(word, word) for word in re.findall(r"\b(?:[2-9]|[a-z]{3,5})\b", case.findings.text.lower())}
    for match in _COUNT.finditer(case.impression.text):
        if _NUMBERS.get(match[1].lower(), match[1]) not in numbers:
            yield Flag(
                "number_not_in_findings",
                Severity.NOTE,
                f"The findings do not state this number: {match[1]} {match[2]}.",
                match.span(),
            )
