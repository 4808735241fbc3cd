"""How quickly the default model answers on this PC: first word with and without reading ahead, words a second, cancels.

    python tests/bench/speed.py --pairs FOLDER [--model FILE] [--out tests/bench/results]

Ratios are taken within one run; nothing else should run meanwhile. Writes figures and ids, no text.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain.prompt import render
from app.domain.report import Findings
from app.engine.model import load_model
from app.engine.order import Order
from app.engine.protocol import Load
from app.engine.session import EngineSession
from app.engine.wish import Listener, Wish
from app.measuring.cancels import cancel_ms, percentile
from app.measuring.first_word import dictate, first_word_ms, read_instruction_alone
from app.paths import default_model_path
from training.pairs import Pair, read_pairs

PAUSES = (0.0, 0.15, 0.4, 1.0)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def median(values: list[float]) -> float:
    return round(statistics.median(values), 2)


def measure_first_word(session: EngineSession, text: str) -> dict[str, float]:
    """Cold (only the instruction is cached), and so long after the last word that was dictated."""
    order = Order(Findings(text), max_tokens=64)
    figures: dict[str, list[float]] = {"cold": []}
    for _ in range(5):
        read_instruction_alone(session)
        figures["cold"].append(first_word_ms(session, order)[0])
        for pause in PAUSES:
            dictate(session, order, pause)
            name = f"{pause * 1000:.0f} ms after the last word"
            figures.setdefault(name, []).append(first_word_ms(session, order)[0])
    result = {f"first word {name}, ms": median(times) for name, times in figures.items()}
    cold = median(figures["cold"])
    result |= {f"ratio to cold, {name}": round(median(times) / cold, 3) for name, times in figures.items()}
    return result | {"findings words": len(text.split())}


def measure_words(session: EngineSession, pairs: list[Pair]) -> dict[str, float]:
    """Words per second while writing, and the first word for findings as they come."""
    rates: list[float] = []
    firsts: list[float] = []
    for pair in pairs:
        finished = session.draft(pair.for_drafting)
        if finished.output_tokens > 1:
            seconds = (finished.output_tokens - 1) / finished.tokens_per_second
            rates.append(len(finished.text.split()) / seconds)
            firsts.append(finished.first_token_ms)
    return {"words a second": median(rates), "first token, ms": median(firsts), "drafts": len(rates)}


def measure_cancel(model: Path, pairs: list[Pair], count: int) -> dict[str, float]:
    """From a cancel, at any time of a draft or of its long prefill, to its answer."""
    long = " ".join(pair.findings for pair in pairs)[:4000]
    orders = [Order(Findings(text)) for pair in pairs[:20] for text in (pair.findings, long[len(pair.findings) :])]
    waits = cancel_ms(Load(id=0, path=str(model)), orders, count, seconds=180)
    return {
        "cancel to answer p50, ms": median(waits),
        "cancel to answer p99, ms": round(percentile(waits, 99), 2),
        "cancels": len(waits),
    }


def measure_overhead(model_file: Path, pairs: list[Pair]) -> dict[str, float]:
    """Our decode loop against bare llama_decode calls for the same tokens, one at a time."""
    model = load_model(model_file, gpu_layers=0, context=0, threads=os.cpu_count() or 1)
    silent = Listener(lambda _: None, lambda _: None, lambda: False)
    ratios: list[float] = []
    try:
        for pair in pairs:
            tokens = model.vocabulary.tokenize(render(pair.for_drafting))
            prompt = [token for segment in tokens for token in segment]
            model.loop.forget()
            model.loop.read(prompt, silent)
            began = time.perf_counter()
            reply = model.loop.draft(Wish(prompt, (), 48), silent)
            ours = time.perf_counter() - began
            written = model.context.tokens[len(prompt) :]
            model.context.keep_common_prefix(prompt)
            began = time.perf_counter()
            model.context.evaluate(prompt[-1:])
            for token in written:
                model.context.evaluate([token])
            bare = time.perf_counter() - began
            if reply.output_tokens > 8:
                ratios.append(ours / bare)
    finally:
        model.close()
    return {"our loop to bare decoding, time": round(statistics.median(ratios), 3), "replies": len(ratios)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    model = options.model or default_model_path()
    test = [pair for pair in read_pairs(options.pairs, "test") if pair.corpus == "open-i"]
    long = " ".join(pair.findings for pair in test).split()[:150]
    figures: dict[str, object] = {"date": date.today().isoformat(), "cores": os.cpu_count()}
    with EngineSession() as session:
        ready = session.load(str(model))
        figures |= {"model": ready.sha256, "threads": ready.threads, "load, ms": round(ready.load_ms)}
        for part in (
            lambda: measure_words(session, test[:60]),
            # Dictated findings end with a sentence.
            lambda: measure_first_word(session, " ".join(long).rstrip(".") + "."),
        ):
            figures |= part()
            say(json.dumps(figures))
    figures |= measure_cancel(model, test, 100)
    say(json.dumps(figures))
    figures |= measure_overhead(model, test[:20])
    say(json.dumps(figures, indent=2))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        file = options.out / f"speed-{figures['date']}.json"
        file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        say(f"wrote {file}")


if __name__ == "__main__":
    main()
