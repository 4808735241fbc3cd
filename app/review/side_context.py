"""Side words whose surroundings the findings use of the other side: what "left" is said of, in any words.

It needs no name of the lexicon, though it uses those it finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.review.digits import without_rank
from app.review.lexicon import Lexicon
from app.review.mentions import longest_phrases
from app.review.piece import is_direction
from app.review.reading import Reading, Sides, Span, Statement
from app.review.words import Words

_SIDES: dict[str, str] = {"left": "left", "right": "right", "bilateral": "both", "bilaterally": "both", "both": "both"}
_SIDES |= {"leftward": "left", "rightward": "right"}
_PAIRS = frozenset({("left", "and", "right"), ("right", "and", "left")})
_STEM = 6
# Words that lead from a finding to its side: what they follow lies before them ("effusion on the left").
_LEADING = frozenset({"on", "to", "at", "from", "the", "in", "of"})
_SAYS_SIDE = frozenset({"side", "sided", "hand"})
_BREAKS = frozenset({",", "and", "with", "but", "while", "or", "(", ")", "without", "-", "than"})
_GREATER = frozenset({"predominantly", "predominant", "predominance", "pronounced", "greater", "worse", ">", "marked"})
_STOPS = frozenset({";", ".", ":", "?"})
# "Frontoparietal" names the parietal lobe too.
_COMPOUND = re.compile(r"(?:fronto|temporo|parieto|occipito|antero|postero|medio|latero|supero|infero)([a-z]{5,})")
# Weights of a context word: how it fades with distance, over a break, beyond another side word, on the weaker side.
_FADING, _OVER_BREAK, _OVER_SIDE, _WEAKER, _OVER_STOP = 0.2, 0.7, 0.35, 0.6, 0.6
# A heading's side, or one carried on from the sentence before, holds for the whole statement, but loosely.
_CARRIED = 0.5
# What the other text denies or calls normal is hardly what this one describes.
_OTHER_POLARITY = 0.4


@dataclass(frozen=True)
class SideWord:
    """One side word with its surroundings.

    Attributes:
        side: "left", "right" or "both".
        span: characters of the word; for a side carried on from a heading those of the statement.
        context: what stands around it (stems and names of the lexicon), with weights from 0 to 1.
        is_positive: stands in words that neither deny nor call normal.
        is_greater: the side that has more of it ("predominantly on the left", "left greater than right").
        is_direction: where something moved ("displaced to the right").
        is_written: False for a side carried on.
    """

    side: str
    span: Span
    context: dict[str, float]
    is_positive: bool
    is_greater: bool = False
    is_direction: bool = False
    is_written: bool = True


def side_words(reading: Reading, lexicon: Lexicon) -> list[SideWord]:
    """Every left, right and both of a text, chambers and directions too, and the sides that headings carry on."""
    found: list[SideWord] = []
    for words in reading.words:
        at_sides = [at for at, form in enumerate(words.forms) if form in _SIDES and not _is_compared(words, at)]
        if not at_sides:
            continue
        tokens = _tokens(words, lexicon)
        for at in at_sides:
            span = words.spans[at]
            context = _context(words, at, tokens)
            side = "both" if _is_of_pair(words, at) else _SIDES[words.forms[at]]
            is_positive = _is_positive(reading, span)
            found.append(SideWord(side, span, context, is_positive, _is_greater(words, at), is_direction(words, at)))
    return [*found, *_carried(reading)]


def _is_compared(words: Words, at: int) -> bool:
    """ "Right greater than left", "right to left": the second side only completes the first."""
    before = words.forms[max(0, at - 4) : at]
    return "than" in before or ">" in before or words.forms[at + 1 : at + 3] in (("to", "left"), ("to", "right"))


def _is_of_pair(words: Words, at: int) -> bool:
    """ "Left and right": both."""
    return any(pair in _PAIRS for pair in (words.forms[at : at + 3], words.forms[max(0, at - 2) : at + 1]))


def _is_greater(words: Words, at: int) -> bool:
    near = words.forms[max(0, at - 4) : at + 3]
    return not _GREATER.isdisjoint(near)


def likeness(one: SideWord, other: SideWord) -> float:
    """How much of what stands around one side word stands around the other: 0 to 1."""
    whole = sum(one.context.values())
    if not whole:
        return 0.0
    shared = sum(min(weight, other.context.get(token, 0.0)) for token, weight in one.context.items())
    return min(shared / whole, 1.0) * (1.0 if one.is_positive == other.is_positive else _OTHER_POLARITY)


def shared_words(one: SideWord, other: SideWord) -> tuple[frozenset[str], frozenset[str]]:
    """The stems and the lexicon's names that stand around both."""
    shared = one.context.keys() & other.context.keys()
    names = frozenset(token for token in shared if " " in token)
    return frozenset(shared - names), names


def _tokens(words: Words, lexicon: Lexicon) -> list[list[str]]:
    """For each word its stem and the names that the lexicon begins there."""
    content_free = lexicon.word_lists["content_free"]
    tokens: list[list[str]] = [[] for _ in words.forms]
    for at, form in enumerate(words.forms):
        if form in content_free or form in _LEADING or form in _BREAKS or not form[0].isalnum():
            continue
        if len(form) > 3 or any(letter.isdigit() for letter in form) or words.raw[at].isupper():
            tokens[at].append(without_rank(form)[:_STEM])
        if joint := _COMPOUND.match(form):
            tokens[at].append(joint[1][:_STEM])
    for mention in longest_phrases(words, lexicon.phrases):
        if mention.kind in ("place", "finding") and mention.name:
            tokens[mention.first].append(f"{mention.kind} {mention.name}")
    return tokens


def _context(words: Words, at: int, tokens: list[list[str]]) -> dict[str, float]:
    """Stems and names around the word at `at`; what it governs (mostly what follows) counts more."""
    following = words.forms[at + 1 : at + 2]
    is_noun = not following or following[0] in _BREAKS | _STOPS or following[0] in _SAYS_SIDE - {"sided"}
    led = words.forms[max(0, at - 1) : at] in (("the",), ("on",))
    backward = is_noun and led
    context: dict[str, float] = {}
    for step in (1, -1):
        weight = 1.0 if (step == 1) != backward else _WEAKER
        for where in _walk(at, step, len(words)):
            form = words.forms[where]
            if form in _BREAKS:
                weight *= _OVER_BREAK
            elif form in _STOPS:
                weight *= _OVER_STOP
            elif form in _SIDES:
                weight *= _OVER_SIDE
            for token in tokens[where]:
                faded = weight / (1 + _FADING * (abs(where - at) - 1))
                context[token] = max(context.get(token, 0.0), faded)
    return context


def _walk(at: int, step: int, count: int) -> Iterator[int]:
    return iter(range(at + 1, count) if step == 1 else range(at - 1, -1, -1))


def _statement_at(reading: Reading, span: Span) -> Statement | None:
    return next((s for s in reading.statements if s.span[0] <= span[0] < s.span[1]), None)


def _is_positive(reading: Reading, span: Span) -> bool:
    statement = _statement_at(reading, span)
    if statement is None:
        return True
    return span not in statement.denied_sides and statement.normal is not True


def _carried(reading: Reading) -> Iterator[SideWord]:
    for statement in reading.statements:
        sides: Sides = statement.sides
        if statement.side_spans or not sides:
            continue
        side = "both" if len(sides) == 2 else next(iter(sides))
        names = {f"place {name}" for name in statement.places}
        names |= {f"finding {reading.observations[at].name}" for at in statement.observations}
        context = dict.fromkeys({stem[:_STEM] for stem in statement.stems} | names, _CARRIED)
        is_positive = statement.normal is not True and 2 * len(statement.denied_stems) < len(statement.stems)
        yield SideWord(side, statement.span, context, is_positive, is_written=False)
