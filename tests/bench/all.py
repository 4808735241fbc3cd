"""All benchmarks of the engine and of the start in one go, in under ten minutes, with their dated results.

    python tests/bench/all.py [--pairs FOLDER] [--out tests/bench/results] [--cache FOLDER]

Compile the reference before (tests/bench/reference_build.py): that is not one of the ten minutes. Nothing else should
run meanwhile; how busy this PC was before stands in the results.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.paths import program_command
from tests.bench.reference_build import default_cache, reference_programs

HERE = Path(__file__).resolve().parent


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(name: str, command: Sequence[str], *, keep_stdout: bool = False) -> str:
    """Run one; its stdout if it is wanted, and "" if it failed."""
    began = time.perf_counter()
    done = subprocess.run(command, check=False, encoding="utf-8", stdout=subprocess.PIPE if keep_stdout else None)
    state = "done" if done.returncode == 0 else f"failed with {done.returncode}"
    say(f"::: {name}: {state} after {time.perf_counter() - began:.0f} s")
    return (done.stdout or "done") if done.returncode == 0 else ""


def bench(out: Path) -> bool:
    """`radiology-gpt bench`, its object kept as a result."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    told = run("radiology-gpt bench", [*program_command(), "bench", "--json"], keep_stdout=True)
    if not told:
        return False
    figures: dict[str, Any] = {"date": date.today().isoformat(), "cores": os.cpu_count(), "load before": load}
    file = out / f"bench-{figures['date']}.json"
    file.write_text(json.dumps(figures | json.loads(told), indent=2) + "\n", encoding="utf-8")
    say(told.rstrip())
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    reference_programs(options.cache)
    began = time.perf_counter()
    out = ["--out", str(options.out)]
    pairs = ["--pairs", str(options.pairs)] if options.pairs else []
    scripts = {"start.py": out, "reference.py": [*pairs, *out, "--cache", str(options.cache)]}
    if options.pairs:
        scripts["speed.py"] = [*pairs, *out]
        # A part of its texts; the whole of them takes longer than all the others together.
        scripts["guessing.py"] = [*pairs, "--limit", "24", "--rounds", "3"]
    passed = [bench(options.out)]
    passed += [bool(run(name, [sys.executable, str(HERE / name), *more])) for name, more in scripts.items()]
    say(f"::: all: {time.perf_counter() - began:.0f} s")
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
