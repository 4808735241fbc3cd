"""What is to be drafted, who is told of its progress, and what comes of it: the words of the decode loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.domain.copy_only import CopyOnly
from app.domain.copy_terms import TermKind
from app.engine.choosing import Choice
from app.engine.protocol import Finish
from app.engine.tally import Tally


@dataclass(frozen=True)
class Wish:
    """What is to be drafted.

    Attributes:
        prompt: tokens.
        stops: texts that end the reply.
        max_tokens: of the reply.
        alternative: 0 for the greedy text, n for its n-th alternative.
        guard: what the reply may state; None: anything.
        source: tokens of the findings and what was given with them, which the reply is likely to repeat.
    """

    prompt: Sequence[int]
    stops: Sequence[str]
    max_tokens: int
    alternative: int = 0
    guard: CopyOnly | None = None
    source: Sequence[int] = ()


@dataclass(frozen=True)
class Listener:
    """Who is told of a draft's progress, and who may stop it.

    Attributes:
        on_words: the next words; never one that is barred as it stands.
        on_taken_back: so many characters at the end of what was told are withdrawn: other words take their place.
    """

    on_reading: Callable[[float], None]
    on_words: Callable[[str], None]
    is_cancelled: Callable[[], bool]
    on_taken_back: Callable[[int], None] = lambda _: None


class Cancelled(Exception):
    """Somebody stopped the draft."""


@dataclass(frozen=True)
class Intervention:
    """A place where the model's choice was barred.

    Attributes:
        position: of the first token that was replaced; `at` its first character in the reply's text.
        wanted: the probability that the model gave to the barred token, 0 to 1.
    """

    position: int
    at: int
    kind: TermKind
    wanted: float


@dataclass(frozen=True)
class Reply:
    """A finished reply with its figures; `first_token_ms` counts from the wish, `choices` are the model's, in order."""

    text: str
    finish: Finish
    output_tokens: int
    first_token_ms: float
    tokens_per_second: float
    interventions: tuple[Intervention, ...] = ()
    tally: Tally = field(default_factory=Tally)
    choices: Sequence[Choice] = ()
