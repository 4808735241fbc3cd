"""How much faster many drafts are made at once than one by one, and whether they are the same texts.

    python tests/bench/many.py --pairs FOLDER [--model FILE] [--count 0] [--block 71] [--out tests/bench/results]

Block by block of the Open-i test findings: one by one without guessing ahead, one by one as the program drafts, and all
at once, each in a child of its own; then both lengths, as the evaluation asks for them. Ratios are taken in a block, so
that what else runs on the PC weighs on all alike. Texts that part are listed by id with the gap between the two first
choices of plain drafting there. Writes figures and ids, no text.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import chain, takewhile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain.copy_only import CopyOnly
from app.domain.prompt import render, style_named
from app.engine.model import load_model
from app.engine.order import Order
from app.engine.protocol import Finished
from app.engine.session import EngineSession
from app.engine.wish import Listener, Wish
from app.engine.writing import Writing
from app.paths import default_model_path
from training.pairs import Pair, read_pairs

NEAR_TIE = 0.05
SILENT = Listener(lambda _: None, lambda _: None, lambda: False)

Way = Callable[[Sequence[Order]], list[Finished]]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def one_by_one(session: EngineSession) -> Way:
    return lambda orders: [
        session.draft(order.findings, length=order.length, max_tokens=order.max_tokens) for order in orders
    ]


def at_once(session: EngineSession) -> Way:
    def draft(orders: Sequence[Order]) -> list[Finished]:
        answers = list(session.draft_many(orders))
        return [answer for answer in answers if isinstance(answer, Finished)]

    return draft


def standard(pairs: Sequence[Pair]) -> list[Order]:
    return [Order(pair.for_drafting) for pair in pairs]


def both_lengths(pairs: Sequence[Pair]) -> list[Order]:
    return [Order(pair.for_drafting, length) for pair in pairs for length in ("standard", "concise")]


def one_length_after_the_other(pairs: Sequence[Pair]) -> list[Order]:
    return [Order(pair.for_drafting, length) for length in ("standard", "concise") for pair in pairs]


def seconds(way: Way, orders: Sequence[Order]) -> tuple[float, list[Finished]]:
    began = time.perf_counter()
    drafts = way(orders)
    return time.perf_counter() - began, drafts


def compare(blocks: Sequence[Sequence[Pair]], ways: dict[str, tuple[Way, Callable[..., list[Order]]]]):
    """Seconds of each way for each block, the last way's ratios to the others, and all drafts of each way."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    drafts: dict[str, list[Finished]] = {name: [] for name in ways}
    for number, block in enumerate(blocks):
        # In turn forwards and backwards: what grows while a block is measured weighs on both ends alike.
        for name in list(ways)[:: 1 if number % 2 else -1]:
            way, orders = ways[name]
            took, drafted = seconds(way, orders(block))
            times[name].append(took)
            drafts[name] += drafted
        say(json.dumps({name: round(values[-1], 1) for name, values in times.items()}))
    *others, last = ways
    ratios = {
        name: {
            "median of blocks": round(
                statistics.median(a / b for a, b in zip(times[name], times[last], strict=True)), 2
            ),
            "of all": round(sum(times[name]) / sum(times[last]), 2),
        }
        for name in others
    }
    rates = {name: round(len(drafts[name]) / sum(times[name]), 2) for name in ways}
    return {"drafts a second": rates, f"{last}, times as fast as": ratios}, drafts


def partings(model_file: Path, pairs: Sequence[Pair], plain: Sequence[Finished], many: Sequence[Finished]):
    """Ids of the texts that part, with the gap of plain drafting's first two choices where they do."""
    different = [number for number in range(len(pairs)) if plain[number].text != many[number].text]
    if not different:
        return {}
    model = load_model(model_file, gpu_layers=0, context=0, threads=os.cpu_count() or 1)
    style = style_named("chatml")
    found = {}
    try:
        for number in different:
            findings = pairs[number].for_drafting
            prompt = list(chain.from_iterable(model.vocabulary.tokenize(render(findings, style.name))))
            writing = Writing(
                Wish(prompt, style.stops, 256, guard=CopyOnly.from_findings(findings)), model.vocabulary, SILENT
            )
            model.loop._write(writing, ())
            letters = zip(plain[number].text, many[number].text, strict=False)
            same = len("".join(ours for ours, _ in takewhile(lambda both: both[0] == both[1], letters)).encode())
            written = b"".join(model.vocabulary.pieces[token] for token in writing.tokens)
            same += len(written) - len(written.lstrip())
            ends = 0
            for choice in writing.choices:
                ends += len(model.vocabulary.pieces[choice.token])
                if ends > same or choice is writing.choices[-1]:
                    found[pairs[number].id] = round(choice.gap, 4)
                    break
    finally:
        model.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--count", type=int, default=0, help="so many findings; 0: all")
    parser.add_argument("--block", type=int, default=71)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    model = options.model or default_model_path()
    test = [pair for pair in read_pairs(options.pairs, "test") if pair.corpus == "open-i"]
    test = test[: options.count or len(test)]
    blocks = [test[start : start + options.block] for start in range(0, len(test), options.block)]
    figures: dict[str, object] = {"date": date.today().isoformat(), "cores": os.cpu_count(), "findings": len(test)}
    with ExitStack() as stack:
        plain, guessing, many = (stack.enter_context(EngineSession()) for _ in range(3))
        for session in (plain, guessing, many):
            ready = session.load(str(model), guess_ahead=session is guessing)
        figures |= {"model": ready.sha256, "threads": ready.threads, "block": options.block}
        ways = {
            "one by one, plain": (one_by_one(plain), standard),
            "one by one": (one_by_one(guessing), standard),
            "at once": (at_once(many), standard),
        }
        figures["lines"], drafts = compare(blocks, ways)
        say(json.dumps(figures))
        tokens = [drafted.output_tokens for drafted in drafts["at once"]]
        figures["tokens, median"] = {
            "prompt": statistics.median(drafted.prompt_tokens for drafted in drafts["at once"]),
            "reply": statistics.median(tokens),
        }
        ways = {
            "one by one": (one_by_one(guessing), one_length_after_the_other),
            "at once": (at_once(many), both_lengths),
        }
        figures["evaluation, both lengths"], _ = compare(blocks, ways)
    gaps = partings(model, test, drafts["one by one, plain"], drafts["at once"])
    figures["texts that part"] = {"of": len(test), "gap by id": gaps}
    figures["not near-ties"] = sorted(pair for pair, gap in gaps.items() if gap > NEAR_TIE)
    say(json.dumps(figures, indent=2))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        file = options.out / f"many-{figures['date']}.json"
        file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        say(f"wrote {file}")


if __name__ == "__main__":
    main()
