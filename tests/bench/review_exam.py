"""The second reader on invented report pairs of many modalities with labelled errors: an examination, not a corpus.

    python tests/bench/review_exam.py [--part apart|development] [--out tests/bench/results] [--ids FILE]

`tests/bench/exam/` holds 408 pairs, 248 of them with 1,941 errors in all, written without a look at the rules or
their vocabulary, in the manner of many houses: chest, abdomen and pelvis, nerves and spine, bones and joints. No
patient is behind them. The 264 pairs of an odd number serve development; the 144 of an even number are kept apart:
only their counts are looked at.

An error counts as found when a flag of a fitting kind is there that the correct impression does not have. Alerts are
flags of the correct impressions, as a human's and as a model's words. Writes ids and counts, no text.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.review.flags import Origin, Review, Severity
from app.review.second_reader import review
from tests.bench.review_errors import NOT_ALERTS, loudest_new, say, wilson
from tests.bench.review_seeds import Seeded

EXAM = Path(__file__).with_name("exam")
# What a seeded error is called here → the flags that name it.
EXPECTED = {
    "side": "side_mismatch exam_mismatch contradiction level_mismatch",
    "size": "size_mismatch number_not_in_findings",
    "level": "level_mismatch side_mismatch number_not_in_findings size_mismatch",
    "negation_dropped": "negation_flip unsupported_finding contradiction trend_flip normal_with_abnormal",
    "negation_added": "negation_flip contradiction omitted_finding normal_with_abnormal",
    "invented": "unsupported_finding negation_flip contradiction",
    "omitted_critical": "omitted_finding normal_with_abnormal",
    "prior": "invented_prior",
    "recommendation": "invented_recommendation",
    "sex": "sex_mismatch",
    "trend": "trend_flip invented_prior",
    "severity": "severity_shift",
    "certainty": "certainty_shift",
}
GOALS = {
    "side": 98,
    "size": 99,
    "negation_dropped": 92,
    "negation_added": 92,
    "invented": 90,
    "omitted_critical": 95,
    "prior": 97,
    "recommendation": 97,
    "sex": 99,
}


@dataclass(frozen=True)
class ExamPair:
    """One invented report with its labelled errors: (kind, impression with that error)."""

    id: str
    findings: str
    impression: str
    about: dict[str, Any]
    seeds: tuple[tuple[str, str], ...]

    @property
    def part(self) -> str:
        return "development" if int(self.id.rpartition("-")[2]) % 2 else "apart"

    def reviewed(self, impression: str, origin: Origin) -> Review:
        return review(self.findings, impression, origin=origin, **self.about)


def exam_pairs(part: str) -> list[ExamPair]:
    """All pairs of a part, in the order of the files."""
    rows = [
        json.loads(line)
        for path in sorted(EXAM.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [pair for row in rows if (pair := _pair(row)).part == part]


def _pair(row: dict[str, Any]) -> ExamPair:
    about = {name: row[name] or "" for name in ("exam", "indication", "comparison", "sex")} | {"age": row["age"]}
    seeds = tuple((seed["kind"], seed["impression"]) for seed in row["seeds"])
    return ExamPair(row["id"], row["findings"], row["impression"], about, seeds)


def sensitivity(pairs: list[ExamPair]) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    found: Counter[str] = Counter()
    louder: Counter[str] = Counter()
    total: Counter[str] = Counter()
    missed: dict[str, list[str]] = {}
    for pair in pairs:
        base = pair.reviewed(pair.impression, "model")
        for number, (kind, impression) in enumerate(pair.seeds):
            seeded = Seeded(impression, frozenset(EXPECTED[kind].split()))
            severity = loudest_new(pair.reviewed(impression, "model").flags, base, seeded)
            total[kind] += 1
            found[kind] += severity is not None
            louder[kind] += severity is not None and severity is not Severity.NOTE
            if severity is None:
                missed.setdefault(kind, []).append(f"{pair.id}/{number}")
    rows: dict[str, dict[str, Any]] = {}
    for kind in EXPECTED:
        low, high = wilson(found[kind], total[kind])
        rows[kind] = {"hits": found[kind], "louder": louder[kind], "total": total[kind]}
        rows[kind] |= {"low": round(low, 1), "high": round(high, 1), "goal": GOALS.get(kind)}
    return rows, missed


def alerts(pairs: list[ExamPair], origin: Origin) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Flags of the correct impressions, per 100, and the ids by severity and kind."""
    counts: Counter[str] = Counter()
    ids: dict[str, list[str]] = {}
    for pair in pairs:
        for flag in pair.reviewed(pair.impression, origin).flags:
            if flag.kind not in NOT_ALERTS:
                counts[flag.severity] += 1
                ids.setdefault(f"{flag.severity} {flag.kind}", []).append(pair.id)
    return {name: round(100 * counts[name] / len(pairs), 1) for name in Severity}, ids


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="apart", choices=("apart", "development"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--ids", type=Path, help="write the ids of misses and alerts here")
    options = parser.parse_args()
    pairs = exam_pairs(options.part)
    rows, missed = sensitivity(pairs)
    say(f"{options.part}: {len(pairs)} pairs")
    for kind, row in rows.items():
        share = 100 * row["hits"] / row["total"]
        say(
            f"  {kind:18s} {row['hits']:4d}/{row['total']:<4d} {share:5.1f} % [{row['low']}–{row['high']}] "
            f"goal {row['goal']}, louder than a note {row['louder']}"
        )
    result: dict[str, Any] = {"date": date.today().isoformat(), "part": options.part, "pairs": len(pairs)}
    result["sensitivity"] = rows
    ids: dict[str, Any] = {"missed": missed}
    for origin in ("human", "model"):
        result[f"alerts per 100, origin {origin}"], ids[origin] = alerts(pairs, origin)
        say(f"  alerts per 100, origin {origin}: {result[f'alerts per 100, origin {origin}']}")
    if options.out:
        path = options.out / f"review_exam_{options.part}_{result['date']}.json"
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.ids:
        options.ids.write_text(json.dumps(ids, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
