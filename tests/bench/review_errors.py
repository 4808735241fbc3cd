"""How many seeded errors the second reader finds, and how often it speaks about untouched human impressions.

    python tests/bench/review_errors.py --data FOLDER [--split test] [--out tests/bench/results] [--ids FILE]

Counts only new flags: those whose kind and message the untouched pair does not have. `louder` counts the hits that are
more than a note. Beside the total, flipped sides are told apart by what the findings' words say of them
(`review_side_basis.py`). Writes ids and counts, no text.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.review.flags import Flag, Origin, Review, Severity
from app.review.second_reader import review
from tests.bench.review_seeds import SEEDERS, Seeded
from tests.bench.review_side_basis import side_basis
from training.corpus import CorpusReport, split_of
from training.openi import read_openi
from training.parrot import read_parrot

NOT_ALERTS = frozenset({"critical_result", "placeholder"})


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def pairs_of(data: Path, split: str) -> list[CorpusReport]:
    corpora = [*read_openi(data / "NLMCXR_reports_dev.tgz"), *read_parrot(data / "parrot_english.jsonl")]
    pairs = [pair for pair in corpora if pair.report.findings.strip() and pair.report.impression.strip()]
    return [pair for pair in pairs if split in ("all", split_of(pair.report.findings))]


def reviewed(pair: CorpusReport, impression: str, origin: Origin, sex: str = "") -> Review:
    report = pair.report
    return review(
        report.findings,
        impression,
        exam=report.exam,
        indication=report.indication,
        comparison=report.comparison,
        sex=sex,
        origin=origin,
    )


def wilson(hits: int, total: int) -> tuple[float, float]:
    """95 % interval of a share, in percent (Wilson 1927)."""
    if not total:
        return 0.0, 100.0
    z, share = 1.96, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return 100 * (middle - half), 100 * (middle + half)


def loudest_new(flags: tuple[Flag, ...], before: Review, seeded: Seeded) -> Severity | None:
    """The severity of the loudest flag of an expected kind that the untouched pair does not have."""
    old = Counter((flag.kind, flag.severity, flag.message) for flag in before.flags)
    new = Counter((flag.kind, flag.severity, flag.message) for flag in flags)
    found = [severity for kind, severity, _ in new - old if kind in seeded.expected]
    return min(found, key=lambda severity: severity.rank, default=None)


def sensitivity(pairs: list[CorpusReport]) -> tuple[dict[str, dict[str, object]], dict[str, list[str]]]:
    table: dict[str, dict[str, object]] = {}
    missed: dict[str, list[str]] = {}
    bases: dict[tuple[str, str], Review] = {}
    for name, (seeder, goal) in SEEDERS.items():
        hits, louder, total = 0, 0, 0
        bases_of_sides: dict[str, list[int]] = {}
        for pair in pairs:
            chance = random.Random(f"{name} {pair.id}")
            seeded = seeder(pair, chance)
            if seeded is None:
                continue
            key = (pair.id, seeded.sex)
            base = bases.setdefault(key, reviewed(pair, pair.report.impression, "model", seeded.sex))
            found = loudest_new(reviewed(pair, seeded.impression, "model", seeded.sex).flags, base, seeded)
            total += 1
            hits += found is not None
            louder += found is not None and found is not Severity.NOTE
            if name == "side":
                counts = bases_of_sides.setdefault(side_basis(pair.report, seeded.impression), [0, 0])
                counts[0] += found is not None
                counts[1] += 1
            if found is None:
                missed.setdefault(name, []).append(pair.id)
        low, high = wilson(hits, total)
        table[name] = {"hits": hits, "louder": louder, "total": total, "low": low, "high": high, "goal": goal}
        if bases_of_sides:
            table[name]["by basis"] = bases_of_sides
    return table, missed


def alerts(pairs: list[CorpusReport], origin: Origin) -> tuple[dict[str, object], dict[str, list[str]]]:
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    ids: dict[str, list[str]] = {}
    for pair in pairs:
        for flag in reviewed(pair, pair.report.impression, origin).flags:
            if flag.kind in NOT_ALERTS:
                counts[flag.kind] += 1
                continue
            counts[flag.severity] += 1
            kinds[f"{flag.severity} {flag.kind}"] += 1
            if flag.severity != "note":
                ids.setdefault(f"{flag.severity} {flag.kind}", []).append(pair.id)
    per_100 = {name: round(100 * count / len(pairs), 2) for name, count in counts.items()}
    return {"per_100": per_100, "kinds": dict(kinds.most_common())}, ids


def speed(pairs: list[CorpusReport]) -> dict[str, float]:
    """Milliseconds a review, for all pairs and scaled to 300 words of findings and impression."""
    words = sum(len(f"{pair.report.findings} {pair.report.impression}".split()) for pair in pairs)
    started = time.process_time()
    for pair in pairs:
        reviewed(pair, pair.report.impression, "model")
    spent = 1000 * (time.process_time() - started)
    return {"ms_per_review": round(spent / len(pairs), 2), "ms_per_300_words": round(300 * spent / words, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="test", choices=("test", "validation", "train", "all"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--ids", type=Path, help="write the ids of misses and alerts here")
    options = parser.parse_args()
    everything = pairs_of(options.data, options.split)
    result: dict[str, object] = {"date": date.today().isoformat(), "split": options.split}
    all_ids: dict[str, object] = {}
    for corpus in ("open-i", "parrot"):
        pairs = [pair for pair in everything if pair.corpus == corpus]
        table, missed = sensitivity(pairs)
        human, human_ids = alerts(pairs, "human")
        model, model_ids = alerts(pairs, "model")
        result[corpus] = {
            "pairs": len(pairs),
            "sensitivity": table,
            "alerts, origin human": human,
            "alerts, origin model": model,
            "speed": speed(pairs),
        }
        all_ids[corpus] = {"missed": missed, "human": human_ids, "model": model_ids}
        say(f"\n{corpus}: {len(pairs)} pairs ({options.split})")
        for name, row in table.items():
            share = 100 * row["hits"] / row["total"] if row["total"] else float("nan")
            say(
                f"  {name:20s} {row['hits']:5d}/{row['total']:<5d} {share:5.1f} % "
                f"[{row['low']:.1f}–{row['high']:.1f}] goal {row['goal']}, louder than a note {row['louder']}"
            )
            for basis, (hits, total) in sorted(row.get("by basis", {}).items()):
                say(f"      {basis}: {hits}/{total}")
        for origin, found in (("human", human), ("model", model)):
            say(f"  alerts per 100, origin {origin}: {found['per_100']}")
            say(f"     {found['kinds']}")
        say(f"  {result[corpus]['speed']}")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        path = options.out / f"review_errors_{options.split}_{result['date']}.json"
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if options.ids:
        options.ids.write_text(json.dumps(all_ids), encoding="utf-8")


if __name__ == "__main__":
    main()
