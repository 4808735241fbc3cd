"""`radiology-gpt review`: an impression checked against its findings, one report or one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from app.commands.findings_input import open_input
from app.domain.errors import FileUnreadable, LineInvalid, ReviewInputMissing
from app.review.flags import Flag, Link, Origin, Review
from app.review.second_reader import review

_TEXTS = ("exam", "indication", "comparison", "sex", "prior_report")


def review_command(
    lines: Annotated[Path, typer.Argument(metavar="[LINES]", help="With --jsonl: a file; - for stdin.")] = Path("-"),
    findings: Annotated[Path | None, typer.Option(metavar="FILE", help="Findings as UTF-8 text; - for stdin.")] = None,
    impression: Annotated[Path | None, typer.Option(metavar="FILE", help="The impression as UTF-8 text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object with flags and links.")] = False,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help='Read lines {"id", "findings", "impression", "exam"?, "indication"?, "comparison"?, "sex"?, "age"?, '
            '"origin"?} from LINES; print one each.',
        ),
    ] = False,
    exam: Annotated[str, typer.Option(metavar="TEXT", help='What was done ("XR LEFT KNEE").')] = "",
    indication: Annotated[str, typer.Option(metavar="TEXT")] = "",
    comparison: Annotated[str, typer.Option(metavar="TEXT", help="Earlier examinations, if any.")] = "",
    prior_report: Annotated[Path | None, typer.Option(metavar="FILE", help="The earlier report.")] = None,
    sex: Annotated[str, typer.Option(metavar="F|M")] = "",
    age: Annotated[str, typer.Option(metavar="YEARS")] = "",
    origin: Annotated[Origin, typer.Option(help="Who wrote the impression.")] = "model",
) -> None:
    """Check an impression against its findings and say which findings support each sentence."""
    if jsonl:
        review_lines(lines)
        return
    if findings is None or impression is None:
        raise ReviewInputMissing
    reviewed = review(
        _read_text(findings),
        text := _read_text(impression),
        exam=exam,
        indication=indication,
        comparison=comparison,
        prior_report=_read_text(prior_report) if prior_report else "",
        sex=sex,
        age=age,
        origin=origin,
    )
    sys.stdout.write(json.dumps(as_object(reviewed)) + "\n" if as_json else _for_reading(reviewed, text))


def review_lines(file: Path) -> None:
    """Review each line, in order; a line that cannot be used is answered with its id and the reason.

    Raises:
        FileUnreadable: the file cannot be opened.
    """
    with open_input(file) as lines:
        for raw in lines:
            if raw.strip():
                sys.stdout.write(json.dumps(_answer(raw)) + "\n")
                sys.stdout.flush()


def as_object(reviewed: Review) -> dict[str, Any]:
    """Flags and links as `--json` prints them."""
    return {"flags": [_flag(flag) for flag in reviewed.flags], "links": [_link(link) for link in reviewed.links]}


def _read_text(file: Path) -> str:
    """A file's text with its own line ends: spans count them.

    Raises:
        FileUnreadable: it cannot be opened or is not UTF-8.
    """
    try:
        with open_input(file) as stream:
            return stream.read().decode("utf-8-sig")
    except OSError as error:
        raise FileUnreadable(file, error.strerror or "it cannot be read") from None
    except UnicodeDecodeError:
        raise FileUnreadable(file, "it is not UTF-8 text") from None


def _answer(raw: bytes) -> dict[str, Any]:
    identity: Any = None
    try:
        given = _object(raw)
        identity = given.get("id")
        return {"id": identity} | as_object(_review_line(given))
    except LineInvalid as error:
        return {"id": identity, "error": str(error)}


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise LineInvalid("it is not JSON in UTF-8") from None
    if not isinstance(given, dict):
        raise LineInvalid("it is not an object")
    return given


def _review_line(given: Mapping[str, Any]) -> Review:
    identity = given.get("id")
    if not isinstance(identity, str | int | float) or isinstance(identity, bool):
        raise LineInvalid('it has no "id" (a text or a number)')
    for name in ("findings", "impression"):
        if not isinstance(given.get(name), str):
            raise LineInvalid(f'it has no "{name}" (a text)')
    texts = {name: given.get(name) or "" for name in _TEXTS}
    if strange := [name for name, text in texts.items() if not isinstance(text, str)]:
        raise LineInvalid(f'"{strange[0]}" is not a text')
    age = given.get("age")
    if age is not None and (isinstance(age, bool) or not isinstance(age, int | float | str)):
        raise LineInvalid('"age" is not a number')
    origin: Origin = given.get("origin") or "model"
    if origin not in get_args(Origin):
        raise LineInvalid(f'"origin" is neither {" nor ".join(get_args(Origin))}')
    years = None if age is None else str(age)
    return review(given["findings"], given["impression"], age=years, origin=origin, **texts)


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "kind": flag.kind,
        "severity": flag.severity.value,
        "message": flag.message,
        "impression_span": _span(flag.impression_span),
        "findings_span": _span(flag.findings_span),
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "impression_span": _span(link.impression_span),
        "findings_spans": [_span(span) for span in link.findings_spans],
        "support": link.support,
    }


def _span(span: tuple[int, int] | None) -> list[int] | None:
    return list(span) if span else None


def _for_reading(reviewed: Review, impression: str) -> str:
    """The flags one a line, then each sentence with its support."""
    lines = [f"{flag.severity.value:8}  {flag.kind}: {flag.message}" for flag in reviewed.flags]
    for link in reviewed.links:
        sentence = " ".join(impression[slice(*link.impression_span)].split())
        lines.append(f"{link.support:8}  {sentence}")
    return "\n".join(lines) + "\n" if lines else ""
