"""The command line of the pipeline that makes a model: pairs, finetune, evaluate, phrases."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.domain.errors import WorkstationError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="From a report corpus to a LoRA adapter and its scores: pairs, finetune, evaluate; then phrases, for speed.",
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


@app.command()
def phrases(
    drafts: Annotated[Path, typer.Option(help="What `radiology-gpt draft --jsonl` printed for the training findings.")],
    output: Annotated[Path, typer.Option(help="The phrase table to write, or with --check to judge.")],
    model: Annotated[
        Path | None, typer.Option(help="The GGUF model that drafted; default: the installed default model.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Judge the table that is there, and write nothing.")] = False,
) -> None:
    """Count a model's own drafts into the phrase table that makes it faster; refuse one that betrays a report."""
    from app.paths import default_model_path
    from training.base import encode, load_tokenizer
    from training.phrase_drafts import read_drafts
    from training.phrase_privacy import SHORTEST_RUN
    from training.phrases import LEAST_REPORTS, build_phrases, check_phrases, source_of

    model = model or default_model_path()
    source, tokenizer = source_of(model), load_tokenizer(model)
    read = read_drafts(
        drafts, lambda text: [*encode(tokenizer, [(text, False)]), tokenizer.eos_token_id], source.prompt_id
    )

    def decode(tokens: Sequence[int]) -> str:
        return str(tokenizer.decode(list(tokens), clean_up_tokenization_spaces=False))

    typer.echo(f"{len(read.texts)} drafts counted, {read.left_out} lines left out")
    if not check:
        made = build_phrases(read, decode, source, output)
        typer.echo(
            f"{made.frequent} entries from {LEAST_REPORTS} reports or more, {made.frequent - made.kept} taken out"
        )
    entries = check_phrases(output, read, decode)
    typer.echo(
        f"{entries} entries in {output.stat().st_size} bytes; of the runs of {SHORTEST_RUN} words or more that fewer "
        f"than {LEAST_REPORTS} reports hold, none can be read"
    )
    typer.echo(f"{output} passes" if check else f"wrote {output}")


def main() -> None:
    """Entry point of radiology-gpt-train; a WorkstationError is shown as its sentence and remedy."""
    try:
        app()
    except WorkstationError as error:
        typer.echo(error, err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
