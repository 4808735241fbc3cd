"""Reads signs: what a text describes instead of naming it, as "no flow in the testis" for a torsion.

It knows patterns of words and where they stand, not what a finding is; they stand in resources/lexicon/described.toml.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.review.words import Words, words_of

# How many words may stand between two steps of one part, and between two parts.
_NEAR = 5
_REACH = 13
# How far from a sign a word may stand that spoils it.
_BESIDE = 10
_BREAKS = frozenset({".", "?"})
_PARTING = frozenset({".", "?", ";"})
_NEGATING = frozenset({"<no>", "<gone>"})
_PREFIX = 3

Span = tuple[int, int]


class Sighting(NamedTuple):
    """A sign in a sentence: the words that make it up, the first to the last (exclusive), and whether one says "no"."""

    finding: str
    first: int
    end: int
    anchors: tuple[int, ...]
    negates: bool


class _Part(NamedTuple):
    """The words of one part of a sign."""

    own: tuple[int, ...]
    negates: bool


@dataclass(frozen=True)
class Sign:
    """One pattern: parts in any order, each one of several ways to say it, each way steps in their order.

    Attributes:
        unless: ways of saying what must not stand in the sentence.
    """

    finding: str
    parts: tuple[tuple[tuple[int, ...], ...], ...]
    unless: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Signs:
    """All signs, by a step that each of them needs.

    Attributes:
        exact, opening: phrases by their first word, or by its first letters where it may go on ("compress*").
        places: steps by the name of the place that they stand for.
        negating: steps that say "no".
    """

    exact: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]]
    opening: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]]
    places: Mapping[str, tuple[int, ...]]
    negating: frozenset[int]
    by_step: Mapping[int, tuple[Sign, ...]]


def signs_of(table: Mapping[str, Any], findings: Iterable[str], places: Iterable[str]) -> Signs:
    """The signs of a table: groups of words, and by region the patterns of each finding.

    Raises:
        ValueError: a pattern names a finding, group or place that is not known.
    """
    known, groups = frozenset(findings), table.get("words", {})
    steps: dict[str, int] = {}
    signs = []
    for finding, patterns in _patterns(table):
        if finding not in known:
            raise ValueError(f"signs: unknown finding: {finding}")
        signs += [_sign(finding, pattern, steps) for pattern in patterns]
    phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    opening: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    where: dict[str, list[int]] = {}
    for step, number in steps.items():
        for name in _alternatives(step, groups):
            if name.startswith("{"):
                where.setdefault(name.strip("{}"), []).append(number)
                continue
            words = _phrase(name)
            table_of = opening if words[0].endswith("*") else phrases
            table_of.setdefault(words[0][:_PREFIX] if words[0].endswith("*") else words[0], []).append((words, number))
    if unknown := set(where) - set(places):
        raise ValueError(f"signs: unknown places: {', '.join(sorted(unknown))}")
    return Signs(
        exact={word: tuple(listed) for word, listed in phrases.items()},
        opening={letters: tuple(listed) for letters, listed in opening.items()},
        places={name: tuple(numbers) for name, numbers in where.items()},
        negating=frozenset(number for step, number in steps.items() if step in _NEGATING),
        by_step=_by_rarest_step(signs),
    )


def _patterns(table: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for region, entries in table.items():
        if region != "words":
            yield from entries.items()


def _sign(finding: str, pattern: str, steps: dict[str, int]) -> Sign:
    """ "a .. b/c ~ d|e ! f": a, and soon after it b or c; d or e about them; f nowhere in the sentence."""
    wanted, *unwanted = pattern.split("!")
    parts = tuple(tuple(_ways(part, steps)) for part in wanted.split("~"))
    unless = tuple(way for part in unwanted for way in _ways(part, steps))
    return Sign(finding, parts, unless)


def _ways(part: str, steps: dict[str, int]) -> Iterator[tuple[int, ...]]:
    """The alternatives of a part; those of one step together."""

    def number(step: str) -> int:
        return steps.setdefault(step.strip(), len(steps))

    ways = part.split("|")
    if single := [way.strip() for way in ways if ".." not in way]:
        yield (number("/".join(single)),)
    for way in ways:
        if ".." in way:
            yield tuple(number(step) for step in way.split(".."))


def _alternatives(step: str, groups: Mapping[str, list[str]]) -> Iterator[str]:
    for name in step.split("/"):
        if not name.strip().startswith("<"):
            yield name.strip()
        elif (group := name.strip(" <>")) in groups:
            for word in groups[group]:
                yield from _alternatives(word, groups)
        else:
            raise ValueError(f"signs: unknown group: {group}")


def _phrase(name: str) -> tuple[str, ...]:
    """The words' forms; a word that may go on keeps its star."""
    words: list[str] = []
    for written in name.replace("-", " ").split():
        star = "*" if written.endswith("*") else ""
        forms = words_of(written.rstrip("*")).forms
        words += [*forms[:-1], forms[-1] + star] if not star else [written.rstrip("*").lower() + star]
    return tuple(words)


def _by_rarest_step(signs: list[Sign]) -> dict[int, tuple[Sign, ...]]:
    """Each sign under the steps with which its rarest part may begin."""
    uses = Counter(way[0] for sign in signs for part in sign.parts for way in part)
    gathered: dict[int, list[Sign]] = {}
    for sign in signs:
        rarest = min(sign.parts, key=lambda part: sum(uses[way[0]] for way in part))
        for step in {way[0] for way in rarest}:
            gathered.setdefault(step, []).append(sign)
    return {step: tuple(listed) for step, listed in gathered.items()}


def sightings(words: Words, places: Iterable[tuple[frozenset[str], int, int]], signs: Signs) -> list[Sighting]:
    """The signs of a sentence, one a finding.

    Args:
        places: each place named, with all around it, and its words first to end.
    """
    at = _steps_at(words, places, signs)
    found: dict[str, Sighting] = {}
    for step in list(at):
        for sign in signs.by_step.get(step, ()):
            if sign.finding not in found and (seen := _seen(sign, at, words, signs)):
                found[sign.finding] = seen
    return list(found.values())


def _steps_at(words: Words, places: Iterable[tuple[frozenset[str], int, int]], signs: Signs) -> dict[int, list[Span]]:
    at: dict[int, list[Span]] = {}
    forms = words.forms
    for first, form in enumerate(forms):
        for table in (signs.exact.get(form, ()), signs.opening.get(form[:_PREFIX], ())):
            for phrase, step in table:
                end = first + len(phrase)
                if _fits(phrase[0], form) and (len(phrase) == 1 or _go_on(phrase, forms[first:end])):
                    at.setdefault(step, []).append((first, end))
    for around, first, end in places:
        for name in around & signs.places.keys():
            for step in signs.places[name]:
                at.setdefault(step, []).append((first, end))
    return at


def _go_on(phrase: tuple[str, ...], forms: tuple[str, ...]) -> bool:
    return len(phrase) == len(forms) and all(_fits(*pair) for pair in zip(phrase, forms, strict=True))


def _fits(wanted: str, form: str) -> bool:
    return form.startswith(wanted[:-1]) if wanted.endswith("*") else form == wanted


def _seen(sign: Sign, at: Mapping[int, list[Span]], words: Words, signs: Signs) -> Sighting | None:
    """The sign where its parts stand nearest to its first part."""
    listed = [[seen for way in part for seen in _way(way, at, words, signs)] for part in sign.parts]
    if not all(listed):
        return None
    for first in listed[0]:
        chosen = [first]
        for others in listed[1:]:
            free = [other for other in others if not any(_overlap(other.own, one.own) for one in chosen)]
            nearest = min(free, key=lambda other: _gap(first.own, other.own), default=None)
            if nearest is None or not _together(first.own, nearest.own, words):
                break
            chosen.append(nearest)
        else:
            own = {at for part in chosen for at in part.own}
            spoilt = (seen.own for way in sign.unless for seen in _way(way, at, words, signs))
            if not any(_spoils(words_of_it, own) for words_of_it in spoilt):
                negated = {at for part in chosen if part.negates for at in range(part.own[0], part.own[-1] + 1)}
                anchors = tuple(sorted(own | negated))
                return Sighting(sign.finding, anchors[0], anchors[-1] + 1, anchors, bool(negated))
    return None


def _way(steps: tuple[int, ...], at: Mapping[int, list[Span]], words: Words, signs: Signs) -> Iterator[_Part]:
    """Each place where the steps follow each other."""
    for span in at.get(steps[0], ()):
        spans = [span]
        for step in steps[1:]:
            end = spans[-1][1]
            following = min((o for o in at.get(step, ()) if 0 <= o[0] - end <= _NEAR), default=None)
            if following is None or not _PARTING.isdisjoint(words.forms[end : following[0]]):
                break
            spans.append(following)
        else:
            own = tuple(number for first, end in spans for number in range(first, end))
            yield _Part(own, not signs.negating.isdisjoint(steps))


def _spoils(seen: tuple[int, ...], own: set[int]) -> bool:
    """Stands in the sign or beside it, and is more than a word of its own."""
    return not set(seen) <= own and min(own) - _BESIDE <= seen[-1] and seen[0] <= max(own) + _BESIDE


def _overlap(one: tuple[int, ...], two: tuple[int, ...]) -> bool:
    return not set(one).isdisjoint(two)


def _gap(one: tuple[int, ...], two: tuple[int, ...]) -> int:
    return max(two[0] - one[-1], one[0] - two[-1], 0)


def _together(one: tuple[int, ...], two: tuple[int, ...], words: Words) -> bool:
    first, second = sorted((one, two))
    return second[0] - first[-1] <= _REACH and _BREAKS.isdisjoint(words.forms[first[-1] + 1 : second[0]])
