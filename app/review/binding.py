"""Binds sides, places, sizes, severity, trend and time to the findings of one sentence.

It does not look beyond the sentence, except for what it is given to inherit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.review.levels import grades_in, levels_in
from app.review.lexicon import Lexicon
from app.review.measures import Measure, measures_in
from app.review.mentions import Mention
from app.review.reading import BOTH, LEFT, NO_SIDE, RIGHT, Observation, Sides, Span, Statement
from app.review.scopes import Status
from app.review.statements import pieces
from app.review.words import Words

_STEM = 7
_STOP = frozenset(
    {
        "with",
        "without",
        "that",
        "this",
        "these",
        "those",
        "there",
        "from",
        "which",
        "were",
        "have",
        "been",
        "than",
        "into",
        "also",
        "both",
        "seen",
        "noted",
        "most",
        "more",
        "less",
        "very",
        "about",
        "approximately",
        "measuring",
        "measure",
        "present",
        "presence",
        "finding",
        "evidence",
        "show",
        "other",
        "some",
        "such",
        "well",
        "within",
        "level",
        "area",
        "region",
        "image",
        "appearance",
        "compatible",
        "consistent",
        "suggestive",
        "suggesting",
        "likely",
        "probable",
        "possible",
        "study",
        "examination",
        "exam",
        "sign",
        "left",
        "right",
        "bilateral",
        "side",
        "sided",
        "significant",
        "normal",
        "unremarkable",
        "acute",
        "chronic",
        "mild",
        "moderate",
        "severe",
        "small",
        "large",
        "minimal",
        "stable",
        "unchanged",
        "new",
        "identified",
        "size",
        "pattern",
        "associated",
        "change",
    }
)
_SIZE_WORDS = frozenset({"size", "sized", "enlarged", "dimension", "volume", "caliber", "width"})
_FACET_WORDS = frozenset(
    {
        "contour",
        "position",
        "shape",
        "vascularity",
        "alignment",
        "signal",
        "flow",
        "location",
        "configuration",
        "morphology",
        "outline",
        "density",
        "echogenicity",
        "thickness",
        "intensity",
        "course",
        "enhancement",
        "height",
        "origin",
        "margin",
        "vasculature",
        "structure",
        "attenuation",
        "perfusion",
        "echotexture",
        "differentiation",
    }
)
_CHEST = frozenset({"chest", "vessels", "limbs"})
_MOVING = ("displac", "shift", "deviat", "push", "convex", "rotat", "mov", "curv", "scolio")
_BACKDROP = frozenset({"overlying", "overly", "overlies", "overlie", "project", "projecting", "projected"})
_GREATER = frozenset({"greater", ">", "more", "larger", "predominantly", "less", "than"})


@dataclass(frozen=True)
class Sentence:
    """One sentence with what was found in it; `said` holds one status a word."""

    text: str
    index: int
    words: Words
    named: tuple[Mention, ...]
    cues: tuple[Mention, ...]
    said: tuple[Status, ...]


def bind(
    sentence: Sentence,
    lexicon: Lexicon,
    inherited_sides: Sides,
    inherited_places: frozenset[str],
    first_statement: int,
    first_observation: int,
    is_continued: bool,
) -> tuple[list[Statement], list[Observation]]:
    """The statements and observations of one sentence.

    Args:
        first_statement, first_observation: how many stand before in the reading; indexes start there.
    """
    findings = [m for m in sentence.named if m.kind == "finding"]
    normals = [cue for cue in sentence.cues if cue.kind == "normal"]
    statements: list[Statement] = []
    observations: list[Observation] = []
    subject_sides, subject_places = inherited_sides, inherited_places
    for first, end in pieces(sentence.words, [*findings, *normals]):
        piece = _Piece(sentence, lexicon, first, end)
        places = piece.places() or subject_places
        mine = [m for m in findings if first <= m.first < end and not piece.is_elsewhere(m, places)]
        sides = piece.sides() or (subject_sides if _hold_together(piece.places(), subject_places, lexicon) else NO_SIDE)
        index = first_statement + len(statements)
        numbers = range(first_observation + len(observations), first_observation + len(observations) + len(mine))
        observations += [piece.observe(m, index, places, sides, mine) for m in mine]
        statements.append(piece.state(places, sides, tuple(numbers), normals, is_continued))
        subject_places = piece.places() or subject_places
        subject_sides = (piece.sides() if piece.places() else NO_SIDE) or subject_sides
    return statements, observations


def _hold_together(places: frozenset[str], subject: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether places are parts of what a heading or the beginning of the sentence spoke of."""
    if not places or not subject:
        return True
    around = {outer for name in places for outer in lexicon.places[name].within}
    within = {outer for name in subject for outer in lexicon.places[name].within}
    return any(len(lexicon.places[name].within) > 1 or name in subject for name in around & within)


@dataclass(frozen=True)
class _Piece:
    """The words first to end of a sentence, as one statement."""

    sentence: Sentence
    lexicon: Lexicon
    first: int
    end: int

    @property
    def words(self) -> Words:
        return self.sentence.words

    def _inside(self, mentions: Iterable[Mention]) -> list[Mention]:
        return [m for m in mentions if self.first <= m.first < self.end]

    def cues(self, kind: str, *meanings: str) -> list[Mention]:
        found = [cue for cue in self._inside(self.sentence.cues) if cue.kind == kind]
        return [cue for cue in found if not meanings or cue.name in meanings]

    def is_elsewhere(self, mention: Mention, stated: frozenset[str]) -> bool:
        """A finding of the lungs in words about another organ: the "opacification" of a fallopian tube."""
        places = [self.lexicon.places[name] for name in stated]
        organ = self.lexicon.findings[mention.name].organ
        return organ == "lung" and bool(places) and all(place.region not in _CHEST for place in places)

    def places(self) -> frozenset[str]:
        named = [m for m in self._inside(self.sentence.named) if not self._is_backdrop(m)]
        sided = {m.name.partition(" ")[2] for m in named if m.kind == "sided"}
        return frozenset({m.name for m in named if m.kind == "place"} | sided)

    def _is_backdrop(self, mention: Mention) -> bool:
        """ "Nodule overlying the 5th rib" is no nodule of the rib."""
        return bool(_BACKDROP & set(self.words.forms[max(self.first, mention.first - 5) : mention.first]))

    def _is_direction(self, cue: Mention) -> bool:
        """ "Displaces the falx to the right": where it goes, not where it lies."""
        before = self.words.forms[max(0, cue.first - 9) : cue.first]
        return before[-2:] in (("to", "the"), ("toward", "the")) and any(form.startswith(_MOVING) for form in before)

    def side_mentions(self) -> list[tuple[Sides, Mention]]:
        sides = {"left": LEFT, "right": RIGHT, "both": BOTH}
        cues = [cue for cue in self.cues("sides", "left", "right", "both") if not self._is_direction(cue)]
        found = [(sides[cue.name], cue) for cue in cues]
        for m in self._inside(self.sentence.named):
            if m.kind == "sided":
                found.append((sides[m.name.partition(" ")[0]], m))
        return sorted(found, key=lambda item: item[1].first)

    def sides(self) -> Sides:
        return frozenset().union(*(sides for sides, _ in self.side_mentions()))

    def observe(
        self, mention: Mention, statement: int, places: frozenset[str], sides: Sides, mine: list[Mention]
    ) -> Observation:
        finding = self.lexicon.findings[mention.name]
        stated = self._side_of(mention, mine)
        side = stated[0] if stated else (NO_SIDE if self.side_mentions() and len(mine) > 1 else sides)
        status = max(self.sentence.said[at] for at in mention.anchors)
        severity = self._nearest(mention, self.cues("severity"), mine)
        trend = self._trend(mention)
        chronic = self._near(mention, "chronic") or self._is_history(mention)
        acute = self._near(mention, "acute")
        return Observation(
            finding=finding,
            span=self.words.span(mention.first, mention.end),
            sentence=self.sentence.index,
            statement=statement,
            status=status,
            sides=side,
            side_span=self.words.span(stated[1].first, stated[1].end) if stated and len(stated[0]) == 1 else None,
            places=places,
            measures=tuple(self._measures()) if len(mine) == 1 else tuple(self._closest_measures(mention, mine)),
            severity=int(severity.name) if severity else None,
            severity_span=self.words.span(severity.first, severity.end) if severity else None,
            trend=trend.name if trend else None,
            trend_span=self.words.span(trend.first, trend.end) if trend else None,
            is_chronic=chronic,
            is_acute=acute,
            qualifiers=self._qualifiers(mention),
        )

    def state(
        self,
        places: frozenset[str],
        sides: Sides,
        observations: tuple[int, ...],
        normals: list[Mention],
        is_continued: bool,
    ) -> Statement:
        words, said = self.words, self.sentence.said
        start, stop = words.span(self.first, self.end)
        mine = self._inside(normals)
        normal = None
        if mine:
            normal = not all(said[cue.first] in (Status.ABSENT,) and not _is_denial(words, cue) for cue in mine)
        forms = frozenset(words.forms[self.first : self.end])
        spans = tuple(
            ("both" if len(side) == 2 else next(iter(side)), words.span(m.first, m.end))
            for side, m in self.side_mentions()
        )
        trend = self.cues("trend")
        return Statement(
            span=(start, stop),
            sentence=self.sentence.index,
            status=min(said[self.first : self.end], default=Status.PRESENT) if not observations else Status.PRESENT,
            sides=sides,
            side_spans=spans,
            places=places,
            own_places=self.places(),
            normal=normal,
            facets=_facets(forms),
            stems=self._stems(denied=None),
            denied_stems=self._stems(denied=True) - self._stems(denied=False),
            measures=tuple(self._measures()),
            levels=tuple(levels_in(self.sentence.text, start, stop)),
            grades=tuple(grades_in(self.sentence.text, start, stop)),
            observations=observations,
            trend=trend[0].name if trend else None,
            is_continued=is_continued,
        )

    def _stems(self, denied: bool | None) -> frozenset[str]:
        """Content words cut to compare; only those inside or outside denials, or all."""
        return frozenset(
            form[:_STEM]
            for at, form in enumerate(self.words.forms[self.first : self.end], self.first)
            if len(form) > 3
            and form.isalpha()
            and form not in _STOP
            and (denied is None or (self.sentence.said[at] is Status.ABSENT) is denied)
        )

    def _measures(self) -> list[Measure]:
        return measures_in(self.sentence.text, *self.words.span(self.first, self.end))

    def _closest_measures(self, mention: Mention, mine: list[Mention]) -> list[Measure]:
        start, stop = self.words.span(mention.first, mention.end)

        def distance(span: Span, measure: Measure) -> int:
            return max(span[0] - measure.span[1], measure.span[0] - span[1], 0)

        rivals = [self.words.span(m.first, m.end) for m in mine]
        return [
            measure
            for measure in self._measures()
            if distance((start, stop), measure) == min(distance(rival, measure) for rival in rivals)
        ]

    def _side_of(self, mention: Mention, mine: list[Mention]) -> tuple[Sides, Mention] | None:
        """The side word that belongs to a finding, with the union of all where the finding is alone."""
        found = self.side_mentions()
        if not found:
            return None
        if len(mine) == 1 or len({sides for sides, _ in found}) == 1:
            return frozenset().union(*(sides for sides, _ in found)), found[0][1]
        costs = [(self._cost(mention, m, mine), at) for at, (_, m) in enumerate(found)]
        cost, at = min(costs)
        sides, side = found[at]
        if at + 1 < len(found) and _GREATER & set(self.words.forms[side.end : found[at + 1][1].first]):
            sides = sides | found[at + 1][0]
        return (sides, side) if cost < 40 else None

    def _cost(self, mention: Mention, side: Mention, mine: list[Mention]) -> int:
        if mention.first <= side.first < mention.end:
            return 0
        before = side.first < mention.first
        gap = (side.end, mention.first) if before else (mention.end, side.first)
        between = sum(1 for other in mine if gap[0] <= other.first < gap[1])
        # A side after its finding needs a preposition: "effusion on the right", not "effusion, right atelectasis".
        forms = set(self.words.forms[max(0, side.first - 2) : side.first])
        governed = bool(forms & {"on", "in", "of", "at", "the", "to", "within", "involving"})
        misplaced = (not before and not governed) or (before and governed and self._has_finding_before(side, mine))
        return max(gap[1] - gap[0], 0) + 10 * between + (8 if misplaced else 0)

    def _has_finding_before(self, side: Mention, mine: list[Mention]) -> bool:
        return any(other.end <= side.first for other in mine)

    def _nearest(self, mention: Mention, cues: list[Mention], mine: list[Mention]) -> Mention | None:
        """The cue before the finding and after the finding before it, else the one that follows."""
        before = [
            cue
            for cue in cues
            if cue.first < mention.end and not any(cue.end <= other.first < mention.first for other in mine)
        ]
        if before:
            return before[-1]
        after = [cue for cue in cues if cue.first >= mention.end and cue.first - mention.end <= 5]
        return after[0] if after and len(mine) == 1 else None

    def _trend(self, mention: Mention) -> Mention | None:
        """The trend word nearest the finding; a word inside the finding's own name ("increased density") is none."""
        own = set(mention.anchors)
        cues = [cue for cue in self.cues("trend") if not set(range(cue.first, cue.end)) & own]
        return min(cues, key=lambda cue: abs(cue.first - mention.first), default=None)

    def _near(self, mention: Mention, meaning: str) -> bool:
        cues = self.cues("modifiers", meaning)
        return any(-3 <= cue.first - mention.end <= 4 or 0 <= mention.first - cue.end <= 5 for cue in cues)

    def _is_history(self, mention: Mention) -> bool:
        return any(
            0 <= mention.first - cue.end <= 4 for cue in self._inside(self.sentence.cues) if cue.kind == "historical"
        )

    def _qualifiers(self, mention: Mention) -> frozenset[str]:
        cues = self.cues("modifiers", "small_only", "acute")
        return frozenset(
            " ".join(self.words.forms[cue.first : cue.end])
            for cue in cues
            if 0 <= mention.first - cue.end <= 4 or mention.first <= cue.first < mention.end
        )


def _is_denial(words: Words, cue: Mention) -> bool:
    """ "No abnormality" and "not enlarged" say normal by themselves."""
    return words.forms[cue.first] in ("no", "not", "without")


def _facets(forms: frozenset[str]) -> frozenset[str]:
    facets = set()
    if forms & _SIZE_WORDS:
        facets.add("size")
    if forms & _FACET_WORDS:
        facets.add("other")
    return frozenset(facets)
