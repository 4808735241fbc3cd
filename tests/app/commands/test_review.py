"""`radiology-gpt review`: files in, flags out; one JSON object a line, bad lines answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.commands.entry import commands
from app.domain.errors import FileUnreadable, ReviewInputMissing

RUNNER = CliRunner()


def _write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_bytes(text.encode())
    return str(folder / name)


def test_files_are_reviewed_as_json(tmp_path: Path) -> None:
    findings, impression = "Small right effusion.\r\n", "Small left effusion.\r\n"
    answer = RUNNER.invoke(
        commands,
        [
            "review",
            "--findings",
            _write(tmp_path, "f.txt", findings),
            "--impression",
            _write(tmp_path, "i.txt", impression),
            "--json",
        ],
    )
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    (flag,) = [flag for flag in found["flags"] if flag["kind"] == "side_mismatch"]
    assert flag["severity"] == "critical"
    assert impression[slice(*flag["impression_span"])] == "left"
    assert findings[slice(*flag["findings_span"])] == "right"
    assert found["links"][0]["support"] in ("stated", "none")


def test_lines_are_answered_in_order_and_bad_ones_with_the_reason(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": 1, "findings": "No pneumothorax.", "impression": "Pneumothorax.", "sex": "M", "age": 50}),
        "not JSON",
        json.dumps({"id": "a", "findings": "x"}),
        json.dumps({"findings": "x", "impression": "y"}),
        json.dumps({"id": 2, "findings": "x", "impression": "y", "origin": "robot"}),
        json.dumps({"id": 3, "findings": "", "impression": "", "origin": "human"}),
    ]
    answer = RUNNER.invoke(commands, ["review", "--jsonl", _write(tmp_path, "lines", "\n".join(lines))])
    assert answer.exit_code == 0
    given = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [item["id"] for item in given] == [1, None, "a", None, 2, 3]
    assert ["error" in item for item in given] == [False, True, True, True, True, False]
    assert given[0]["flags"][0]["kind"] == "negation_flip"
    assert given[5] == {"id": 3, "flags": [], "links": []}


def test_lines_come_from_stdin_too() -> None:
    line = json.dumps({"id": 1, "findings": "Cyst.", "impression": "Cyst."})
    assert json.loads(RUNNER.invoke(commands, ["review", "--jsonl"], input=line).stdout)["id"] == 1


def test_nothing_given_is_bad_input() -> None:
    assert isinstance(RUNNER.invoke(commands, ["review"]).exception, ReviewInputMissing)


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.txt")
    answer = RUNNER.invoke(commands, ["review", "--findings", missing, "--impression", missing])
    assert isinstance(answer.exception, FileUnreadable)


@pytest.mark.parametrize("text", ["Small right effusion. Recommend CT.", ""])
def test_without_json_the_answer_is_for_reading(tmp_path: Path, text: str) -> None:
    file = _write(tmp_path, "f.txt", text)
    answer = RUNNER.invoke(commands, ["review", "--findings", file, "--impression", file])
    assert answer.exit_code == 0
    assert ("stated" in answer.stdout) == bool(text)
