"""Positions of a text with what is said there: tails and heads, lobes, segments, vessels, levels and digits in context.

It does not compare texts; which positions exclude each other stands in resources/lexicon/positions.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.review.digits import without_rank
from app.review.lexicon import Lexicon
from app.review.mentions import Mention
from app.review.named_positions import Where, families, is_landmark, named_positions
from app.review.reading import BOTH, Reading, Sides, Span, Statement
from app.review.scopes import Status
from app.review.words import Words

_RANGED = "spine"
_STEM = 6
_BREAKS = frozenset({",", "and", "with", "but", "while", "or", "(", ")", "without", "-", "than"})
_STOPS = frozenset({";", ".", ":", "?"})
# How a context word's weight fades with distance, over a break, and beyond a position of the same family.
_FADING, _OVER_BREAK, _OVER_STOP, _OVER_RIVAL, _OUTSIDE = 0.12, 0.75, 0.6, 0.45, 0.7
# "The second and third metatarsals": what is said holds for both.
_JOINING = frozenset({"and", "or", ",", "/", "to", "the", "&", "in", "of", "left", "right", "side", "both"})
_SPARING = frozenset({"sparing", "spare", "spared", "excluding", "except", "avoiding"})
_BEFORE = 4
# Where nothing else is spoken of, the end of a list belongs to its beginning, within so many words.
_ALONE, _FAR = 0.45, 30
# What a heading or the beginning of the sentence named holds for the whole statement, but loosely.
_CARRIED, _BELOW = 0.5, 0.7
# Grades tell two stenoses of one vessel apart.
_GRADES = frozenset({"minimal", "mild", "moderate", "severe", "small", "large", "new", "acute", "chronic", "old"})
_SIDES = frozenset({"left", "right", "bilateral", "bilaterally", "both", "leftward", "rightward"})


@dataclass(frozen=True)
class Position:
    """One position named in a text.

    Attributes:
        where: family → names in it; a vague word belongs to several families.
        first_form: its first word; "" where it is not written.
        span: its characters.
        context: what stands around it (stems, numbers and names of the lexicon), with weights from 0 to 1.
        sides: the side of the body it is on, if stated.
        is_positive: stands in words that neither deny nor call normal.
        is_landmark: only tells where something else lies ("4 cm above the valve").
        chain: the positions of one chain hold together ("second and third metatarsals").
        is_written: False for a level that a line above begins with.
    """

    where: Where
    first_form: str
    span: Span
    context: Mapping[str, float]
    sides: Sides
    is_positive: bool
    is_landmark: bool
    chain: tuple[int, int]
    is_written: bool = True

    def agrees(self, other: Position) -> bool:
        """Whether both may be one place: alike in every family that they share, or else in their first word."""
        shared = self.where.keys() & other.where.keys()
        if not shared:
            return self.first_form == other.first_form
        return all(_overlap(family, self.where[family], other.where[family]) for family in shared)

    def excludes(self, other: Position) -> bool:
        """Whether they are different places of one family."""
        shared = self.where.keys() & other.where.keys()
        return any(not _overlap(family, self.where[family], other.where[family]) for family in shared)


def _overlap(family: str, one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether two positions of a family may be one; of two ranges of vertebrae one must lie in the other."""
    if family == _RANGED:
        return one <= two or two <= one
    return bool(one & two)


def positions(reading: Reading, lexicon: Lexicon) -> list[Position]:
    """Every position of a text, in order."""
    by_sentence: dict[int, list[Statement]] = {}
    for statement in reading.statements:
        by_sentence.setdefault(statement.sentence, []).append(statement)
    written = [
        position
        for index, words in enumerate(reading.words)
        for position in _of_sentence(reading, index, words, by_sentence.get(index, []), lexicon)
    ]
    return [*written, *_of_headings(reading, lexicon)]


def _of_headings(reading: Reading, lexicon: Lexicon) -> Iterator[Position]:
    """The levels of a heading, once for each statement below it."""
    for number, (statement, levels) in enumerate(zip(reading.statements, reading.levels, strict=True)):
        if statement.levels or not levels:
            continue
        words = reading.words[statement.sentence]
        inside = _inside(words, statement)
        tokens = _tokens(words, reading.named[statement.sentence], lexicon)
        context = _carried(statement) | {token: _BELOW for at in inside for token, _, _ in tokens[at]}
        for level in levels:
            where, is_positive = families(level), statement.normal is not True or _asserts(reading, statement)
            chain = (-1, number)
            yield Position(where, "", level.span, context, statement.sides, is_positive, False, chain, is_written=False)


def _of_sentence(
    reading: Reading, index: int, words: Words, statements: list[Statement], lexicon: Lexicon
) -> Iterator[Position]:
    named = named_positions(words, statements)
    if not named:
        return
    tokens = _tokens(words, reading.named[index], lexicon)
    landmarks = {(first, end) for first, end, _ in named if is_landmark(words, first, named)}
    chain, last = 0, 0
    for first, end, where in named:
        chain += not _JOINING.issuperset(words.forms[last:first])
        last = end
        span = words.span(first, end)
        statement = next((s for s in statements if s.span[0] <= span[0] < s.span[1]), None)
        rivals = {
            at
            for one, stop, other in named
            if where.keys() & other.keys() and (one, stop) not in landmarks
            for at in range(one, stop)
        }
        inside = _inside(words, statement)
        context = _carried(statement) | _context(words, first, end, tokens, rivals, inside)
        for place in where:
            context.pop(f"place {place}", None)
        yield Position(
            where,
            words.forms[first],
            span,
            context,
            _sides(statement, span),
            _is_positive(reading, index, first, end, statement),
            (first, end) in landmarks,
            (index, chain),
        )


def _tokens(words: Words, named: tuple[Mention, ...], lexicon: Lexicon) -> list[list[tuple[str, int, int]]]:
    """For each word what it says of its surroundings, with the words that it comes from."""
    free, joining = lexicon.word_lists["content_free"], lexicon.word_lists["joining"]
    tokens: list[list[tuple[str, int, int]]] = [[] for _ in words.forms]
    for at, form in enumerate(words.forms):
        if (
            (form in free and form not in _GRADES)
            or form in joining
            or form in _SIDES
            or form in _BREAKS
            or not form[0].isalnum()
        ):
            continue
        if len(form) > 2 or any(letter.isdigit() for letter in form) or words.raw[at].isupper():
            tokens[at].append((without_rank(form)[:_STEM], at, at + 1))
    for mention in named:
        if mention.kind == "place":
            tokens[mention.first].append((f"place {mention.name}", mention.first, mention.end))
        elif mention.kind == "finding":
            # A finding's name may hold the position ("thrombus of the femoral vein") and still be the same finding.
            said = mention.deciding[0] if mention.deciding else mention.first
            tokens[said].append((f"finding {mention.name}", -1, -1))
    return tokens


def _inside(words: Words, statement: Statement | None) -> range:
    """The words of a statement."""
    if statement is None:
        return range(len(words))
    inside = [at for at, span in enumerate(words.spans) if statement.span[0] <= span[0] < statement.span[1]]
    return range(inside[0], inside[-1] + 1) if inside else range(len(words))


def _context(
    words: Words, first: int, end: int, tokens: list[list[tuple[str, int, int]]], rivals: set[int], inside: range
) -> dict[str, float]:
    context: dict[str, float] = {}
    for way in (range(end, len(words)), range(first - 1, -1, -1)):
        weight, is_joined = 1.0, True
        least = 0.0 if not rivals.isdisjoint(way) else _ALONE
        for steps, at in enumerate(way):
            form = words.forms[at]
            is_joined = is_joined and (form in _JOINING or at in rivals)
            if not is_joined:
                weight *= _fade(form, at in rivals)
            faded = weight / (1 + _FADING * steps) * (1.0 if at in inside else _OUTSIDE)
            faded = max(faded, least if steps < _FAR else 0.0)
            for token, begin, stop in tokens[at]:
                if stop <= first or begin >= end:
                    context[token] = max(context.get(token, 0.0), faded)
    return context


def _fade(form: str, is_rival: bool) -> float:
    if is_rival:
        return _OVER_RIVAL
    return _OVER_BREAK if form in _BREAKS else _OVER_STOP if form in _STOPS else 1.0


def _carried(statement: Statement | None) -> dict[str, float]:
    if statement is None:
        return {}
    return dict.fromkeys((f"place {name}" for name in statement.places - statement.own_places), _CARRIED)


def _sides(statement: Statement | None, span: Span) -> Sides:
    """The side word nearest in the statement, else the side that it inherits."""
    if statement is None:
        return frozenset()
    if not statement.side_spans:
        return statement.sides
    side, _ = min(statement.side_spans, key=lambda item: max(item[1][0] - span[1], span[0] - item[1][1]))
    return BOTH if side == "both" else frozenset({side})


def _is_positive(reading: Reading, index: int, first: int, end: int, statement: Statement | None) -> bool:
    said = reading.said[index][first:end]
    is_denied = all(status is Status.ABSENT for status in said)
    before = reading.words[index].forms[max(0, first - _BEFORE) : first]
    if is_denied or not _SPARING.isdisjoint(before):
        return False
    return statement is None or statement.normal is not True or _asserts(reading, statement)


def _asserts(reading: Reading, statement: Statement) -> bool:
    """Names a finding that is there, though it calls something normal ("clear apart from a cyst")."""
    return any(
        reading.observations[at].is_asserted and not reading.observations[at].is_generic
        for at in statement.observations
    )
