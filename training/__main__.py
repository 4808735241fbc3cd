"""The command line of the pipeline that makes a model: pairs, finetune, evaluate."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="From a report corpus to a LoRA adapter and its scores: pairs, then finetune, then evaluate.",
)


@app.command()
def pairs(
    output: Annotated[Path, typer.Option(help="Folder for train/validation/test.jsonl and pairs.json.")],
    openi: Annotated[Path | None, typer.Option(help="NLMCXR_reports.tgz or the folder of its XML files.")] = None,
    parrot: Annotated[Path | None, typer.Option(help="PARROT reports as JSON lines.")] = None,
) -> None:
    """Clean reports, reject with a named reason, split by findings and write the pairs."""
    from training.openi import read_openi
    from training.pairs import write_pairs
    from training.parrot import read_parrot

    if not openi and not parrot:
        raise typer.BadParameter("give at least one corpus: --openi or --parrot")
    sources = itertools.chain(read_openi(openi) if openi else (), read_parrot(parrot) if parrot else ())
    counts = write_pairs(sources, output)
    for title, group in (("kept", counts.kept), ("rejected", counts.rejected), ("cleaned", counts.cleaned)):
        for reason, count in sorted(group.items()):
            typer.echo(f"{title:9} {count:6}  {reason}")
    typer.echo(f"wrote {output}")


@app.command()
def finetune(
    pairs: Annotated[Path, typer.Option(help="Folder that the command pairs wrote.")],
    output: Annotated[Path, typer.Option(help="Adapter folder to write.")],
    recipe: Annotated[Path, typer.Option(help="Recipe as TOML; see training/recipes/.")],
    base: Annotated[
        Path | None, typer.Option(help="Base model: GGUF file or Hugging Face folder; default: the embedded one.")
    ] = None,
    start: Annotated[
        Path | None, typer.Option(help="Adapter folder to go on from, of the same rank; default: a new adapter.")
    ] = None,
) -> None:
    """Train a LoRA adapter: loss on the impression only, on a GPU if there is one, else on the CPU."""
    from training.base import default_base
    from training.finetune import finetune as run
    from training.recipe import read_recipe

    card = run(pairs, base or default_base(), read_recipe(recipe), output, typer.echo, start)
    typer.echo(f"wrote {output} (adapter {card.adapter_sha256[:12]}, validation loss {card.scores['validation loss']})")


@app.command()
def evaluate(
    pairs: Annotated[Path, typer.Option(help="Folder that the command pairs wrote.")],
    output: Annotated[Path, typer.Option(help="Folder for drafts.jsonl and scores.json.")],
    model: Annotated[Path | None, typer.Option(help="GGUF model; default: the installed default model.")] = None,
    prompt_style: Annotated[str, typer.Option(help="For a model that states none.")] = "",
) -> None:
    """Score a model on the test pairs with the app's own engine, beside the two baselines."""
    from rich.console import Console
    from rich.table import Table

    from app.engine.session import EngineSession
    from app.paths import default_model_path
    from training.evaluate import evaluate as run

    with EngineSession() as engine:
        ready = engine.load(str(model or default_model_path()), prompt_style=prompt_style)
        rows = run(pairs, engine, ready, output)
    table = Table(
        "system", "part", "n", "R-1", "R-2", "R-L", "length ratio", "exact %", "words", "FindingF1", "present"
    )
    for row in rows:
        s = row.scores
        figures = (s.rouge1, s.rouge2, s.rougeL, s.length_ratio, s.exact, s.words, s.finding_f1, s.finding_f1_present)
        table.add_row(row.system, row.part, str(s.count), *(f"{figure:.2f}" for figure in figures))
    # Where nobody looks at a terminal, the table keeps its width.
    console = Console()
    Console(width=None if console.is_terminal else 120).print(table)
    typer.echo(f"wrote {output}")


def main() -> None:
    """Entry point of radiology-gpt-train."""
    app()


if __name__ == "__main__":
    main()
