"""Our engine against llama-server and llama-bench of the same llama.cpp: same file, threads, texts, PC, in one run.

    python tests/bench/reference.py [--pairs FOLDER] [--model FILE] [--rounds 3] [--out tests/bench/results]

Every text is drafted by each in turn, so that whatever else the PC does hits all alike. The server is asked over a
Unix socket, without streaming; all run at the engine's priority. Without --pairs the invented samples are the texts;
with it, Open-i test findings. Copy-only drafting is off: the server has nothing like it. Writes figures, no text.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain.prompt import cut_reply, render, style_named
from app.engine.order import Order
from app.engine.protocol import Finished, Ready
from app.engine.session import EngineSession
from app.measuring.drafts import same_texts, tokens_a_second, tokens_a_step
from app.measuring.samples import samples
from app.paths import default_model_path, resources_dir
from tests.bench.reference_build import compile_flags, default_cache, reference_programs

GOALS = {"plain": 1.1, "speculative": 1.8}
NICENESS = 5  # the engine child's own
MAX_TOKENS = 128
CONTEXT = 4096


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass
class Told:
    """What one of the three did in one round."""

    drafts: list[Finished] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return tokens_a_second(self.drafts) or float("nan")


class Server:
    """llama-server on a socket that only this PC's programs can see."""

    def __init__(self, address: str) -> None:
        self._address = address

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        connection = _LocalConnection(self._address)
        try:
            connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        finally:
            connection.close()

    def draft(self, order: Order, style: str) -> Finished:
        """The same prompt, greedily, as one of our own answers."""
        prompt = "".join(text for text, _ in render(order.findings, style, order.length))
        wanted = {
            "prompt": prompt,
            "n_predict": MAX_TOKENS,
            "samplers": ["top_k"],
            "top_k": 1,
            "stop": list(style_named(style).stops),
            "cache_prompt": True,
            "stream": False,
        }
        status, told = self.ask("POST", "/completion", wanted)
        if status != 200:
            raise RuntimeError(f"llama-server answered {status}")
        timings = told["timings"]
        ended = told["stop_type"] != "limit"
        count = timings["predicted_n"] - ended
        # Its count holds the reply's end, its time the steps after the first token.
        seconds = timings["predicted_ms"] / 1000
        return Finished(
            id=0,
            text=cut_reply(told["content"], style),
            finish="stop" if ended else "length",
            prompt_tokens=timings["prompt_n"] + timings["cache_n"],
            output_tokens=count,
            first_token_ms=timings["prompt_ms"],
            tokens_per_second=(count - 1) / seconds if seconds and count > 1 else 0.0,
        )


class _LocalConnection(HTTPConnection):
    def __init__(self, address: str) -> None:
        super().__init__("localhost", timeout=300)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._address)


@contextmanager
def server(program: Path, model: Path, threads: int) -> Iterator[Server]:
    """llama-server with the model loaded."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "reference.sock")
        options = ["-m", model, "-t", threads, "-tb", threads, "-c", CONTEXT, "-np", 1, "--host", address, "--offline"]
        # Each round asks for the same texts: none may be kept aside from the round before.
        options += ["--cache-ram", 0]
        with (Path(folder) / "log").open("wb") as log:
            running = subprocess.Popen(
                ["nice", "-n", str(NICENESS), str(program), *map(str, options)], stdout=log, stderr=log
            )
            try:
                found = Server(address)
                _wait_until_healthy(found, running)
                yield found
            finally:
                running.terminate()
                running.wait()


def _wait_until_healthy(found: Server, running: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        try:
            if found.ask("GET", "/health")[0] == 200:
                return
        except (OSError, ValueError):
            pass
        if running.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("llama-server did not start")


def bench_rate(program: Path, model: Path, threads: int) -> float:
    """llama-bench's tokens a second for writing behind a prompt of our length."""
    options = ["-m", model, "-t", threads, "-p", 0, "-n", 32, "-d", 128, "-r", 3, "-o", "json"]
    command = ["nice", "-n", str(NICENESS), str(program), *map(str, options)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return float(told[0]["avg_ts"])


def one_round(sessions: dict[str, EngineSession], found: Server, orders: list[Order], style: str) -> dict[str, Told]:
    """Each text by each in turn, the first of them another one every time."""
    told = {name: Told() for name in (*sessions, "llama-server")}
    names = list(told)
    for number, order in enumerate(orders):
        for place in range(len(names)):
            name = names[(number + place) % len(names)]
            began = time.perf_counter()
            if name in sessions:
                draft = sessions[name].draft(order.findings, max_tokens=MAX_TOKENS, copy_only=False)
            else:
                draft = found.draft(order, style)
            told[name].seconds.append(time.perf_counter() - began)
            told[name].drafts.append(draft)
    return told


def summary(rounds: list[dict[str, Told]], benched: list[float]) -> dict[str, Any]:
    """Medians over the rounds, and each ratio as the median of the rounds' own ratios."""
    figures: dict[str, Any] = {"tokens a second": {}, "whole draft, ms": {}, "against llama-server": {}}
    for name in rounds[0]:
        figures["tokens a second"][name] = round(statistics.median(told[name].rate for told in rounds), 2)
        wholes = [statistics.median(told[name].seconds) * 1000 for told in rounds]
        figures["whole draft, ms"][name] = round(statistics.median(wholes), 1)
    figures["tokens a second"]["llama-bench"] = round(statistics.median(benched), 2)
    for name, goal in GOALS.items():
        ratios = [told[name].rate / told["llama-server"].rate for told in rounds]
        figures["against llama-server"][name] = {
            "ratio": round(statistics.median(ratios), 3),
            "of the rounds": [round(min(ratios), 3), round(max(ratios), 3)],
            "goal": goal,
            "met": statistics.median(ratios) >= goal,
        }
    last = rounds[-1]
    figures["tokens a step"] = round(tokens_a_step(last["speculative"].drafts) or 0.0, 3)
    figures["same text as plain"] = {
        "speculative": same_texts(last["plain"].drafts, last["speculative"].drafts),
        "llama-server": same_texts(last["plain"].drafts, last["llama-server"].drafts),
        "of": len(last["plain"].drafts),
    }
    return figures


def read_orders(pairs: Path | None, count: int) -> list[Order]:
    if pairs is None:
        return [Order(sample.findings) for sample in samples(resources_dir() / "samples")][:count]
    from training.pairs import read_pairs

    test = [pair for pair in read_pairs(pairs, "test") if pair.corpus == "open-i"]
    return [Order(pair.for_drafting) for pair in test][:count]


def load_both(plain: EngineSession, speculative: EngineSession, model: Path) -> Ready:
    plain.load(str(model), gpu_layers=0, context=CONTEXT, guess_ahead=False)
    return speculative.load(str(model), gpu_layers=0, context=CONTEXT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, default=None)
    parser.add_argument("--model", type=Path, default=default_model_path())
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=24)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    programs = reference_programs(options.cache)
    orders = read_orders(options.pairs, options.texts)
    with EngineSession() as plain, EngineSession() as speculative:
        ready = load_both(plain, speculative, options.model)
        sessions = {"plain": plain, "speculative": speculative}
        rounds, benched = [], []
        with server(programs["llama-server"], options.model, ready.threads) as found:
            one_round(sessions, found, orders[:2], ready.prompt_style)  # whatever is done once only
            for number in range(options.rounds):
                rounds.append(one_round(sessions, found, orders, ready.prompt_style))
                benched.append(bench_rate(programs["llama-bench"], options.model, ready.threads))
                say(f"round {number + 1}: " + ", ".join(f"{name} {told.rate:.1f}" for name, told in rounds[-1].items()))
    figures: dict[str, Any] = {
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "load average before": os.getloadavg()[2],
        "model": ready.sha256,
        "threads": ready.threads,
        "texts": "Open-i test findings" if options.pairs else "invented samples",
        "flags of the reference": compile_flags(),
        "rounds": options.rounds,
    }
    figures |= summary(rounds, benched)
    say(json.dumps(figures, indent=2))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        file = options.out / f"reference-{figures['date']}.json"
        file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        say(f"wrote {file}")


if __name__ == "__main__":
    main()
