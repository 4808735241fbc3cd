"""How much of what a reader marks in findings texts the second reader sees, and whether it takes it as it is meant.

    python tests/bench/review_coverage.py --data FOLDER [--mentions FILE] [--out tests/bench/results] [--ids FILE]

`mentions.json` holds 50 findings texts of Open-i and 50 of PARROT from the validation part, annotated by hand, one
reader, before the second reader was asked: each corpus's first fifty by SHA-256 of the report's id, no text twice;
PARROT texts over 1,000 characters are cut at the sentence end nearest to 900. `mentions_second.json` holds as many of
the train part, chosen alike and marked later, by two other readers of fifty texts each: where the second reader was
developed on the first set, this one tells what it sees of texts whose mentions nobody had looked at. Marked is every
name of a finding, abnormality, diagnosis, postoperative state or device, whether there, denied or uncertain, also
general ones ("abnormalities"), mostly without side, place and size. Not marked are normal statements, anatomy,
technique, artifacts, measurements and scores, normal things said not to be seen, what a past treatment removed, and
two places where a text contradicts itself or lost its meaning to redaction (CXR2151, PARROT-2679).

Uncertain is what "may", "possible", "suggest", "concerning for", "suspicion", "versus" or "cannot be excluded" say;
"likely", "probable", "consistent with", "indicating" count as there and are listed under `probable`.
A mention is seen where an observation overlaps it by a character; of several the one that overlaps most speaks for it.
Writes ids and counts, no text.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.review.reader import read
from app.review.reading import Observation, Span
from app.review.scopes import Status
from tests.bench.review_errors import say, wilson
from training.openi import read_openi
from training.parrot import read_parrot

MENTIONS = Path(__file__).with_name("mentions.json")
GOAL = 90.0
AS_ANNOTATED = {
    Status.PRESENT: "present",
    Status.PROBABLE: "present",
    Status.POSSIBLE: "uncertain",
    Status.ASKED: "uncertain",
    Status.ABSENT: "absent",
}


@dataclass(frozen=True)
class Mention:
    """One annotated mention: characters of the findings text, and "present", "absent" or "uncertain".

    Attributes:
        is_probable: there, but hedged ("likely"): others may call it uncertain.
    """

    span: Span
    status: str
    is_probable: bool


@dataclass(frozen=True)
class Annotated:
    """One findings text with its mentions, all of which end before `cut`."""

    corpus: str
    id: str
    region: str
    findings: str
    cut: int
    mentions: tuple[Mention, ...]


def annotated(data: Path, source: Path = MENTIONS) -> list[Annotated]:
    """The annotated texts, from the corpora under `data`.

    Raises:
        KeyError: a report is missing from the corpora.
    """
    corpora = [*read_openi(data / "NLMCXR_reports_dev.tgz"), *read_parrot(data / "parrot_english.jsonl")]
    texts = {pair.id: pair.report.findings for pair in corpora}
    rows = json.loads(source.read_text(encoding="utf-8"))["reports"]
    return [_annotated(row, texts[row["id"]]) for row in rows]


def _annotated(row: dict[str, Any], findings: str) -> Annotated:
    probable = set(row.get("probable", ()))
    mentions = (
        Mention((start, end), status, at in probable) for at, (start, end, status) in enumerate(row["mentions"])
    )
    cut = row.get("cut", len(findings))
    return Annotated(row["corpus"], row["id"], row["region"], findings, cut, tuple(mentions))


def overlap(one: Span, other: Span) -> int:
    return min(one[1], other[1]) - max(one[0], other[0])


def seen(mention: Mention, observations: Iterable[Observation]) -> Observation | None:
    """The observation that overlaps a mention most; the first of equals."""
    best = max(observations, key=lambda one: overlap(one.span, mention.span), default=None)
    return best if best is not None and overlap(best.span, mention.span) > 0 else None


def shares(hits: int, total: int) -> dict[str, float | int]:
    low, high = wilson(hits, total)
    share = 100 * hits / total if total else 0.0
    return {"hits": hits, "total": total, "percent": round(share, 1), "low": round(low, 1), "high": round(high, 1)}


def measured(texts: list[Annotated]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Counts for the result file, and for reading the misses the places of what is unseen or taken otherwise."""
    regions: dict[str, Counter[str]] = {}
    statuses: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    places: dict[str, list[str]] = {"unseen": [], "otherwise": []}
    beside = 0
    for text in texts:
        region = regions.setdefault(text.region, Counter())
        observations = read(text.findings).observations
        for mention in text.mentions:
            statuses[mention.status] += 1
            region["total"] += 1
            place = f"{text.id} {mention.span[0]}-{mention.span[1]}"
            found = seen(mention, observations)
            if found is None:
                places["unseen"].append(f"{place} {mention.status}")
                continue
            status = AS_ANNOTATED[found.status]
            region["seen"] += 1
            region["right"] += status == mention.status
            region["general"] += found.is_generic
            if status != mention.status:
                classes[f"{mention.status} taken as {status}"] += 1
                places["otherwise"].append(f"{place} {mention.status} as {status}")
        inside = [one.span for one in observations if one.span[1] <= text.cut]
        beside += sum(all(overlap(span, mention.span) <= 0 for mention in text.mentions) for span in inside)
    total = sum(regions.values(), Counter())
    result: dict[str, Any] = {
        "texts": len(texts),
        "mentions": dict(statuses),
        "coverage": shares(total["seen"], total["total"]),
        "seen only as a general abnormality": total["general"],
        "status": shares(total["right"], total["seen"]),
        "status errors": dict(classes.most_common()),
        "observations beside all mentions": beside,
        "regions": {name: [counts["seen"], counts["total"]] for name, counts in sorted(regions.items())},
    }
    return result, places


def line_of(row: dict[str, float | int]) -> str:
    return f"{row['hits']}/{row['total']} = {row['percent']} % [{row['low']}–{row['high']}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mentions", type=Path, default=MENTIONS)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--ids", type=Path, help="write the ids and spans of misses here")
    options = parser.parse_args()
    texts = annotated(options.data, options.mentions)
    result: dict[str, Any] = {"date": date.today().isoformat(), "mentions": options.mentions.name, "goal": GOAL}
    all_places: dict[str, dict[str, list[str]]] = {}
    for corpus in ("open-i", "parrot", "both"):
        chosen = [text for text in texts if corpus in (text.corpus, "both")]
        counts, places = measured(chosen)
        result[corpus] = counts
        all_places[corpus] = places
        say(f"\n{corpus}: {counts['texts']} texts, mentions {counts['mentions']}")
        say(f"  coverage {line_of(counts['coverage'])}, goal {GOAL}")
        say(f"  seen only as a general abnormality: {counts['seen only as a general abnormality']}")
        say(f"  status of those seen {line_of(counts['status'])}: {counts['status errors']}")
        say(f"  observations beside all mentions: {counts['observations beside all mentions']}")
        say(f"  by region, seen of all: {counts['regions']}")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        name = options.mentions.stem.replace("mentions", "review_coverage")
        path = options.out / f"{name}_{result['date']}.json"
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if options.ids:
        options.ids.write_text(json.dumps(all_places), encoding="utf-8")


if __name__ == "__main__":
    main()
