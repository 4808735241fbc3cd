"""One statement's words with what the lexicon found in them: its places, sides, sizes and content words.

It does not bind them to findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.review.levels import grades_in, levels_in
from app.review.lexicon import Lexicon
from app.review.measures import Measure, measures_in
from app.review.mentions import Mention
from app.review.once import once
from app.review.reading import BOTH, LEFT, RIGHT, Sides, Span, Statement
from app.review.scopes import Status
from app.review.words import Words

_STEM = 7
_UNIT_SIGNS = "°%³"
_SIDES: dict[str, Sides] = {"left": LEFT, "right": RIGHT, "both": BOTH}
# Regions whose words may stand beside a finding of the lungs.
_CHEST = frozenset({"chest", "vessels", "limbs"})
_MOVING = ("displac", "shift", "deviat", "push", "convex", "rotat", "mov", "curv", "scolio", "direct")
_WAYS = frozenset({"leftward", "rightward"})
_TOWARD = (("to",), ("toward",), ("to", "the"), ("toward", "the"))


def is_direction(words: Words, at: int) -> bool:
    """Whether the side word at `at` says where something moved: "displaced to the right", "leftward midline shift"."""
    if words.forms[at] in _WAYS or words.forms[at + 1 : at + 2] == ("convex",):
        return True
    before = words.forms[max(0, at - 9) : at]
    return (before[-1:] in _TOWARD or before[-2:] in _TOWARD) and any(form.startswith(_MOVING) for form in before)


@dataclass(frozen=True)
class Sentence:
    """One sentence with what was found in it; `said` holds one status a word, `signs` one each of the signs."""

    text: str
    index: int
    words: Words
    named: tuple[Mention, ...]
    cues: tuple[Mention, ...]
    said: tuple[Status, ...]
    signs: tuple[tuple[Mention, Status], ...] = ()


@dataclass(frozen=True)
class Piece:
    """The words first to end (exclusive) of a sentence, as one statement."""

    sentence: Sentence
    lexicon: Lexicon
    first: int
    end: int

    @property
    def words(self) -> Words:
        return self.sentence.words

    @property
    def span(self) -> Span:
        return self.words.span(self.first, self.end)

    def inside(self, mentions: Iterable[Mention]) -> list[Mention]:
        return [m for m in mentions if self.first <= m.first < self.end]

    @once
    def _cues(self) -> dict[str, list[Mention]]:
        gathered: dict[str, list[Mention]] = {}
        for cue in self.inside(self.sentence.cues):
            gathered.setdefault(cue.kind, []).append(cue)
        return gathered

    def cues(self, kind: str, *meanings: str) -> list[Mention]:
        """The cues of a kind, in order; of these meanings, if any are given."""
        return [cue for cue in self._cues.get(kind, ()) if not meanings or cue.name in meanings]

    @once
    def places(self) -> frozenset[str]:
        """The places named as such; what a shadow merely projects over is none."""
        backdrop = self.lexicon.word_lists["backdrop"]
        found = set()
        for mention in self.inside(self.sentence.named):
            before = self.words.forms[max(self.first, mention.first - 5) : mention.first]
            if mention.kind != "finding" and not backdrop.intersection(before):
                found.add(mention.name if mention.kind == "place" else mention.name.partition(" ")[2])
        return frozenset(found)

    @once
    def side_mentions(self) -> list[tuple[Sides, Mention]]:
        """The side words, in order; directions ("displaced to the right") are none."""
        cues = self.cues("sides", "left", "right", "both")
        found = [(_SIDES[cue.name], cue) for cue in cues if not self._is_direction(cue) and not self._is_and(cue)]
        sided = [m for m in self.inside(self.sentence.named) if m.kind == "sided"]
        found += [(_SIDES[m.name.partition(" ")[0]], m) for m in sided]
        return sorted(found, key=lambda item: item[1].first)

    def _is_direction(self, cue: Mention) -> bool:
        return is_direction(self.words, cue.first)

    def _is_and(self, cue: Mention) -> bool:
        """ "Both on PA and lateral views": the "both" of "both … and", unless an organ or finding follows."""
        if self.words.forms[cue.first : cue.end] != ("both",) or self.words.forms[cue.end : cue.end + 1] == ("side",):
            return False
        return not any(0 <= m.first - cue.end <= 3 for m in self.sentence.named)

    @once
    def sides(self) -> Sides:
        return frozenset[str]().union(*(sides for sides, _ in self.side_mentions))

    @once
    def measures(self) -> tuple[Measure, ...]:
        # Signs such as "°" and "%" are no words: one behind the last word still belongs to its number.
        start, end = self.span
        text = self.sentence.text
        while end < len(text) and text[end] in _UNIT_SIGNS:
            end += 1
        return tuple(measures_in(text, start, end))

    def is_elsewhere(self, finding: str, stated: frozenset[str]) -> bool:
        """A finding of the lungs in words about another organ: the "opacification" of a fallopian tube."""
        if self.lexicon.findings[finding].organ != "lung" or not stated:
            return False
        return all(self.lexicon.places[name].region not in _CHEST for name in stated)

    def statement(
        self, places: frozenset[str], sides: Sides, observations: tuple[int, ...], is_continued: bool
    ) -> Statement:
        """The piece as a Statement; places and sides may be inherited."""
        start, stop = self.span
        stems = self._stems()
        return Statement(
            span=(start, stop),
            sentence=self.sentence.index,
            sides=sides,
            side_spans=tuple(
                ("both" if len(side) == 2 else next(iter(side)), self.words.span(m.first, m.end))
                for side, m in self.side_mentions
            ),
            denied_sides=frozenset(
                self.words.span(m.first, m.end)
                for _, m in self.side_mentions
                if self.sentence.said[m.first] is Status.ABSENT
            ),
            places=places,
            own_places=self.places,
            normal=self._normal(),
            facets=self._facets(),
            stems=frozenset(stems),
            denied_stems=frozenset(stem for stem, is_denied in stems.items() if is_denied),
            measures=self.measures,
            levels=tuple(levels_in(self.sentence.text, start, stop)),
            grades=tuple(grades_in(self.sentence.text, start, stop)),
            observations=observations,
            is_continued=is_continued,
        )

    def _stems(self) -> dict[str, bool]:
        """Content words, cut to compare, and whether all their occurrences are denied."""
        content_free = self.lexicon.word_lists["content_free"]
        stems: dict[str, bool] = {}
        for at in range(self.first, self.end):
            form = self.words.forms[at]
            if len(form) > 3 and form.isalpha() and form not in content_free:
                is_denied = self.sentence.said[at] is Status.ABSENT
                stems[form[:_STEM]] = stems.get(form[:_STEM], True) and is_denied
        return stems

    def _normal(self) -> bool | None:
        cues = [cue for cue in self.cues("normal") if not self._is_attribute(cue)]
        if not cues:
            return None
        # "No abnormality" and "not enlarged" say normal by themselves; "not normal" is denied.
        return any(
            self.sentence.said[cue.first] is not Status.ABSENT
            or self.words.forms[cue.first] in ("no", "not", "without")
            for cue in cues
        )

    def _is_attribute(self, cue: Mention) -> bool:
        """ "No free spill" calls nothing abnormal."""
        is_denied = self.sentence.said[cue.first] is Status.ABSENT and self.words.forms[cue.first] == "free"
        return is_denied and cue.end < self.end and self.words.forms[cue.end].isalpha()

    def _facets(self) -> frozenset[str]:
        forms = self.words.forms[self.first : self.end]
        lists = {"size": "size", "other": "aspects"}
        return frozenset(facet for facet, name in lists.items() if self.lexicon.word_lists[name].intersection(forms))
