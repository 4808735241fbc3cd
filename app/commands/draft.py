"""`radiology-gpt draft`: findings from a file or stdin, the impression to stdout, one or many."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import Progress, TextColumn

from app.commands.chosen_model import choose_model, load_chosen
from app.commands.findings_input import Line, open_input, read_line, read_report
from app.domain.card import Card
from app.domain.copy_only import remark_on
from app.domain.errors import EngineError, EngineNotStarted, LineInvalid, WorkstationError
from app.domain.prompt import Length
from app.domain.report import Findings
from app.domain.scope import out_of_scope
from app.domain.substance import check_substance
from app.engine.protocol import Finished, Ready
from app.engine.session import EngineSession
from app.paths import policy_path, settings_path
from app.settings import Settings, load_settings


@dataclass(frozen=True)
class Wanted:
    """What the options and the settings ask for."""

    length: Length
    exam: str
    model: Path | None
    prompt_style: str
    max_tokens: int
    settings: Settings

    @staticmethod
    def from_options(length: Length, exam: str, model: Path | None, style: str, max_tokens: int | None) -> Wanted:
        loaded = load_settings(settings_path(), policy_path())
        for problem in loaded.problems:
            sys.stderr.write(f"{problem}\n")
        settings = loaded.settings
        return Wanted(length, exam, model, style, max_tokens or settings.max_tokens, settings)


class Desk:
    """A loaded model and what is wanted of it."""

    def __init__(self, session: EngineSession, wanted: Wanted) -> None:
        """Load the model.

        Raises:
            ModelError, EngineError: the model cannot be used, or the engine failed.
        """
        self._session = session
        self._wanted = wanted
        path = choose_model(wanted.model, wanted.settings)
        self.ready = load_chosen(session, path, wanted.prompt_style, wanted.settings)
        self.card = Card.from_json(self.ready.card) if self.ready.card else None

    def draft(self, findings: Findings, exam: str) -> dict[str, Any]:
        """The draft as the object that `--json` prints.

        Raises:
            InputError, EngineError: the findings cannot be summarized, or the engine failed.
        """
        check_substance(findings.text)
        exam = self._wanted.exam or exam
        finished = self._session.draft(
            findings,
            length=self._wanted.length,
            max_tokens=self._wanted.max_tokens,
            exam=exam,
            copy_only=self._wanted.settings.copy_only,
            recommendations=self._wanted.settings.recommendations,
        )
        return _as_object(finished, self.ready, out_of_scope(self.card, exam))


def draft_one(file: Path, wanted: Wanted, *, as_json: bool) -> None:
    """Draft from one text and print the impression; with what is to be known about it on stderr.

    Raises:
        WorkstationError: whatever prevents it.
    """
    report = read_report(file)
    check_substance(report.findings)
    with EngineSession() as session:
        desk = Desk(session, wanted)
        drafted = desk.draft(report.for_drafting, report.exam)
    if as_json:
        _print(drafted)
        return
    for remark in _remarks(drafted):
        sys.stderr.write(f"{remark}\n")
    sys.stdout.write(f"{drafted['impression']}\n")


def draft_lines(file: Path, wanted: Wanted) -> int:
    """Draft from each line, in order; the exit code: 4 when the engine failed on some line.

    Raises:
        WorkstationError: whatever prevents the start.
    """
    code = 0
    with open_input(file) as lines, EngineSession() as session:
        desk = Desk(session, wanted)
        for raw in _counted(lines):
            answer, error = _draft_line(desk, raw)
            _print(answer)
            if isinstance(error, EngineError):
                code = error.exit_code
            if isinstance(error, EngineNotStarted):
                raise error
    return code


def _draft_line(desk: Desk, raw: bytes) -> tuple[dict[str, Any], WorkstationError | None]:
    line = Line()
    try:
        line = read_line(raw)
        if line.problem:
            raise LineInvalid(line.problem)
        return {"id": line.id} | desk.draft(line.findings, line.exam), None
    except WorkstationError as error:
        return {"id": line.id, "error": str(error)}, error


def _counted(lines: IO[bytes]) -> Iterator[bytes]:
    """The lines that are not blank, counted on stderr where somebody looks at it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description} {task.completed:.0f}"),)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Drafts", total=None)
        for raw in lines:
            if raw.strip():
                yield raw
                progress.advance(task)


def _as_object(finished: Finished, ready: Ready, scope: str | None) -> dict[str, Any]:
    return {
        "impression": finished.text,
        "prompt_tokens": finished.prompt_tokens,
        "output_tokens": finished.output_tokens,
        "first_token_ms": round(finished.first_token_ms, 1),
        "tokens_per_second": round(finished.tokens_per_second, 1),
        "finish": finished.finish,
        "interventions": finished.interventions,
        "marks": [{"start": mark.start, "end": mark.end, "kind": mark.kind} for mark in finished.marks],
        "device": ready.device,
        "out_of_scope": scope,
        "model": {
            "name": ready.name,
            "sha256": ready.sha256,
            "quantization": ready.quantization,
            "prompt_id": ready.prompt_id,
        },
    }


def _remarks(drafted: dict[str, Any]) -> list[str]:
    remarks = [drafted["out_of_scope"]] if drafted["out_of_scope"] else []
    if drafted["finish"] == "length":
        remarks.append(f"The draft was cut off after {drafted['output_tokens']} tokens; --max-tokens allows more.")
    kinds = dict.fromkeys(mark["kind"] for mark in drafted["marks"])
    return remarks + [f"▲ {remark_on(kind)}" for kind in kinds]


def _print(drafted: dict[str, Any]) -> None:
    # Escaped, so that no terminal's or pipe's encoding can refuse it.
    sys.stdout.write(json.dumps(drafted) + "\n")
    sys.stdout.flush()
