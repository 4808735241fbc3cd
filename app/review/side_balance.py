"""How what stands around a side word weighs between the findings' left and right, and how far that may be trusted.

It reads no side words itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.review.case import Case
from app.review.flags import Flag, Severity, side_mends
from app.review.reading import Span, opposite
from app.review.side_context import SideWord, likeness, shared_words, side_words
from app.review.side_sizes import is_sized_there

# From which likeness the other side's surroundings count, and by how much they must fit better than the same side's.
_ENOUGH, _TIMES, _MORE = 0.2, 1.2, 0.05
# Less is enough where the findings say nothing like it of the same side.
_FAINT, _NOTHING = 0.1, 0.02
# From which share of its likeness another side word of the impression is what the findings speak of.
_AS_WELL = 0.8
# One shared word proves little, unless nearly everything around is shared; and so does fitting barely better.
_WHOLE, _CLEARLY = 0.9, 0.12


@dataclass(frozen=True)
class Balance:
    """What the findings hold for the surroundings of one side word of the impression.

    Attributes:
        same, turned: likeness of what they say of that side, and of the other.
        source: what is most like it on the other side.
        is_blind: they write no word for the other side, such as "RLL" says it.
        is_sized: they give its size to that side, and to no other.
        is_weak: the other side fits better, but by little or in little, or is what the impression says of that side.
    """

    word: SideWord
    same: float
    turned: float
    source: SideWord
    is_blind: bool
    is_sized: bool
    is_weak: bool

    @property
    def is_turned(self) -> bool:
        """The other side fits better."""
        enough = _FAINT if self.same < _NOTHING else _ENOUGH
        return not self.is_sized and self.turned >= max(enough, _TIMES * self.same, self.same + _MORE)

    @property
    def is_sure(self) -> bool:
        """The other side clearly fits better."""
        return self.is_turned and not self.is_weak

    @property
    def is_same(self) -> bool:
        """That side fits, and better than the other."""
        return self.is_sized or (self.same >= _ENOUGH and self.same >= _TIMES * self.turned)


def balances(case: Case) -> dict[Span, Balance]:
    """Every left and right of the impression."""
    lexicon = case.matcher.lexicon
    mine = [word for word in side_words(case.impression, lexicon) if word.is_written and word.side != "both"]
    theirs = side_words(case.findings, lexicon) if mine else []
    return {word.span: _balance(case, word, mine, _comparable(word, theirs)) for word in mine}


def _balance(case: Case, word: SideWord, mine: list[SideWord], theirs: list[SideWord]) -> Balance:
    best = {"left": (0.0, word), "right": (0.0, word), "both": (0.0, word)}
    for other in theirs:
        best[other.side] = max(best[other.side], (likeness(word, other), other), key=lambda item: item[0])
    same, turned = (
        max(best[side], best["both"], key=lambda item: item[0]) for side in (word.side, opposite(word.side))
    )
    is_weak = _is_little(word, same[0], *turned) or _is_told(word, same, turned, mine)
    is_blind = all(other.side == word.side for other in theirs)
    is_sized = is_sized_there(case, word.span, word.side)
    return Balance(word, same[0], turned[0], turned[1], is_blind, is_sized, is_weak)


def _is_little(word: SideWord, same: float, turned: float, source: SideWord) -> bool:
    """No more than a place in common, barely a better fit, or a denial beside an assertion; a number is much.

    Where something moved, little is said beside the side.
    """
    words, names = shared_words(word, source)
    if any(token.replace(".", "").isdigit() for token in words) or turned >= _WHOLE or word.is_direction:
        return False
    is_place = len(words) <= 1 and not any(name.startswith("finding ") for name in names)
    return is_place or turned - same < _CLEARLY or word.is_positive != source.is_positive


def _is_told(
    word: SideWord, same: tuple[float, SideWord], turned: tuple[float, SideWord], mine: list[SideWord]
) -> bool:
    """Another side word of the impression speaks of what the findings say there, and the two fit best as they stand."""
    for other in mine:
        if other.side == word.side:
            continue
        told = likeness(other, turned[1])
        exchanged = turned[0] + (likeness(other, same[1]) if same[0] else 0.0)
        if told >= _AS_WELL * turned[0] and same[0] + told >= exchanged:
            return True
    return False


def _comparable(word: SideWord, theirs: list[SideWord]) -> list[SideWord]:
    """What has more on one side is compared with what has more on one side, if the findings say so of anything."""
    theirs = [other for other in theirs if other.is_direction == word.is_direction]
    greater = [
        other for other in theirs if other.is_greater and other.side != "both" and likeness(word, other) > _FAINT
    ]
    return greater if word.is_greater and greater else theirs


def context_flags(case: Case) -> Iterator[Flag]:
    """A side word whose surroundings stand in the findings beside the other side rather than beside this one."""
    for balance in balances(case).values():
        side, source = balance.word.side, balance.source
        if not balance.is_turned or case.exam_sides == {side}:
            continue
        where = source.span if source.is_written and source.side != "both" else None
        yield Flag(
            "side_mismatch",
            Severity.WARNING if balance.is_sure else Severity.NOTE,
            f"The impression says {side}; what the findings describe like this is {opposite(side)}.",
            balance.word.span,
            source.span,
            side_mends(
                (case.impression.text[slice(*balance.word.span)], balance.word.span),
                (case.findings.text[slice(*where)], where) if where else None,
                side,
            ),
        )
