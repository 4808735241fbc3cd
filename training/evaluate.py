"""A model file and test pairs → scores beside the two baselines, drafted by the same engine that the app uses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.progress import track

from app.domain.errors import InputError, WorkstationError
from app.domain.prompt import Length
from app.engine.order import Order
from app.engine.protocol import Finished, Ready
from app.engine.session import EngineSession
from training.baselines import constant, nearest_neighbor
from training.metrics import Scores, score
from training.pairs import Pair, pairs_digest, read_pairs

MAX_TOKENS = 256
_LENGTHS: tuple[Length, ...] = ("standard", "concise")


@dataclass(frozen=True)
class Row:
    """One system's scores on one part of the test pairs."""

    system: str
    part: str
    scores: Scores


def parts(test: Sequence[Pair]) -> dict[str, list[int]]:
    """Indices of the test pairs by corpus, and within a labeled corpus by stratum ("open-i abnormal")."""
    found: dict[str, list[int]] = {}
    for index, pair in enumerate(test):
        found.setdefault(f"{pair.corpus} all", []).append(index)
        if pair.stratum != "unknown":
            found.setdefault(f"{pair.corpus} {pair.stratum}", []).append(index)
    return dict(sorted(found.items()))


def rows_of(system: str, test: Sequence[Pair], candidates: Sequence[str]) -> list[Row]:
    """One row for each part of the test pairs."""
    return [
        Row(system, part, score([test[i].impression for i in indices], [candidates[i] for i in indices]))
        for part, indices in parts(test).items()
    ]


def draft_all(engine: EngineSession, test: Sequence[Pair]) -> dict[Length, list[str]]:
    """The model's drafts at both lengths, "" for findings that the engine refuses (too long for its context).

    Raises:
        EngineError: the engine was lost over one of them, or could not compute.
    """
    # Both lengths of a pair side by side: up to the length they are one prompt, which the engine reads once.
    orders = [Order(pair.for_drafting, length, max_tokens=MAX_TOKENS) for pair in test for length in _LENGTHS]
    texts = [_text(answer) for answer in track(engine.draft_many(orders), description="drafting", total=len(orders))]
    return {length: texts[start :: len(_LENGTHS)] for start, length in enumerate(_LENGTHS)}


def _text(answer: Finished | WorkstationError) -> str:
    if isinstance(answer, InputError):
        return ""
    if isinstance(answer, WorkstationError):
        raise answer
    return answer.text


def evaluate(pairs_folder: Path, engine: EngineSession, ready: Ready, output: Path) -> list[Row]:
    """Score the loaded model at both lengths beside the baselines; write drafts.jsonl and, last, scores.json.

    The drafts stay in `output` with the corpus's other texts; scores.json holds figures and ids only.
    """
    train, test = read_pairs(pairs_folder, "train"), read_pairs(pairs_folder, "test")
    rows = rows_of("constant", test, constant(test)) + rows_of("nearest neighbor", test, nearest_neighbor(train, test))
    output.mkdir(parents=True, exist_ok=True)
    drafted = draft_all(engine, test)
    for length, drafts in drafted.items():
        rows += rows_of(f"{ready.name} {length}", test, drafts)
    with (output / "drafts.jsonl").open("w", encoding="utf-8") as lines:
        for index, pair in enumerate(test):
            texts = {length: drafts[index] for length, drafts in drafted.items()}
            lines.write(json.dumps({"id": pair.id, **texts}, ensure_ascii=False) + "\n")
    summary = {
        "model": {"name": ready.name, "sha256": ready.sha256, "quantization": ready.quantization},
        "pairs_digest": pairs_digest(pairs_folder),
        "rows": [{"system": row.system, "part": row.part, **asdict(row.scores)} for row in rows],
    }
    (output / "scores.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return rows
