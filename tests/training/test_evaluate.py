"""Scores come from the app's own engine, beside the baselines, for each part of the test pairs."""

import json
from pathlib import Path

from app.engine.scripted import Life, Reply, Script
from app.engine.session import EngineSession
from app.paths import engine_command
from training.evaluate import evaluate, parts, rows_of
from training.pairs import read_pairs


def test_parts_are_corpora_and_their_strata(pairs_folder: Path) -> None:
    test = read_pairs(pairs_folder, "test")
    found = parts(test)
    assert set(found) == {"invented all", "invented normal", "invented abnormal"}
    assert sorted(found["invented normal"] + found["invented abnormal"]) == found["invented all"]


def test_a_perfect_system_scores_full_in_every_part(pairs_folder: Path) -> None:
    test = read_pairs(pairs_folder, "test")
    rows = rows_of("human", test, [pair.impression for pair in test])
    assert [(row.scores.rougeL, row.scores.exact) for row in rows] == [(100, 100)] * 3


def test_evaluation_writes_drafts_and_figures(pairs_folder: Path, tmp_path: Path) -> None:
    replies = (Reply(words=("No ", "acute ", "abnormality.")),)
    script = Script(lives=(Life(replies=replies),)).save(tmp_path / "script.json")
    with EngineSession([*engine_command(), "--scripted", str(script)]) as engine:
        ready = engine.load("scripted")
        rows = evaluate(pairs_folder, engine, ready, tmp_path / "scores")
    test = read_pairs(pairs_folder, "test")
    drafts = [json.loads(line) for line in (tmp_path / "scores" / "drafts.jsonl").read_text().splitlines()]
    assert [draft["id"] for draft in drafts] == [pair.id for pair in test]
    assert {draft["standard"] for draft in drafts} == {"No acute abnormality."}
    normal = next(row for row in rows if row.system.endswith("standard") and row.part == "invented normal")
    assert normal.scores.exact == 100
    summary = (tmp_path / "scores" / "scores.json").read_text(encoding="utf-8")
    assert len(json.loads(summary)["rows"]) == 4 * 3
    assert "pneumothorax" not in summary
