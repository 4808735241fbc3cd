"""The commands' names, options and exit codes: stable, because scripts rely on them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from app.commands.review import review_command
from app.domain.errors import DisplayMissing, WorkstationError
from app.domain.prompt import Length

_EXIT_CODES = "Exit codes: 0 done, 2 bad input, 3 no usable model, 4 the engine failed, 5 no display."

commands = typer.Typer(
    name="radiology-gpt",
    help="Drafts the impression of a radiology report from its findings, offline. Without a command: the window.",
    epilog=_EXIT_CODES,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ModelOption = Annotated[
    Path | None, typer.Option("--model", metavar="PATH", help="A GGUF file. Default: the one in the settings.")
]
StyleOption = Annotated[
    str, typer.Option("--prompt-style", metavar="NAME", help="For a model that does not state its own.")
]


def run_commands() -> None:
    """Run what the arguments ask for, and exit; an error is one sentence and its remedy on stderr."""
    for stream in (sys.stdout, sys.stderr):
        # A console's old code page must not end a command over a dash.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        commands()
    except WorkstationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


@contextmanager
def _display_needed() -> Iterator[None]:
    """Qt is imported inside. Raises DisplayMissing: there is none, or a system library that Qt needs is missing."""
    from app.display import require_display

    require_display()
    try:
        yield
    except ImportError as error:
        raise DisplayMissing(f"a system library is missing ({error})") from None


@commands.callback(invoke_without_command=True)
def window(context: typer.Context) -> None:
    """Drafts the impression of a radiology report from its findings, offline. Without a command: the window."""
    if context.invoked_subcommand is not None:
        return
    with _display_needed():
        from app.ui.application import run
    raise typer.Exit(run())


@commands.command(epilog=_EXIT_CODES)
def draft(
    file: Annotated[Path, typer.Argument(help="Findings or a whole report as UTF-8 text; - for stdin.")] = Path("-"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object with the figures.")] = False,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl", help='Read lines {"id", "findings", "indication"?, "comparison"?, "exam"?}; print one each.'
        ),
    ] = False,
    length: Annotated[Length, typer.Option(help="How long, and whether numbered.")] = "standard",
    exam: Annotated[str, typer.Option(metavar="TEXT", help='What was done ("CT CHEST").')] = "",
    model: ModelOption = None,
    prompt_style: StyleOption = "",
    max_tokens: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Where a draft is cut off. Default: as in the settings.")
    ] = None,
) -> None:
    """Print the impression drafted from findings."""
    from app.commands.draft import Wanted, draft_lines, draft_one

    wanted = Wanted.from_options(length, exam, model, prompt_style, max_tokens)
    if jsonl:
        raise typer.Exit(draft_lines(file, wanted))
    draft_one(file, wanted, as_json=as_json)


@commands.command()
def models() -> None:
    """List the installed models with their cards."""
    from app.commands.models import list_models

    list_models()


@commands.command(epilog=_EXIT_CODES)
def selftest(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    model: ModelOption = None,
    prompt_style: StyleOption = "",
) -> None:
    """Check that this installation can draft here."""
    from app.commands.selftest import run_selftest

    raise typer.Exit(run_selftest(model, prompt_style, as_json=as_json))


@commands.command(epilog=_EXIT_CODES)
def bench(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    model: ModelOption = None,
    prompt_style: StyleOption = "",
) -> None:
    """Measure how fast this installation drafts here; takes up to two minutes, in which nothing else should run."""
    from app.commands.bench import run_bench

    run_bench(model, prompt_style, as_json=as_json)


@commands.command("window-figures", hidden=True)
def window_figures(model: ModelOption = None) -> None:
    """What `bench` starts to measure the window."""
    with _display_needed():
        from app.ui.window_figures import run
    raise typer.Exit(run(model))


commands.command("review", epilog=_EXIT_CODES)(review_command)
