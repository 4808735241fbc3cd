"""That reading ahead changes no text: each findings text drafted cold, and after it was read word by word.

    python tests/bench/ahead.py --pairs FOLDER [--model FILE] [--every 1] [--out tests/bench/results]

Read word by word, a text is evaluated in other pieces than cold, so near-ties in floating point may fall differently;
a near-tie is a gap of at most 0.05 between the first two logits where plain drafting parts. Writes figures and ids.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain.prompt import render, render_open
from app.domain.report import Findings
from app.engine import isolation, processor
from app.engine.guess_setup import guess_ahead
from app.engine.model import Model, load_model
from app.engine.wish import Listener, Reply
from app.paths import default_model_path
from tests.bench.guessing import wish_for
from training.pairs import Pair, read_pairs

SILENT = Listener(lambda _: None, lambda _: None, lambda: False)


def never() -> bool:
    return False


def cold(model: Model, pair: Pair) -> Reply:
    model.loop.forget()
    return model.loop.draft(wish_for(model.vocabulary.tokenize(render(pair.for_drafting)), pair), SILENT)


def dictated(model: Model, pair: Pair) -> Reply:
    """As the window does it: words, then the whole, begun unseen, then the key."""
    model.loop.forget()
    findings = pair.for_drafting
    words = findings.text.split(" ")
    for count in range(1, len(words)):
        known = Findings(" ".join(words[:count]), findings.indication, findings.comparison)
        tokens = list(chain.from_iterable(model.vocabulary.tokenize(render_open(known))))
        model.loop.read_ahead(tokens, never)
    wish = wish_for(model.vocabulary.tokenize(render(findings)), pair)
    model.loop.begin(wish, never)
    return model.loop.draft(wish, SILENT)


def gap_where_they_part(plain: Reply, other: Reply) -> float | None:
    pairs = zip(plain.choices, other.choices, strict=False)
    return next((ours.gap for ours, theirs in pairs if ours.token != theirs.token), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--every", type=int, default=1, help="take every n-th text")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    isolation.set_environment()
    path = options.model or default_model_path()
    model = load_model(path, gpu_layers=0, context=0, threads=processor.physical_cores())
    model.loop.read([1] * 40, SILENT)
    guess_ahead(model, path)
    pairs = [pair for pair in read_pairs(options.pairs, "test") if pair.corpus == "open-i"][:: options.every]
    parted: dict[str, float | None] = {}
    for pair in pairs:
        plain, ahead = cold(model, pair), dictated(model, pair)
        if plain.text != ahead.text:
            parted[pair.id] = gap_where_they_part(plain, ahead)
    figures = {"date": date.today().isoformat(), "texts": len(pairs), "parted, with the gap of the logits": parted}
    text = json.dumps(figures, indent=2) + "\n"
    sys.stdout.write(text)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / f"ahead-{figures['date']}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
