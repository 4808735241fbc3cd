"""What guessing ahead gains, and that it changes no text: Open-i test findings with and without it, in turns.

    python tests/bench/guessing.py --pairs FOLDER [--model FILE] [--rounds 5] [--limit N] [--out tests/bench/results]

Each text is read up to its last token and then drafted, so that only writing is timed; both ways use the copy-only
guard. Nothing else should run meanwhile. Writes figures and ids, no text.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain.copy_only import CopyOnly
from app.domain.prompt import render
from app.engine import isolation, processor
from app.engine.guess_setup import guess_ahead
from app.engine.llama import DecodeLoop
from app.engine.model import load_model
from app.engine.wish import Listener, Reply, Wish
from app.paths import default_model_path
from training.pairs import Pair, read_pairs

SILENT = Listener(lambda _: None, lambda _: None, lambda: False)
LONG = 40  # words of a draft
MAX_TOKENS = 256
GOALS = {"all": 1.6, "each class": 0.97}


@dataclass
class Drafted:
    """One text, drafted both ways: seconds of each round, and the last replies."""

    pair: Pair
    seconds: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    replies: dict[bool, Reply] = field(default_factory=dict)

    @property
    def words(self) -> int:
        return len(self.replies[False].text.split())

    def rate(self, is_guessing: bool) -> float:
        """Words a second, median of the rounds."""
        return self.words / statistics.median(self.seconds[is_guessing])

    @property
    def classes(self) -> list[str]:
        return ["all", self.pair.stratum, *([f"{LONG} words and more"] if self.words >= LONG else [])]


def draft(loop: DecodeLoop, wish: Wish) -> tuple[Reply, float]:
    loop.forget()
    loop.read(wish.prompt[:-1], SILENT)
    began = time.perf_counter()
    reply = loop.draft(wish, SILENT)
    return reply, time.perf_counter() - began


def gap_where_they_part(one: Drafted) -> float | None:
    """How much plain decoding prefers its choice where the two parted; near-ties are at most 0.05."""
    plain, guessed = (one.replies[is_guessing].choices for is_guessing in (False, True))
    return next((ours.gap for ours, theirs in zip(plain, guessed, strict=False) if ours.token != theirs.token), None)


def gains(drafts: Sequence[Drafted]) -> dict[str, dict[str, float]]:
    found: dict[str, list[Drafted]] = {}
    for one in drafts:
        for name in one.classes:
            found.setdefault(name, []).append(one)
    return {
        name: {
            "texts": len(members),
            "words a second, plain": round(total_rate(members, False), 1),
            "words a second, guessing": round(total_rate(members, True), 1),
            "gain": round(total_rate(members, True) / total_rate(members, False), 3),
            "gain, median of texts": round(statistics.median(one.rate(True) / one.rate(False) for one in members), 3),
        }
        for name, members in found.items()
    }


def total_rate(members: Sequence[Drafted], is_guessing: bool) -> float:
    seconds = sum(statistics.median(one.seconds[is_guessing]) for one in members)
    return sum(one.words for one in members) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--part", default="test")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    isolation.set_environment()
    path = options.model or default_model_path()
    load_before = os.getloadavg()[0]
    model = load_model(path, gpu_layers=0, context=0, threads=processor.physical_cores())
    pairs = [pair for pair in read_pairs(options.pairs, options.part) if pair.corpus == "open-i"][: options.limit]
    model.loop.read([1] * 40, SILENT)
    speculation, problem = guess_ahead(model, path)
    drafts = [Drafted(pair) for pair in pairs]
    wishes = [wish_for(model.vocabulary.tokenize(render(pair.for_drafting)), pair) for pair in pairs]
    for number in range(options.rounds):
        for at, (one, wish) in enumerate(zip(drafts, wishes, strict=True)):
            for is_guessing in ((number + at) % 2 == 0, (number + at) % 2 == 1):
                model.loop.speculate(speculation if is_guessing else None)
                one.replies[is_guessing], seconds = draft(model.loop, wish)
                one.seconds[is_guessing].append(seconds)
    drafts = [one for one in drafts if one.words]
    parted = [one for one in drafts if one.replies[True].text != one.replies[False].text]
    tallies = [one.replies[True].tally for one in drafts]
    offered, accepted = Counter[str](), Counter[str]()
    for tally in tallies:
        offered.update(tally.offered)
        accepted.update(tally.accepted)
    chosen = sum(one.replies[True].output_tokens + (one.replies[True].finish == "stop") for one in drafts)
    figures = {
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "load before": load_before,
        "rounds": options.rounds,
        "phrases": speculation.phrases,
        "problem": problem,
        "cost of rows": {rows: round(cost, 2) for rows, cost in speculation.costs.measured.items()},
        "tokens a step": round(chosen / sum(tally.steps for tally in tallies), 2),
        "guesses offered": dict(offered),
        "guesses accepted": dict(accepted),
        "classes": gains(drafts),
        "goals": GOALS,
        "texts parted, and by what gap of the first two logits": {
            one.pair.id: gap_where_they_part(one) for one in parted
        },
    }
    text = json.dumps(figures, indent=2) + "\n"
    sys.stdout.write(text)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / f"guessing-{figures['date']}.json").write_text(text, encoding="utf-8")


def wish_for(segments: Sequence[Sequence[int]], pair: Pair) -> Wish:
    guard = CopyOnly.from_findings(pair.for_drafting, "", recommendations=False)
    prompt = list(chain.from_iterable(segments))
    return Wish(prompt, (), MAX_TOKENS, 0, guard, source=list(chain.from_iterable(segments[1:])))


if __name__ == "__main__":
    main()
