"""Proof of copy-only drafting: drafts of all test findings, with and without it, read by a checker of its own.

The checker shares no code with what guards the drafts: it cuts text into plain tokens and compares lists, instead of
reading expressions. Run by hand with the folder of pairs and a model file; writes ids and counts only.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from time import perf_counter

from app.domain.errors import InputError
from app.engine.session import EngineSession
from training.metrics import score
from training.pairs import Pair, read_pairs

RESULTS = Path(__file__).parent / "results"

_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?|\S")
_WORD_NUMBERS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
_LENGTHS = {"mm": 1, "millimeter": 1, "millimeters": 1, "cm": 10, "centimeter": 10, "centimeters": 10}
_SHORT_SIDES = dict.fromkeys(["rll", "rul", "rml", "rv", "rca", "rt"], "right") | dict.fromkeys(
    ["lll", "lul", "lv", "lad", "lt"], "left"
)
_BOTH = {"bilateral", "bilaterally", "both", "bibasilar", "bibasal", "biapical", "bihilar"}
_COMPARING = re.compile(
    r"\b(unchanged|stable|compared (?:to|with)|comparison|previously|interval (?:change|increase|decrease|improvement|"
    r"development|worsening|resolution)|improved|worsened|worsening|improving|resolved|resolving|decreasing|increasing|"
    r"progressed|progression|persistent|again (?:seen|noted)|(?<!no )new)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(recommend\w*|follow[- ]?up|correlat(?:e|ion)|further evaluation|advised|consider)\b", re.IGNORECASE
)


def violations(findings: str, comparison: str, draft: str) -> Iterator[str]:
    """The kind of each side, measured value, number, level, comparison or recommendation that has no basis."""
    known, said = _tokens(findings), _tokens(draft)
    for side in _sides(said) - _sides(known):
        if side != "both" or not {"left", "right"} <= _sides(known):
            yield f"side: {side}"
    lengths = _lengths(known)
    for length in _lengths(said):
        if length not in lengths and not any(len(length) == 1 and length[0] == max(other) for other in lengths):
            yield "size"
    for level in _levels(draft) - _levels(findings):
        yield f"level: {level}"
    yield from ("number" for _ in _numbers(draft) - _numbers(findings))
    has_comparison = re.search(r"\d|[a-z]{4}", comparison.replace("None", "").replace("none", "")) is not None
    if not has_comparison and not _COMPARING.search(findings) and _COMPARING.search(draft):
        yield "comparison"
    if not _ASKING.search(findings) and _ASKING.search(draft):
        yield "recommendation"


def _tokens(text: str) -> list[str]:
    return [token.lower() for token in _TOKEN.findall(text)]


def _sides(tokens: list[str]) -> set[str]:
    found = {token for token in tokens if token in ("left", "right")} | {"both" for token in tokens if token in _BOTH}
    return found | {_SHORT_SIDES[token] for token in tokens if token in _SHORT_SIDES}


def _value(token: str) -> Fraction | None:
    if token in _WORD_NUMBERS:
        return Fraction(_WORD_NUMBERS.index(token))
    return Fraction(token) if token[0].isdecimal() else None


def _lengths(tokens: list[str]) -> set[tuple[Fraction, ...]]:
    """Every run of numbers joined by x, by, to or a dash that ends in a unit of length, in mm."""
    found: set[tuple[Fraction, ...]] = set()
    run: list[tuple[Fraction, int]] = []
    for at, token in enumerate(tokens):
        value = _value(token)
        if value is not None:
            if not run or tokens[at - 1] not in ("x", "×", "by", "-", "–", "to", "*"):
                run = []
            run.append((value, 0))
        elif token in _LENGTHS and run:
            run = [(number, scale or _LENGTHS[token]) for number, scale in run]
            if tokens[at + 1 : at + 2] not in (["x"], ["×"], ["by"]):
                found.add(tuple(number * scale for number, scale in run))
                run = []
        elif token not in ("x", "×", "by", "-", "–", "to", "*"):
            run = []
    return found


def _levels(text: str) -> set[str]:
    """Vertebrae by name, wherever a letter of the spine and a number stand together."""
    names = re.findall(r"\b([CTLS])-?(\d{1,2})\b(?!\s?(?:weighted|signal|hyper|hypo))", text)
    second = re.findall(r"\b([CTLS])\d{1,2}\s?[-/]\s?(\d{1,2})\b", text)
    return {f"{region}{int(number)}" for region, number in names} | {
        f"{'S' if region == 'L' and number == '1' else region}{number}" for region, number in second
    }


def _numbers(text: str) -> set[Fraction]:
    """All numbers that stand alone, but for ordinals of a list; lengths as mm and as cm."""
    bare = re.sub(r"(?m)^\s*\(?\d{1,2}[.)]\s", " ", text)
    found = set()
    for token in _tokens(bare):
        value = None if token == "one" else _value(token)
        if value is not None:
            found |= {value, value * 10, value / 10} if re.search(r"\d\s?-?(?:mm|cm|milli|centi)", text) else {value}
    ranks = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
    return found | {Fraction(ranks.index(token) + 1) for token in _tokens(text) if token in ranks}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--show", action="store_true", help="print ids and kinds of what is found")
    options = parser.parse_args()
    pairs = read_pairs(options.pairs, "test")[: options.limit]
    RESULTS.mkdir(exist_ok=True)
    with EngineSession() as engine:
        ready = engine.load(str(options.model))
        summary = measure(engine, pairs, show=options.show)
    summary["model"] = {"name": ready.name, "sha256": ready.sha256}
    path = RESULTS / f"guard-{date.today().isoformat()}.json"
    path.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(path.read_text(encoding="utf-8"))


def measure(engine: EngineSession, pairs: list[Pair], *, show: bool) -> dict[str, object]:
    """Each study drafted with and without the guard, in turns, so that both meet the same machine."""
    drafts: dict[bool, list[str]] = {True: [], False: []}
    seconds: dict[bool, list[float]] = {True: [], False: []}
    tokens: dict[bool, int] = {True: 0, False: 0}
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    violating: dict[str, list[str]] = {}
    drafted, ratios = [], []
    interventions = marks = changed = 0
    for number, pair in enumerate(pairs):
        rates = {}
        try:
            engine.draft(pair.for_drafting, max_tokens=1)  # both read the findings from the same state
            for guarded in (number % 2 == 0, number % 2 == 1):
                began = perf_counter()
                finished = engine.draft(pair.for_drafting, copy_only=guarded)
                taken = perf_counter() - began
                drafts[guarded].append(finished.text)
                seconds[guarded].append(taken)
                tokens[guarded] += finished.output_tokens
                rates[guarded] = len(finished.text.split()) / taken
                found = list(violations(pair.findings, pair.comparison, finished.text))
                counts[guarded].update(kind.split(":")[0] for kind in found)
                if guarded:
                    interventions += finished.interventions
                    marks += len(finished.marks)
                    if found:
                        violating[pair.id] = found
        except InputError:
            continue
        drafted.append(pair)
        changed += drafts[True][-1] != drafts[False][-1]
        if rates.get(False) and drafts[True][-1] == drafts[False][-1]:
            ratios.append(rates[True] / rates[False])
        if show and pair.id in violating:
            sys.stdout.write(f"{pair.id} {violating[pair.id]}\n")
    references = [pair.impression for pair in drafted]
    words = {key: sum(len(text.split()) for text in texts) for key, texts in drafts.items()}
    return {
        "studies": len(drafted),
        "too_long": len(pairs) - len(drafted),
        "violations": dict(counts[True]),
        "violations_without_guard": dict(counts[False]),
        "violating": violating,
        "interventions": interventions,
        "marks": marks,
        "drafts_changed": changed,
        "words_per_second_ratio": (words[True] / sum(seconds[True])) / (words[False] / sum(seconds[False])),
        "words_per_second_ratio_of_unchanged_drafts_median": statistics.median(ratios),
        "rougeL": score(references, drafts[True]).rougeL,
        "rougeL_without_guard": score(references, drafts[False]).rougeL,
        "rougeL_by_corpus": {
            corpus: [
                score(
                    [p.impression for p in drafted if p.corpus == corpus],
                    [text for p, text in zip(drafted, drafts[guarded], strict=True) if p.corpus == corpus],
                ).rougeL
                for guarded in (True, False)
            ]
            for corpus in sorted({p.corpus for p in drafted})
        },
    }


if __name__ == "__main__":
    main()
