"""Finds the lexicon's phrases in a sentence in one pass, and joins "a ~ b" names.

It does not decide whether what is named is there.
"""

from __future__ import annotations

from typing import NamedTuple

from app.review.lexicon import NO_FINDING, Branch, Key, Lexicon
from app.review.words import Words

# How many words may stand between the two halves of an "a ~ b" name.
_REACH = 7
# A place may be followed by a list before its state: "the prostate is homogeneous, well defined, and is enlarged".
_REACH_OF_PLACE = 12
_HALVES = 2
_NAMES = frozenset({"finding", "place", "sided"})
_HARD_BREAKS = frozenset({";", ".", "?"})
_SOFT_BREAKS = frozenset({",", "and", "but", "with", "without", "or"})


class Mention(NamedTuple):
    """A phrase of the lexicon in a sentence: words first to end (exclusive).

    Attributes:
        anchors: its own words; for an "a ~ b" name the words of both halves.
        state: of an "a ~ b" name with a place, the words of the state, which decide its status ("not seen in the
            ureter, which is dilated").
    """

    key: Key
    first: int
    end: int
    anchors: tuple[int, ...] = ()
    state: tuple[int, ...] = ()

    @property
    def deciding(self) -> tuple[int, ...]:
        """The words whose status is the mention's."""
        return self.state or self.anchors

    @property
    def kind(self) -> str:
        return self.key[0]

    @property
    def name(self) -> str:
        return self.key[1]


def longest_phrases(words: Words, root: Branch) -> list[Mention]:
    """The longest phrase at each position, per kind; phrases of one kind never overlap."""
    found: list[Mention] = []
    busy_until: dict[str, int] = {}
    forms = words.forms
    count, begins = len(forms), root.following
    for first, form in enumerate(forms):
        following = begins.get(form)
        if following is None:
            continue
        # Of a kind only the longest is kept: (end, keys).
        longest: dict[str, tuple[int, list[Key]]] = {}
        at = first
        while following is not None:
            at += 1
            branch = following
            following = branch.following.get(forms[at]) if at < count else None
            for entry in branch.entries:
                if entry.capitals and not entry.fits(words.raw[first]):
                    continue
                key = entry.key
                same = longest.get(key[0])
                if same is not None and same[0] == at:
                    same[1].append(key)
                else:
                    longest[key[0]] = (at, [key])
        for kind, (end, keys) in longest.items():
            if busy_until.get(kind, 0) <= first:
                anchors = tuple(range(first, end))
                found += [Mention(key, first, end, anchors) for key in keys]
                busy_until[kind] = end
    return found


def entities(words: Words, lexicon: Lexicon, phrases: list[Mention]) -> list[Mention]:
    """Findings, places and sided abbreviations of a sentence, "a ~ b" findings in place of their halves.

    Args:
        phrases: the sentence's longest phrases of the lexicon.
    """
    found = [m for m in _outermost(phrases) if m.key != NO_FINDING]
    joined = _joined(words, found, lexicon)
    # "Dilated" is no finding of its own beside "dilated bile duct".
    states = [set(half.anchors) for _, pair in joined for half in pair if half.kind != "place"]
    kept = [
        mention
        for mention in found
        if mention.kind in ("place", "sided")
        or (mention.kind == "finding" and not any(set(mention.anchors) <= state for state in states))
    ]
    return sorted([*kept, *(mention for mention, _ in joined)], key=lambda mention: (mention.first, mention.end))


def _outermost(found: list[Mention]) -> list[Mention]:
    """Without findings and places that lie inside a longer finding's name ("effusion" in "pleural effusion").

    A place stays one in a phrase that names no finding ("normal enhancement of the liver").
    """
    names = [mention for mention in found if mention.key[0] in _NAMES and mention.end - mention.first > 1]
    if not names:
        return found
    return [
        mention
        for mention in found
        if not any(
            other.first <= mention.first
            and mention.end <= other.end
            and other.end - other.first > mention.end - mention.first
            for other in names
            if other is not mention
            and (other.key[0] == "finding" or mention.key[0] != "finding")
            and not (mention.key[0] == "place" and other.key == NO_FINDING)
        )
    ]


def _joined(words: Words, found: list[Mention], lexicon: Lexicon) -> list[tuple[Mention, tuple[Mention, Mention]]]:
    keyed: list[tuple[Key, Mention]] = []
    for mention in found:
        if mention.kind == "place":
            keyed += [(key, mention) for key in lexicon.outward[mention.name]]
        elif mention.kind != "sided" and mention.key in lexicon.halves:
            keyed.append((mention.key, mention))
    if len(keyed) < _HALVES:
        return []
    by_key: dict[Key, list[Mention]] = {}
    for key, mention in keyed:
        by_key.setdefault(key, []).append(mention)
    joined: dict[tuple[str, int, int], tuple[Mention, tuple[Mention, Mention]]] = {}
    for key, left in keyed:
        for wanted, finding in lexicon.pairs.get(key, ()):
            for right in by_key.get(wanted, ()):
                if right is left or not _belong_together(words, left, right, found):
                    continue
                # "Dilated hepatic vein" is no enlarged liver: only the place itself is enlarged.
                place, state = (left, right) if left.kind == "place" else (right, left)
                whole = key if left is place else wanted
                if state.kind == "group" and place.kind == "place" and place.name != whole[1]:
                    continue
                # Nor is an interrupted flow in the splenic vein an injury of the spleen.
                if _is_vessel_of_organ(place, whole, lexicon):
                    continue
                # Nor is "dilation of the renal collecting system" an enlarged kidney: the last of the places is meant.
                if state.kind == "group" and any(m.kind == "place" and m.first == place.end for m in found):
                    continue
                first, end = min(left.first, right.first), max(left.end, right.end)
                is_of_place = (left.kind == "place") is not (right.kind == "place")
                deciding = state.anchors if is_of_place else ()
                mention = Mention(("finding", finding), first, end, (*left.anchors, *right.anchors), deciding)
                joined.setdefault((finding, first, end), (mention, (left, right)))
    return _without_broader(list(joined.values()), lexicon)


def _is_vessel_of_organ(place: Mention, whole: Key, lexicon: Lexicon) -> bool:
    if place.kind != "place" or whole[0] != "place" or whole[1] == place.name:
        return False
    return lexicon.places[place.name].region == "vessels" and lexicon.places[whole[1]].region != "vessels"


def _without_broader(
    joined: list[tuple[Mention, tuple[Mention, Mention]]], lexicon: Lexicon
) -> list[tuple[Mention, tuple[Mention, Mention]]]:
    """Of two names joined over the same state word, the narrower, else the closer one."""
    kept: list[tuple[Mention, tuple[Mention, Mention]]] = []
    for mention, pair in sorted(joined, key=lambda item: item[0].end - item[0].first):
        finding = lexicon.findings[mention.name]
        states = {half.first for half in pair if half.kind != "place"}
        rivals = [other for other, halves in kept if states & {half.first for half in halves if half.kind != "place"}]
        if not rivals or all(finding.is_kind_of(other.name) for other in rivals):
            kept = [item for item in kept if item[0] not in rivals]
            kept.append((mention, pair))
    return kept


def _belong_together(words: Words, left: Mention, right: Mention, found: list[Mention]) -> bool:
    one, two = (left, right) if left.first <= right.first else (right, left)
    gap = range(one.end, two.first)
    reach = _REACH_OF_PLACE if one.kind == "place" and two.kind == "group" else _REACH
    if two.first < one.end or len(gap) > reach:
        return False
    between = {words.forms[at] for at in gap}
    if between & _HARD_BREAKS:
        return False
    # "The heart, which is enlarged", but not "enlarged, pulmonary vascularity": a place comes before its state.
    # Nor "the kidney and dilation of its calyces".
    leads_on = words.forms[two.end : two.end + 1] == ("of",)
    if between & _SOFT_BREAKS and (two.kind == "place" or one.kind == "group" or leads_on):
        return False
    places_between = any(m.kind == "place" and m.first >= one.end and m.end <= two.first for m in found)
    if places_between and between & _SOFT_BREAKS:
        return False
    findings_between = any(m.kind == "finding" and m.first >= one.end and m.end <= two.first for m in found)
    return not (findings_between and between & _SOFT_BREAKS)
