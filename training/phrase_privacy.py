"""What can be read back from a phrase table: runs of words that few reports hold, and the entries that must go for it.

The reader of a table is granted everything: any beginning, any word before it, the first token of what he looks for,
and at each step whichever context he likes, of whatever length. It does not know files or corpora.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

Context = tuple[int, ...]
# What follows each context.
Continuations = Mapping[Context, int]
Decode = Callable[[Sequence[int]], str]
Run = tuple[str, ...]

SHORTEST_RUN = 8  # words
_HALF_CHARACTER = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Form:
    """What counts as a word, and as the same word: what is rare in one form may be frequent in another."""

    pattern: re.Pattern[str]
    ignores_case: bool

    def words(self, text: str) -> Run:
        return tuple(self.pattern.findall(text.casefold() if self.ignores_case else text))


FORMS = (Form(re.compile(r"\S+"), False), Form(re.compile(r"\w+"), False), Form(re.compile(r"\w+"), True))


def rare_runs(texts: Sequence[Run], least_reports: int, shortest: int = SHORTEST_RUN) -> list[Run]:
    """Every run of at least `shortest` words that fewer than `least_reports` texts hold and that has no such run in it.

    Whoever cannot read these cannot read a longer one, because it would contain one of them.
    """
    rare: list[Run] = []
    frequent: Collection[Run] | None = None
    length = shortest
    while frequent is None or frequent:
        counts: Counter[Run] = Counter()
        for words in texts:
            runs = {words[at : at + length] for at in range(len(words) - length + 1)}
            counts.update(run for run in runs if frequent is None or (run[1:] in frequent and run[:-1] in frequent))
        rare += sorted(run for run, count in counts.items() if count < least_reports)
        frequent = {run for run, count in counts.items() if count >= least_reports}
        length += 1
    return rare


class Reader:
    """Reads a table as far as it can be read."""

    def __init__(self, continuations: Continuations, decode: Decode, form: Form) -> None:
        self._decode, self._form = decode, form
        # By the tokens that are in sight: what may follow them, and which contexts say so. A context longer than what
        # is in sight counts too: the words before may have been anything.
        self._following: dict[Context, dict[int, set[Context]]] = defaultdict(lambda: defaultdict(set))
        self._inner: dict[Context, int] = dict(continuations)
        self._longest = max(map(len, continuations), default=0)
        for context, token in continuations.items():
            for start in range(len(context)):
                self._following[context[start:]][token].add(context)
        self._beginnings: dict[str, list[int]] = defaultdict(list)
        for token in {*continuations.values(), *(token for context in continuations for token in context)}:
            if token >= 0:
                # A mark or half a character is no word yet, and may begin any run.
                self._beginnings["".join(form.words(self._text([token]))[:1])].append(token)

    def read(self, run: Run) -> list[frozenset[Context]] | None:
        """The contexts that say each further token of one way to spell the run; None if it cannot be read."""
        first = run[0]
        for length in range(len(first) + 1):
            for token in self._beginnings.get(first[:length], ()):
                steps: list[frozenset[Context]] = []
                if self._spell([token], run, steps, set()):
                    return steps
        return None

    def _spell(
        self, spelled: list[int], run: Run, steps: list[frozenset[Context]], tried: set[tuple[Context, Run]]
    ) -> bool:
        words = self._form.words(self._text(spelled))
        # Whatever follows depends on these alone; without this, marks that are no words could go round in circles.
        state = (tuple(spelled[-self._longest :]), words)
        if state in tried or not _begins(run, words):
            return False
        if words == run:
            return True
        tried.add(state)
        for token, contexts in self._next(spelled):
            spelled.append(token)
            steps.append(contexts)
            if self._spell(spelled, run, steps, tried):
                return True
            spelled.pop()
            steps.pop()
        return False

    def _next(self, spelled: Sequence[int]) -> Iterator[tuple[int, frozenset[Context]]]:
        found: dict[int, set[Context]] = defaultdict(set)
        for length in range(1, min(len(spelled), self._longest) + 1):
            context = tuple(spelled[-length:])
            if context in self._inner:
                found[self._inner[context]].add(context)
        if len(spelled) < self._longest:
            for token, contexts in self._following.get(tuple(spelled), {}).items():
                found[token] |= contexts
        for token in sorted(token for token in found if token >= 0):
            yield token, frozenset(found[token])

    def _text(self, tokens: Sequence[int]) -> str:
        return self._decode(tokens).rstrip(_HALF_CHARACTER)


def _begins(run: Run, words: Run) -> bool:
    """Whether the run begins with these words, of which the last may be unfinished."""
    last = len(words) - 1
    return not words or (last < len(run) and words[:-1] == run[:last] and run[last].startswith(words[-1]))


def readable(
    continuations: Continuations, texts: Sequence[str], decode: Decode, least_reports: int
) -> list[list[frozenset[Context]]]:
    """One way to read each rare run that can be read back, in any form of words."""
    ways = []
    for form in FORMS:
        reader = Reader(continuations, decode, form)
        runs = rare_runs([form.words(text) for text in texts], least_reports)
        ways += [way for run in runs if (way := reader.read(run)) is not None]
    return ways


def without_rare_runs(
    continuations: Continuations,
    texts: Sequence[str],
    decode: Decode,
    least_reports: int,
    worth: Callable[[Context], float],
) -> dict[Context, int]:
    """The table without the entries by which a rare run could be read; of those, the least worth goes."""
    kept = dict(continuations)
    while ways := readable(kept, texts, decode, least_reports):
        for context in _cut(ways, worth):
            del kept[context]
    return kept


def _cut(ways: list[list[frozenset[Context]]], worth: Callable[[Context], float]) -> set[Context]:
    """Contexts without which none of these ways is open: step by step the one that closes most for its worth."""
    dropped: set[Context] = set()
    still_open = ways
    while still_open:
        used: Counter[frozenset[Context]] = Counter(step for way in still_open for step in set(way))
        step = min(used, key=lambda step: (sum(map(worth, step - dropped)) / used[step], sorted(step)))
        dropped |= step
        still_open = [way for way in still_open if not any(step <= dropped for step in way)]
    return dropped
