"""Proof of the graphics path on a PC without a graphics card: our engine on Vulkan's software driver, against the CPU.

    python tests/bench/vulkan.py --pairs FOLDER [--wheel FILE | --site FOLDER] [--drafts N] [--model FILE]

Needs Debian 13's libvulkan-dev (12's headers are too old), glslc, spirv-headers and mesa-vulkan-drivers. Builds the
portable wheel (half an hour on two idle cores) and unpacks it outside the repository, unless one is given; the
project's own environment stays as it is. What is proved is that the texts are the CPU's, not speed: a software driver
is slower than any card. Writes ids and figures only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain.prompt import render, style_named
from app.domain.report import Findings
from app.engine.choosing import choose
from app.engine.model import Model, load_model
from app.engine.protocol import Ready
from app.engine.session import EngineSession
from app.engine.watchdog import Deadlines
from app.models.installed import inspect_model
from app.paths import default_model_path
from training.pairs import Pair, read_pairs

REPOSITORY = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("vulkan_child.py")
MAX_TOKENS = 32
SHORTEST_WORDS = 8
# A divergence where the CPU's own first and second choice are closer than this is a near-tie.
NEAR_TIE = 0.05
# A software driver takes seconds for what a card does in milliseconds.
PATIENCE = Deadlines(load=1800.0, first_word=1800.0, between_words=600.0)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Run:
    """The drafts of one placement, with what the engine said of it."""

    ready: Ready
    texts: list[str]
    seconds: float
    tokens: int

    def figures(self) -> dict[str, object]:
        return {
            "device": self.ready.device,
            "gpu_layers": f"{self.ready.gpu_layers}/{self.ready.layers}",
            "context": self.ready.context,
            "notice": self.ready.notice,
            "load_ms": round(self.ready.load_ms),
            "drafts": len(self.texts),
            "tokens": self.tokens,
            "seconds": round(self.seconds, 1),
        }


def unpack(wheel: Path, site: Path) -> Path:
    """The wheel's package alone in a folder of its own."""
    subprocess.run(["uv", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)], check=True)
    return site


def draft(site: Path, model: Path, pairs: list[Pair], gpu_layers: int | None) -> Run:
    """The drafts of all pairs, greedy, without guard and without guesses: what the device computes and nothing else."""
    command = [sys.executable, "-I", str(CHILD), str(site)]
    with EngineSession(command, PATIENCE) as session:
        ready = session.load(str(model), gpu_layers=gpu_layers, guess_ahead=False)
        say(f"{ready.device}: {ready.gpu_layers} of {ready.layers} layers, {ready.load_ms:.0f} ms. {ready.notice}")
        began = perf_counter()
        answers = [session.draft(Findings(pair.findings), max_tokens=MAX_TOKENS, copy_only=False) for pair in pairs]
        seconds = perf_counter() - began
        return Run(ready, [answer.text for answer in answers], seconds, sum(answer.output_tokens for answer in answers))


def gap_where_parted(model: Model, style: str, pair: Pair, other: str) -> float:
    """How far the CPU's second choice was behind its first at the token where the other text is no longer the CPU's."""
    prompt = [t for part in model.vocabulary.tokenize(render(Findings(pair.findings), style)) for t in part]
    model.context.clear()
    for start in range(0, len(prompt), model.context.chunk):
        logits = model.context.evaluate(prompt[start : start + model.context.chunk])[-1]
    written = b""
    for _ in range(MAX_TOKENS):
        best = choose(logits.copy())
        written += model.vocabulary.pieces[best.token]
        if not other.startswith(written.decode("utf-8", "ignore").lstrip()) or model.vocabulary.is_final[best.token]:
            break
        logits = model.context.evaluate([best.token])[-1]
    return round(best.gap, 4)


def compare(model: Path, pairs: list[Pair], ours: Run, theirs: Run) -> dict[str, object]:
    parted = [(pair, text) for pair, text, same in zip(pairs, theirs.texts, ours.texts, strict=False) if text != same]
    reference = load_model(model, gpu_layers=0, context=0, threads=os.cpu_count() or 1)
    style = style_named(inspect_model(model).prompt_style).name
    gaps = {pair.id: gap_where_parted(reference, style, pair, text) for pair, text in parted}
    reference.close()
    return {
        "same": len(pairs) - len(parted),
        "of": len(pairs),
        "near_ties": sum(gap <= NEAR_TIE for gap in gaps.values()),
        "gap_where_parted": gaps,
    }


def prove(site: Path, model: Path, pairs: list[Pair], data: Path) -> Iterator[tuple[str, object]]:
    """The figures, each as soon as it is known."""
    cpu = draft(site, model, pairs, 0)
    yield "cpu", cpu.figures()
    whole = draft(site, model, pairs, -1)
    if whole.ready.gpu_layers != whole.ready.layers:
        raise SystemExit(f"nothing is proved: {whole.ready.notice or whole.ready.device}")
    yield "all layers", whole.figures() | compare(model, pairs, cpu, whole)
    few = pairs[: max(1, len(pairs) // 4)]
    half = draft(site, model, few, whole.ready.layers // 2)
    yield "half of the layers", half.figures() | compare(model, few, cpu, half)
    yield "chosen by itself, first start", draft(site, model, pairs[:1], None).figures()
    yield "draft_seconds", measured(data)
    yield "chosen by itself, second start", draft(site, model, pairs[:1], None).figures()


def measured(data: Path) -> dict[str, float | None]:
    """What the engine remembers of the devices."""
    entries = json.loads((data / "devices.json").read_text("utf-8"))
    return {
        f"{' + '.join(one['step']['devices']) or 'CPU'}, {one['step']['layers']} layers": one["draft_seconds"]
        for entry in entries
        for one in entry["measured"]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True, help="a folder of pairs; its test part is drafted")
    parser.add_argument("--model", type=Path, default=default_model_path())
    parser.add_argument("--drafts", type=int, default=12)
    parser.add_argument("--wheel", type=Path, help="a portable wheel that was built before")
    parser.add_argument("--site", type=Path, help="a folder that holds the package already")
    parser.add_argument("--note", default="", help="kept in the result: where the library comes from")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    chosen = parser.parse_args()
    # The shortest ones of a sentence or two: a software driver needs a second and more a word.
    longer = [pair for pair in read_pairs(chosen.pairs, "test") if len(pair.findings.split()) >= SHORTEST_WORDS]
    pairs = sorted(longer, key=lambda pair: len(pair.findings))[: chosen.drafts]
    path = chosen.out / f"vulkan-{chosen.model.stem}-{date.today().isoformat()}.json"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        os.environ["RADIOLOGY_GPT_DATA"] = str(data)
        site, wheel = chosen.site, chosen.wheel
        if site is None:
            if wheel is None:
                build = [sys.executable, str(REPOSITORY / ".build_portable.py"), "--output", folder]
                subprocess.run(build, check=True)
                (wheel,) = Path(folder).glob("*.whl")
            site = unpack(wheel, Path(folder) / "site")
        libraries = sorted(path.name for path in (site / "llama_cpp" / "lib").iterdir())
        result: dict[str, object] = {
            "date": date.today().isoformat(),
            "model": f"{chosen.model.name}, {chosen.model.stat().st_size:,} bytes",
            "library": chosen.note or "portable wheel",
            "libraries": libraries,
        }
        for name, figures in prove(site, chosen.model, pairs, data):
            result[name] = figures
            path.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
            say(f"{name}: {json.dumps(figures)}")
    say(str(path))


if __name__ == "__main__":
    main()
