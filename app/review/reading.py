"""What a report's text says, as observations and statements with character spans: the ground all rules stand on.

It does not compare texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from app.review.levels import Level
from app.review.lexicon import GENERIC, Finding, Tier
from app.review.measures import Measure
from app.review.mentions import Mention
from app.review.once import once
from app.review.scopes import Status
from app.review.words import Words

# "At L4-L5:", "**L4/L5**".
_BEFORE_LEVEL = re.compile(r"\W*(?:(?:at|level)\s+)?(?:the\s+)?(?:level\s+)?", re.IGNORECASE)

Span = tuple[int, int]
Sides = frozenset[str]

LEFT: Sides = frozenset({"left"})
RIGHT: Sides = frozenset({"right"})
BOTH: Sides = LEFT | RIGHT
NO_SIDE: Sides = frozenset()


def opposite(side: str) -> str:
    return "left" if side == "right" else "right"


@dataclass(frozen=True)
class Observation:
    """One finding that a text speaks of.

    Attributes:
        span: characters of the finding's name.
        sentence, statement: indexes into the Reading.
        sides: the side stated for it; empty if none.
        side_span: the side word's characters, if a single side is stated.
        places: names of places in the lexicon, as stated; the finding's own organ is not among them.
        severity: grade 1 to 5, or None.
        trend: "better", "worse", "stable", "new" or None.
        qualifiers: words that limit it ("large", "displaced"); those of a denial limit what is denied.
        by_sign: not named, but described: "no flow in the testis" for a torsion.
    """

    finding: Finding
    span: Span
    sentence: int
    statement: int
    status: Status
    sides: Sides = NO_SIDE
    side_span: Span | None = None
    places: frozenset[str] = frozenset()
    measures: tuple[Measure, ...] = ()
    severity: int | None = None
    severity_span: Span | None = None
    trend: str | None = None
    trend_span: Span | None = None
    is_chronic: bool = False
    is_acute: bool = False
    qualifiers: frozenset[str] = frozenset()
    by_sign: bool = False

    @property
    def name(self) -> str:
        return self.finding.name

    @property
    def is_generic(self) -> bool:
        return self.finding.name == GENERIC

    @property
    def is_asserted(self) -> bool:
        """There, if only probably or possibly."""
        return self.status in (Status.PRESENT, Status.PROBABLE, Status.POSSIBLE)

    @property
    def tier(self) -> Tier:
        """The finding's tier in this text: old, known or unchanged findings are routine, acute fractures urgent."""
        if (self.is_chronic or self.trend == "stable") and not self.is_acute:
            return Tier.ROUTINE
        if self.is_acute and self.finding.is_kind_of("fracture"):
            return max(self.finding.tier, Tier.URGENT)
        return self.finding.tier


@dataclass(frozen=True)
class Statement:
    """The piece of a sentence in which words belong together.

    Attributes:
        sides: stated in it; `side_spans` their words, `denied_sides` those inside a denial.
        normal: True for "normal", False for "not normal", None where it says neither.
        facets: what is said to be normal: "size", "other"; empty means everything.
        stems: content words, cut to compare; `denied_stems` those of them that are denied.
        is_continued: begins with "it", "this", "these": speaks of the statement before.
    """

    span: Span
    sentence: int
    sides: Sides
    side_spans: tuple[tuple[str, Span], ...]
    denied_sides: frozenset[Span]
    places: frozenset[str]
    own_places: frozenset[str]
    normal: bool | None
    facets: frozenset[str]
    stems: frozenset[str]
    denied_stems: frozenset[str]
    measures: tuple[Measure, ...]
    levels: tuple[Level, ...]
    grades: tuple[Level, ...]
    observations: tuple[int, ...]
    is_continued: bool


class Cue(NamedTuple):
    """A cue phrase that rules ask for by kind and meaning ("priors", "claims")."""

    kind: str
    meaning: str
    span: Span
    sentence: int


@dataclass(frozen=True)
class Reading:
    """A text with everything found in it; all spans are character offsets into `text`.

    Attributes:
        words: those of each sentence; `said` holds one status a word, `named` what the lexicon names in it.
    """

    text: str
    sentences: tuple[Span, ...]
    statements: tuple[Statement, ...]
    observations: tuple[Observation, ...]
    cues: tuple[Cue, ...]
    words: tuple[Words, ...]
    said: tuple[tuple[Status, ...], ...]
    named: tuple[tuple[Mention, ...], ...]

    @once
    def levels(self) -> tuple[tuple[Level, ...], ...]:
        """The levels each statement speaks of: its own, its sentence's, or those that a line before begins with."""
        found: list[tuple[Level, ...]] = []
        heading: tuple[Level, ...] = ()
        for number, statement in enumerate(self.statements):
            begin = self.sentences[statement.sentence][0]
            before = self.statements[number - 1].span[1] if number else 0
            same = bool(number) and self.statements[number - 1].sentence == statement.sentence
            if "\n\n" in self.text[before : statement.span[0]].replace("\r", ""):
                heading = ()
            if statement.levels and _BEFORE_LEVEL.fullmatch(self.text, begin, statement.levels[0].span[0]):
                heading = statement.levels
            found.append(statement.levels or (found[-1] if same else heading))
        return tuple(found)

    @once
    def _cues_by_meaning(self) -> dict[tuple[str, str], list[Cue]]:
        gathered: dict[tuple[str, str], list[Cue]] = {}
        for cue in self.cues:
            gathered.setdefault((cue.kind, cue.meaning), []).append(cue)
        return gathered

    def cues_of(self, kind: str, meaning: str) -> list[Cue]:
        return list(self._cues_by_meaning.get((kind, meaning), ()))

    def statement_of(self, observation: Observation) -> Statement:
        return self.statements[observation.statement]

    def sentence_of(self, observation: Observation) -> Span:
        return self.sentences[observation.sentence]
