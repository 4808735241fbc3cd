"""Decimal numbers that carry no unit, as ratios, uptake values and scores do, against those of the findings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity, two_ends
from app.review.reading import Reading, Span

# Not a date, a paragraph's number, a size, nor a time to wait.
_BARE = re.compile(
    r"(?<![\w.,/:+-])(?P<number>\d+[.,]\d+)(?![\w³%°]|[.,/:]\d|\s*(?:[x×*]\s*\d|%|°|(?:mm|cm|ml|cc|m/s|cm/s|hu|l|g|mg|kg)\b"
    r"|(?:days?|weeks?|months?|years?|hours?|min|minutes?|tesla|t)\b))",
    re.IGNORECASE,
)
_ANY = re.compile(r"\d+(?:[.,]\d+)?")
_LABEL = re.compile(r"[A-Za-z][A-Za-z/]*[A-Za-z]")
_TOLERANCE = 1e-9
_NO_LABEL = frozenset(
    {"of", "is", "was", "the", "ratio", "max", "maximum", "value", "up", "to", "with", "about", "now"}
)


def bare_number_flags(case: Case) -> Iterator[Flag]:
    """A decimal of the impression that stands nowhere in the findings: another value of its label, or none at all."""
    read = [_value(match[0]) for match in _ANY.finditer(case.findings.text)]
    known = [
        _value(match[0]) for other in (case.indication, case.exam, case.prior) for match in _ANY.finditer(other.text)
    ]
    graded = [grade.span for statement in case.impression.statements for grade in statement.grades]
    stated = list(_labelled(case.findings))
    for label, text, span in _labelled(case.impression):
        if any(start < span[1] and span[0] < end for start, end in graded):
            continue
        if _value(text) in known or any(_may_be_rounded(text, value) for value in read):
            continue
        other = next(((exact, where) for name, exact, where in stated if label and name == label), None)
        if other:
            exact, where = other
            yield Flag(
                "size_mismatch",
                Severity.CRITICAL,
                f"The impression says {text}, the findings {exact}.",
                span,
                where,
                two_ends(span, text, where, exact),
            )
        else:
            message = f"The findings state no such value: {text}."
            yield Flag("number_not_in_findings", Severity.WARNING, message, span)


def _labelled(reading: Reading) -> Iterator[tuple[str, str, Span]]:
    """Each bare decimal with the word before it that says what it is, in lower case; "" where none does."""
    for match in _BARE.finditer(reading.text):
        line = reading.text[: match.start()].rpartition("\n")[2]
        if not line.strip():
            continue  # a paragraph's number
        words = [word.lower() for word in _LABEL.findall(re.split("[.;,]", line[-30:])[-1])]
        named = [word for word in words if word not in _NO_LABEL]
        yield named[-1] if named else "", match["number"], match.span("number")


def _may_be_rounded(text: str, value: float) -> bool:
    decimals = len(re.split("[.,]", text)[1])
    return abs(_value(text) - value) <= 0.5 / 10.0**decimals + _TOLERANCE


def _value(text: str) -> float:
    return float(text.replace(",", "."))
