"""`radiology-gpt draft`: findings from a file or stdin, the impression to stdout, one or many."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress, TextColumn

from app.commands.chosen_model import choose_model, load_chosen
from app.commands.findings_input import Line, open_input, read_line, read_report
from app.domain.card import Card
from app.domain.copy_only import remark_on
from app.domain.errors import EngineError, EngineNotStarted, LineInvalid, ModelError, WorkstationError
from app.domain.prompt import Length
from app.domain.report import Findings
from app.domain.scope import out_of_scope
from app.domain.substance import check_substance
from app.engine.order import Order
from app.engine.protocol import Finished, Ready
from app.engine.session import EngineSession
from app.paths import policy_path, settings_path
from app.settings import Settings, load_settings

_Counted = TypeVar("_Counted")


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
        order = self._order(findings, exam)
        finished = self._session.draft(
            order.findings,
            length=order.length,
            max_tokens=order.max_tokens,
            exam=order.exam,
            copy_only=order.copy_only,
            recommendations=order.recommendations,
        )
        return self._as_object(finished, exam)

    def draft_many(self, lines: Iterable[Line]) -> Iterator[tuple[Line, dict[str, Any] | WorkstationError]]:
        """Each line with its draft or the error that it got, in order."""
        asked: deque[Line] = deque()

        def orders() -> Iterator[Order | WorkstationError]:
            for line in lines:
                asked.append(line)
                try:
                    if line.problem:
                        raise LineInvalid(line.problem)
                    yield self._order(line.findings, line.exam)
                except WorkstationError as error:
                    yield error

        for answer in self._session.draft_many(orders()):
            line = asked.popleft()
            yield line, answer if isinstance(answer, WorkstationError) else self._as_object(answer, line.exam)

    def _order(self, findings: Findings, exam: str) -> Order:
        """Raises FindingsEmpty, NothingToSummarize."""
        check_substance(findings.text)
        return Order(
            findings,
            length=self._wanted.length,
            max_tokens=self._wanted.max_tokens,
            exam=self._wanted.exam or exam,
            copy_only=self._wanted.settings.copy_only,
            recommendations=self._wanted.settings.recommendations,
        )

    def _as_object(self, finished: Finished, exam: str) -> dict[str, Any]:
        return _as_object(finished, self.ready, out_of_scope(self.card, self._wanted.exam or exam))


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
    """Draft from each line, several at once, printed in order; the exit code: 4 when the engine failed on some line.

    Raises:
        WorkstationError: whatever prevents the start.
    """
    code = 0
    with open_input(file) as lines, EngineSession() as session:
        desk = Desk(session, wanted)
        for line, drafted in _counted(desk.draft_many(_read(lines.fileno()))):
            if isinstance(drafted, WorkstationError):
                _print({"id": line.id, "error": str(drafted)})
            else:
                _print({"id": line.id} | drafted)
            if isinstance(drafted, EngineError | ModelError):
                code = drafted.exit_code
            if isinstance(drafted, EngineNotStarted):
                raise drafted
    return code


def _read(descriptor: int) -> Iterator[Line]:
    """The lines that are not blank."""
    # A reader of its own, never closed: when the program ends, a thread may still wait in it for a line, and Python
    # could neither close it nor end with stdin's own reader in use.
    lines = open(descriptor, "rb", closefd=False)  # noqa: SIM115
    return (read_line(raw) for raw in lines if raw.strip())


def _counted(drafts: Iterator[_Counted]) -> Iterator[_Counted]:
    """The drafts, counted on stderr where somebody looks at it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description} {task.completed:.0f}"),)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Drafts", total=None)
        for draft in drafts:
            yield draft
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
