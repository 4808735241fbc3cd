"""A critical result is a task: whom it was told, when and how, and the line in the report that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Method = Literal["phone", "in person", "secure message"]
METHODS: tuple[Method, ...] = get_args(Method)
_HEADER = "COMMUNICATION:"


@dataclass(frozen=True)
class Communication:
    """That somebody was told of a critical result (ACR Practice Parameter for Communication, 2020, non-routine).

    Attributes:
        finding: its name, as the second reader calls it.
        found_at, told_at: times as written ("10:42").
        told: name and role of who was told.
        read_back: whether they repeated it.
    """

    finding: str
    found_at: str
    told: str
    told_at: str
    method: Method
    read_back: bool

    def line(self) -> str:
        """The line in the report."""
        by = f"by {self.method}" if self.method != "in person" else "in person"
        said = f"{_HEADER} {self.finding} reported to {self.told} {by} at {self.told_at}"
        return f"{said}; read-back confirmed." if self.read_back else f"{said}."


def is_documented(finding: str, text: str) -> bool:
    """Whether a text holds the line for this finding."""
    return f"{_HEADER} {finding} reported to " in text
