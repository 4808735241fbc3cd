"""What a reply's guesses came to: the figures by which guessing ahead is judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Source = Literal["phrases", "own", "findings"]


@dataclass
class Tally:
    """Of one reply.

    Attributes:
        steps: evaluations while writing, the one that read the findings' end included.
        offered: guesses that were verified, by source; `accepted` those that the model made its own.
    """

    steps: int = 0
    offered: dict[Source, int] = field(default_factory=dict)
    accepted: dict[Source, int] = field(default_factory=dict)
