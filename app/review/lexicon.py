"""The vocabulary of radiology as tables to match against, read once from resources/lexicon.

It does not know texts; its files are written for radiologists to read and correct.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from app.paths import resources_dir
from app.review.described import Signs, signs_of
from app.review.words import words_of

Key = tuple[str, str]
"""What a phrase stands for: ("finding", "pneumothorax"), ("place", "lung"), ("status", "absent")."""

GENERIC = "abnormality"
"""The finding that every other finding is."""

NO_FINDING: Key = ("finding", "")
"""What a phrase stands for that holds a finding's word and names none: "collateral ligament"."""

_NOT_FINDINGS = ("anatomy", "cues", "described", "harmless", "positions", "signs")


class Tier(IntEnum):
    """How soon somebody must know."""

    ROUTINE = 0
    NOTABLE = 1
    URGENT = 2
    CRITICAL = 3


@dataclass(frozen=True)
class Finding:
    """A finding of the lexicon.

    Attributes:
        organ: where it lies when the text does not say; "" if anywhere.
        broader: every broader finding, of every level.
        follows_from: findings (and, through them, narrower ones) from which it may be concluded.
        is_vague: a word for many things ("lesion").
        facet: "size" for a finding that "normal in size" denies; else "".
    """

    name: str
    tier: Tier
    organ: str
    region: str
    broader: frozenset[str]
    follows_from: frozenset[str]
    facet: str
    is_vague: bool

    def is_kind_of(self, name: str) -> bool:
        return name == self.name or name in self.broader


@dataclass(frozen=True)
class Place:
    """A place in the body; `within` holds itself and every larger structure around it."""

    name: str
    region: str
    within: frozenset[str]
    is_single: bool


@dataclass(frozen=True)
class Entry:
    """What a phrase means; `capitals` holds an abbreviation as written.

    "PE" and "LA" count in capitals only; longer ones also in lower case ("ptx"), but never as another word's singular.
    """

    key: Key
    capitals: str = ""

    def fits(self, written: str) -> bool:
        if not self.capitals or written.removesuffix("s") in (self.capitals, self.capitals.removesuffix("S")):
            return not self.capitals or written[:2].isupper()
        return len(self.capitals) > 2 and written.lower() in (self.capitals.lower(), f"{self.capitals.lower()}s")


@dataclass
class Branch:
    """A node of the phrase tree: the words that may follow and what the phrase so far means."""

    following: dict[str, Branch] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """Findings, places, the phrases that name them, and cues.

    Attributes:
        pairs: for "a ~ b" names: one part's key → (other part's key, finding); `halves` holds the keys of all parts.
        outward: for each place the keys under which it may be such a part: its own and those around it, in order.
        narrower: how many findings are a kind of each.
        word_lists: words that the reader asks for by the name of their list.
        signs: patterns of words that describe a finding without its name.
    """

    findings: Mapping[str, Finding]
    places: Mapping[str, Place]
    phrases: Branch
    cues: Branch
    pairs: Mapping[Key, tuple[tuple[Key, str], ...]]
    halves: frozenset[Key]
    outward: Mapping[str, tuple[Key, ...]]
    narrower: Mapping[str, int]
    word_lists: Mapping[str, frozenset[str]]
    signs: Signs


def add_phrase(root: Branch, phrase: str, key: Key) -> None:
    """Make a phrase known under a key."""
    words = words_of(phrase)
    branch = root
    for form in words.forms:
        branch = branch.following.setdefault(form, Branch())
    capitals = phrase if phrase.isupper() and phrase.isalpha() and len(phrase) <= 5 else ""
    entry = Entry(key, capitals)
    if branch is not root and entry not in branch.entries:
        branch.entries = (*branch.entries, entry)


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon."""
    return load_lexicon(resources_dir() / "lexicon")


def load_lexicon(folder: Path) -> Lexicon:
    """Read a folder of lexicon files.

    Raises:
        ValueError: a name in is_a, follows_from or part_of is not in the lexicon.
    """
    tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    anatomy, cues = tables["anatomy"], tables["cues"]
    phrases = Branch()
    places = _places(anatomy)
    known: dict[str, Key] = {}
    for place, names in _place_names(anatomy):
        for name in names:
            add_phrase(phrases, name, ("place", place))
            known.setdefault(_form(name), ("place", place))
    entries = {name: entry for region in _finding_tables(tables) for name, entry in region}
    for name, entry in entries.items():
        for alias in (name, *entry["also"]):
            if "~" not in alias:
                add_phrase(phrases, alias, ("finding", name))
                known[_form(alias)] = ("finding", name)
    for harmless in tables.get("harmless", {}).values():
        for phrase in harmless:
            add_phrase(phrases, phrase, NO_FINDING)
    for abbreviation, (side, place) in cues["sided_places"].items():
        add_phrase(phrases, abbreviation, ("sided", f"{side} {place}"))
    for group, words in cues["groups"].items():
        for word in words:
            add_phrase(phrases, word, ("group", group))
    findings = _findings(entries, known)
    pairs = _pairs(entries, known, phrases)
    halves = frozenset(pairs) | {other for others in pairs.values() for other, _ in others}
    return Lexicon(
        findings=findings,
        places=places,
        phrases=phrases,
        cues=_cue_tree(cues),
        pairs=pairs,
        halves=halves,
        outward={name: _outward(place, halves) for name, place in places.items()},
        word_lists={name: frozenset(words) for name, words in cues["words"].items()},
        signs=signs_of(tables.get("described", {}), findings, places),
        narrower={name: sum(name in other.broader for other in findings.values()) for name in findings},
    )


def _form(name: str) -> str:
    return " ".join(words_of(name).forms)


def _finding_tables(tables: Mapping[str, Any]) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    for region, table in tables.items():
        if region in _NOT_FINDINGS:
            continue
        yield [
            (
                name,
                {
                    "tier": Tier[tier.upper()],
                    "organ": "" if organ == "any" else organ.replace("_", " "),
                    "region": region,
                    "also": entry.get("also", []),
                    "is_a": entry.get("is_a", []),
                    "follows_from": entry.get("follows_from", []),
                    "facet": entry.get("facet", ""),
                    "vague": entry.get("vague", False),
                },
            )
            for tier, organs in table.items()
            for organ, entries in organs.items()
            for name, entry in entries.items()
        ]


def _findings(entries: Mapping[str, dict[str, Any]], known: Mapping[str, Key]) -> dict[str, Finding]:
    def resolved(names: Iterable[str], by: str) -> list[str]:
        found = [known.get(_form(name)) for name in names]
        if bad := [name for name, key in zip(names, found, strict=True) if key is None or key[0] != "finding"]:
            raise ValueError(f"lexicon: {by} names unknown findings: {', '.join(bad)}")
        return [key[1] for key in found if key]

    parents = {name: resolved(entry["is_a"], name) for name, entry in entries.items()}
    return {
        name: Finding(
            name=name,
            tier=entry["tier"],
            organ=entry["organ"],
            region=entry["region"],
            broader=_above(name, parents) | ({GENERIC} - {name}),
            follows_from=frozenset(resolved(entry["follows_from"], name)),
            facet=entry["facet"],
            is_vague=entry["vague"],
        )
        for name, entry in entries.items()
    }


def _above(name: str, parents: Mapping[str, list[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(parents.get(name, ()))
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting.extend(parents.get(parent, ()))
    return frozenset(found)


def _place_names(anatomy: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for table in anatomy.values():
        for name, entry in table.items():
            yield name, [name, *entry.get("also", [])]


def _places(anatomy: Mapping[str, Any]) -> dict[str, Place]:
    parents: dict[str, list[str]] = {}
    for table in anatomy.values():
        for name, entry in table.items():
            part_of = entry.get("part_of", [])
            parents[name] = [part_of] if isinstance(part_of, str) else list(part_of)
    if unknown := {parent for listed in parents.values() for parent in listed} - set(parents):
        raise ValueError(f"lexicon: part_of names unknown places: {', '.join(sorted(unknown))}")
    return {
        name: Place(name, region, _above(name, parents) | {name}, bool(entry.get("single")))
        for region, table in anatomy.items()
        for name, entry in table.items()
    }


def _cue_tree(cues: Mapping[str, Any]) -> Branch:
    root = Branch()
    families = ("status", "modifiers", "severity", "trend", "priors", "recommendation", "sides", "sex")
    for family in families:
        for meaning, phrases in cues[family].items():
            # "No abnormality" is both normal and absent: what has its own kind does not compete for words.
            kind = meaning if meaning in ("normal", "historical", "ends") else family
            for phrase in phrases:
                add_phrase(root, phrase, (kind, meaning))
    return root


def _pairs(
    entries: Mapping[str, dict[str, Any]], known: Mapping[str, Key], phrases: Branch
) -> dict[Key, tuple[tuple[Key, str], ...]]:
    gathered: dict[Key, list[tuple[Key, str]]] = {}
    for name, entry in entries.items():
        for alias in entry["also"]:
            if "~" not in alias:
                continue
            left, right = (_part(part.strip(), known, phrases) for part in alias.split("~"))
            gathered.setdefault(left, []).append((right, name))
    return {key: tuple(values) for key, values in gathered.items()}


def _outward(place: Place, halves: frozenset[Key]) -> tuple[Key, ...]:
    return tuple(key for around in sorted(place.within) if (key := ("place", around)) in halves)


def _part(part: str, known: Mapping[str, Key], phrases: Branch) -> Key:
    """The key of one side of "a ~ b": a group, a known place or finding, or else the word itself."""
    if part.startswith("<"):
        return ("group", part.strip("<>"))
    if key := known.get(_form(part)):
        return key
    add_phrase(phrases, part, ("word", _form(part)))
    return ("word", _form(part))
