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
import threading
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain.prompt import render
from app.domain.report import Findings
from app.engine.client import EngineClient
from app.engine.model import load_model
from app.engine.order import Order
from app.engine.protocol import Answer, Finished, Load, Ready
from app.engine.session import EngineSession
from app.engine.wish import Listener, Wish
from app.paths import default_model_path, engine_command
from training.pairs import Pair, read_pairs

SECONDS_A_WORD = 1.0  # 60 words a minute
TOLD_AFTER = 0.15  # seconds without a key after which the window tells the engine that the findings are complete
PAUSES = (0.0, 0.15, 0.4, 1.0)
TYPED_SLOWLY = 12  # the last words of the findings come at that speed, those before them at once


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def median(values: list[float]) -> float:
    return round(statistics.median(values), 2)


def p99(values: list[float]) -> float:
    return round(sorted(values)[max(0, round(0.99 * len(values)) - 1)], 2)


def first_word(session: EngineSession, order: Order) -> float:
    """Milliseconds from the key to the first visible word."""
    times: list[float] = []
    began = time.perf_counter()
    session_draft(session, order, lambda _: times.append(time.perf_counter()))
    return ((times[0] if times else time.perf_counter()) - began) * 1000


def session_draft(session: EngineSession, order: Order, on_words) -> Finished:
    return session.draft(
        order.findings,
        length=order.length,
        max_tokens=order.max_tokens,
        exam=order.exam,
        copy_only=order.copy_only,
        on_words=on_words,
    )


def measure_first_word(session: EngineSession, text: str) -> dict[str, float]:
    """Cold (only the instruction is cached), and so long after the last typed word.

    As the window does it: each word is told while it is typed, and the whole findings 150 ms after the last key.
    """
    order = Order(Findings(text), max_tokens=64)
    words = text.split()
    figures: dict[str, list[float]] = {"cold": []}
    for _ in range(5):
        session.forget()
        time.sleep(1.0)
        figures["cold"].append(first_word(session, order))
        for pause in PAUSES:
            session.forget()
            for count in range(len(words) - TYPED_SLOWLY, len(words)):
                session.prepare(Order(Findings(" ".join(words[: count + 1])), max_tokens=64), is_open=True)
                time.sleep(SECONDS_A_WORD / 4)
            if pause >= TOLD_AFTER:
                time.sleep(TOLD_AFTER)
                session.begin(order)
                time.sleep(pause - TOLD_AFTER)
            figures.setdefault(f"{pause * 1000:.0f} ms after the last word", []).append(first_word(session, order))
    result = {f"first word {name}, ms": median(times) for name, times in figures.items()}
    cold = median(figures["cold"])
    result |= {f"ratio to cold, {name}": round(median(times) / cold, 3) for name, times in figures.items()}
    return result | {"findings words": len(words)}


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
    told: list[tuple[float, Answer]] = []
    arrived = threading.Condition()

    def hear(answer: Answer) -> None:
        with arrived:
            told.append((time.perf_counter(), answer))
            arrived.notify_all()

    def wait_for(kind: type, request: int) -> float:
        with arrived:
            arrived.wait_for(lambda: any(isinstance(one, kind) and one.id == request for _, one in told), timeout=60)
            return next(at for at, one in told if isinstance(one, kind) and one.id == request)

    client = EngineClient(engine_command(), hear, lambda error: say(str(error)))
    client.start()
    waits: list[float] = []
    try:
        wait_for(Ready, client.load(Load(id=0, path=str(model))))
        long = " ".join(pair.findings for pair in pairs)[:4000]
        for number in range(count):
            client.forget()
            asked = client.draft(Order(Findings(long[number:])))
            time.sleep(0.01 + (number % 20) * 0.06)
            began = time.perf_counter()
            client.cancel(asked)
            waits.append((wait_for(Finished, asked) - began) * 1000)
    finally:
        client.close()
    return {"cancel to answer p50, ms": median(waits), "cancel to answer p99, ms": p99(waits), "cancels": count}


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
            lambda: measure_first_word(session, " ".join(long)),
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
