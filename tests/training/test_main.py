"""The command line of the pipeline."""

from pathlib import Path

from typer.testing import CliRunner

from tests.training.test_openi import write_corpus
from training.__main__ import app


def test_pairs_prints_the_counts_and_what_it_wrote(tmp_path: Path) -> None:
    write_corpus(tmp_path / "xml")
    output = tmp_path / "pairs"
    printed = CliRunner().invoke(app, ["pairs", "--openi", str(tmp_path / "xml"), "--output", str(output)])
    assert printed.exit_code == 0
    assert "kept" in printed.stdout
    assert printed.stdout.splitlines()[-1] == f"wrote {output}"
    assert (output / "pairs.json").is_file()


def test_pairs_without_a_corpus_is_refused(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["pairs", "--output", str(tmp_path)])
    assert printed.exit_code == 2


def test_every_command_explains_itself() -> None:
    for command in ("pairs", "finetune", "evaluate", "phrases"):
        assert "--" in CliRunner().invoke(app, [command, "--help"]).stdout
