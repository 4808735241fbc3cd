"""The command line radiology-gpt-convert: build, default, verify, card.

stdout carries results only; progress goes to stderr, as a bar on a terminal and as lines otherwise.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from app.domain.errors import WorkstationError
from app.domain.prompt import STYLES
from app.models.installed import inspect_model
from app.paths import default_model_path, resources_dir
from convert.adapter import open_adapter
from convert.base import default_base_path, open_gguf
from convert.build import Report, build
from convert.huggingface import open_folder
from convert.plan import Plan, make_plan

if TYPE_CHECKING:
    from convert.verify import Verification

command = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Make a model file for Radiology-GPT Workstation from a base model and a LoRA adapter.",
)

Quantization = Literal["Q8_0", "F16", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"]


@command.command("build")
def build_command(
    base: Annotated[Path, typer.Argument(help="A GGUF file, or a Hugging Face folder of a LLaMA-family model.")],
    output: Annotated[Path, typer.Option(help="The model file to write.")],
    adapter: Annotated[
        Path | None, typer.Option(help="The adapter's folder, as radiology-gpt-train writes it; none: the base alone.")
    ] = None,
    quantization: Annotated[
        Quantization | None,
        typer.Option(
            "--type",
            help="Left out, what the adapter was trained for, else Q8_0. Q4_K_M or Q5_K_M for 7 billion weights; Q4_0 "
            "only for an adapter trained for it.",
        ),
    ] = None,
    prompt_style: Annotated[
        str,
        typer.Option(help=f"{' or '.join(STYLES)}: how the model is asked; needed where no adapter's card says it."),
    ] = "",
) -> None:
    """Merge an adapter into a base, quantize, and write one GGUF file that carries its card."""
    opened = open_folder(base) if base.is_dir() else open_gguf(base)
    merged = open_adapter(adapter) if adapter else None
    _build(make_plan(opened, merged, output, quantization, prompt_style))


@command.command()
def default(
    output: Annotated[
        Path | None, typer.Option(help="Where to write it; left out, where the app looks for it.")
    ] = None,
) -> None:
    """Build the default model: the base that comes with the program, and the adapter in its resources."""
    adapter = open_adapter(resources_dir() / "adapter")
    _build(make_plan(open_gguf(default_base_path()), adapter, output or default_model_path()))


@command.command("verify")
def verify_command(
    model: Annotated[Path, typer.Argument(help="The model file to check.")],
    reference: Annotated[
        Path | None, typer.Option(help="The same model in a finer type (F16): tokens and answers are compared with it.")
    ] = None,
) -> None:
    """Check that a model can be used: card, prompt, tokens, finite numbers, closeness to a reference."""
    # llama.cpp is loaded only where it is needed: a build on the first start should not wait for it.
    from convert.verify import verify

    for line in _figures(verify(model, reference)):
        typer.echo(line)


@command.command()
def card(model: Annotated[Path, typer.Argument(help="A model file.")]) -> None:
    """Print the card that a model file carries, as JSON."""
    found = inspect_model(model).card
    if found is None:
        typer.echo(f"{model} carries no card: it was not made by radiology-gpt-convert.", err=True)
        raise typer.Exit(3)
    typer.echo(found.to_json(), nl=False)


def main() -> NoReturn:
    """Run the command line; a WorkstationError is shown as its sentence and remedy, with its exit code."""
    # An end asked for politely takes the same way as Ctrl+C, so that half-made files are removed.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        command()
    except WorkstationError as error:
        typer.echo(error, err=True)
        sys.exit(error.exit_code)
    sys.exit(0)


def _interrupt(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _build(plan: Plan) -> None:
    with _reporting() as report:
        is_new = build(plan, report)
    typer.echo(f"wrote {plan.output}" if is_new else f"{plan.output} is up to date")


def _figures(done: Verification) -> Iterator[str]:
    yield f"{done.model.name}: {done.model.quantization}, {done.model.size / 1e6:,.1f} MB"
    yield f"prompt {done.model.prompt_style}, {done.tokens} probe tokens, all numbers finite"
    if done.divergence is not None:
        yield f"against the reference: divergence {done.divergence:.5f} nats, same choice {done.agreement:.1%}"
        yield f"size {done.size_ratio:.1%} of the reference"


@contextmanager
def _reporting() -> Iterator[Report]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _say
        return
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %  {task.description}"))
    with Progress(*columns, console=console, transient=True) as progress:
        shown = progress.add_task("", total=1.0)

        def show(done: float, task: str) -> None:
            progress.update(shown, completed=done, description=task)

        yield show


def _say(done: float, task: str) -> None:
    typer.echo(f"progress {done:.2f} {task}", err=True)


if __name__ == "__main__":
    main()
