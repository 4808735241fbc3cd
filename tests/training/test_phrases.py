"""The table is built from what many reports hold, proved on the file that was written, and refused otherwise."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.domain.card import Card
from app.domain.errors import FileUnreadable, LineInvalid, ModelUnsupported, OutputUnwritable, PhrasesUnusable
from app.domain.prompt import prompt_id
from app.models.phrases import BEGIN, Guess, PhrasesHeader, read_phrases, write_phrases
from tests.tiny_llama import write_tiny_llama
from tests.training.test_phrase_privacy import STITCHED, WORDS, all_rare_runs, can_be_read, decode, tokens_of
from training.__main__ import app
from training.phrase_drafts import Drafts, read_drafts
from training.phrases import Source, build_phrases, check_phrases, frequent_entries, source_of, uses_of

SOURCE = Source(tokenizer="a1", vocabulary=99, prompt_id="p", adapter_sha256="f0")
# A letter-word each: common phrases, phrases that one report stitches together, sentences of one report each.
UNIQUE = ["b a d c f e h g j i", "p q r a b c d e f g x y z", "z y x w v u t s r q p"]
TEXTS = [*STITCHED, *UNIQUE, *(f"a b c d e f g h {word}" for word in "pqrs")]


def drafts_of(texts: list[str]) -> Drafts:
    return Drafts(tuple(texts), tuple(tokens_of(text) for text in texts), 0)


def recovered(path: Path) -> dict[tuple[int, ...], int]:
    """Every entry of a table, by trying all contexts there can be."""
    phrases = read_phrases(path)
    known = [BEGIN, *range(len(WORDS))]
    found = {}
    for order in phrases.header.orders:
        for context in itertools.product(known, repeat=order):
            # Four words of 26 are too many to try; those that follow from three are enough to try.
            if order == 4 and context[1:] not in found:
                continue
            if guess := phrases.entry(context):
                found[context] = guess.token
    return found


@pytest.fixture
def three_orders(monkeypatch):
    """Contexts short enough that a test can try them all."""
    monkeypatch.setattr("training.phrases.ORDERS", (3, 2, 1))


def test_no_rare_run_can_be_read_back_from_the_file(tmp_path, three_orders):
    """The attack on the file alone: every context is tried, every way to read on is taken."""
    made = build_phrases(drafts_of(TEXTS), decode, SOURCE, tmp_path / "table")
    entries = recovered(tmp_path / "table")
    assert len(entries) == len(read_phrases(tmp_path / "table")) == made.kept < made.frequent
    rare = list(all_rare_runs(TEXTS, 5))
    assert len(rare) > 20
    assert not any(can_be_read(entries, run) for run in rare)
    # The common phrases are what the table is for.
    assert can_be_read(entries, tuple("abcdefgh"))
    assert can_be_read(entries, tuple("hijklmno"))
    # Without what was taken out for it, the attack would have worked.
    everything = frequent_entries(drafts_of(TEXTS).tokens, (3, 2, 1))
    assert any(can_be_read({context: guess.token for context, guess in everything.items()}, run) for run in rare)


def test_greedy_walk_from_every_context_ends_in_nothing_rare(tmp_path, three_orders):
    """The attack with the table's own guesses, longest context first, from wherever it can begin."""
    build_phrases(drafts_of(TEXTS), decode, SOURCE, tmp_path / "table")
    phrases, rare = read_phrases(tmp_path / "table"), set(all_rare_runs(TEXTS, 5))
    for beginning in recovered(tmp_path / "table"):
        walked = list(beginning)
        while len(walked) < 30 and (guess := phrases.guess(walked)):
            walked.append(guess.token)
        words = [WORDS[token] for token in walked if token != BEGIN]
        ends = itertools.combinations(range(len(words) + 1), 2)
        assert not {tuple(words[start:end]) for start, end in ends} & rare


def test_an_entry_needs_five_reports_not_five_places():
    drafts = [tokens_of("a b a b a b a b a b a b")] * 4 + [tokens_of("c d")] * 5
    found = frequent_entries(drafts)
    assert (tokens_of("a")) not in found
    assert found[tokens_of("c")] == Guess(tokens_of("d")[0], 1.0)
    assert found[(BEGIN,)] == Guess(tokens_of("c")[0], 5 / 9)
    assert (BEGIN, BEGIN) not in found


def test_only_the_best_continuation_is_kept_with_its_share():
    drafts = [tokens_of("a b")] * 6 + [tokens_of("a c")] * 10
    assert frequent_entries(drafts)[tokens_of("a")] == Guess(tokens_of("c")[0], 10 / 16)


def test_uses_count_where_an_entry_is_asked_and_right():
    drafts = [tokens_of("a b")] * 5
    assert uses_of(frequent_entries(drafts), drafts) == {(BEGIN,): 5, (BEGIN, 0): 5}


def test_table_that_betrays_is_refused_and_not_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("training.phrases.without_rare_runs", lambda continuations, *_: continuations)
    with pytest.raises(PhrasesUnusable, match="can be read"):
        build_phrases(drafts_of(TEXTS), decode, SOURCE, tmp_path / "table")
    assert not list(tmp_path.iterdir())


def _header(**changes) -> PhrasesHeader:
    return replace(PhrasesHeader("a1", 99, (4, 3, 2, 1), 5, 9, "p", "f0"), **changes)


def test_check_refuses_what_the_drafts_do_not_hold(tmp_path):
    """A table that somebody else wrote: an entry of four reports, one of none, one that says something else."""
    drafts = drafts_of(["a b c"] * 4 + ["d e"] * 5)
    for entries, reason in (
        ({tokens_of("a"): Guess(1, 1.0)}, "fewer than 5"),
        ({tokens_of("x"): Guess(1, 1.0)}, "not from these drafts"),
        ({tokens_of("d"): Guess(5, 1.0)}, "fewer than 5"),
    ):
        write_phrases(tmp_path / "table", entries, _header())
        with pytest.raises(PhrasesUnusable, match=reason):
            check_phrases(tmp_path / "table", drafts, decode)
    write_phrases(tmp_path / "table", {tokens_of("d"): Guess(4, 1.0)}, _header())
    assert check_phrases(tmp_path / "table", drafts, decode) == 1


def test_output_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(OutputUnwritable):
        build_phrases(drafts_of(TEXTS), decode, SOURCE, tmp_path / "nowhere" / "table")


def _line(name: str, text: str = "a b", **changes) -> str:
    told = {"id": name, "impression": text, "finish": "stop", "model": {"sha256": "m", "prompt_id": "p"}}
    return json.dumps(told | changes) + "\n"


def test_only_whole_drafts_count_and_each_report_once(tmp_path):
    path = tmp_path / "drafts.jsonl"
    path.write_text(
        _line("1") + _line("1", "c") + _line("2", finish="length") + _line("3", error="no findings") + _line("4", "c d")
    )
    read = read_drafts(path, tokens_of, "p")
    assert read == Drafts(("a b", "c d"), ((0, 1), (2, 3)), 3)


@pytest.mark.parametrize(
    "line",
    ["no json\n", "[]\n", "{}\n", _line("2", model={"sha256": "other", "prompt_id": "p"}), _line("2", model=None)],
)
def test_line_that_is_no_draft_of_this_model_is_refused(tmp_path, line):
    path = tmp_path / "drafts.jsonl"
    path.write_text(_line("1") + line)
    with pytest.raises(LineInvalid, match="line 2"):
        read_drafts(path, tokens_of, "p")


def test_drafts_of_another_wording_or_no_file_are_refused(tmp_path):
    path = tmp_path / "drafts.jsonl"
    path.write_text(_line("1"))
    with pytest.raises(LineInvalid, match="another model"):
        read_drafts(path, tokens_of, "another")
    with pytest.raises(FileUnreadable):
        read_drafts(tmp_path / "none", tokens_of, "p")


def test_command_builds_and_judges_a_table(tmp_path):
    """With a model's own tokenizer; what is printed holds no word of a report."""
    asked = prompt_id("chatml")
    card = Card(name="Tiny", prompt_style="chatml", prompt_id=asked, adapter_sha256="f0")
    model = write_tiny_llama(tmp_path / "model.gguf", card=card)
    made_by = {"sha256": "m", "prompt_id": asked}
    lines = [_line(f"c{number}", "No acute disease.", model=made_by) for number in range(6)]
    lines.append(_line("one", "Seven words that nobody else has ever written.", model=made_by))
    (tmp_path / "drafts.jsonl").write_text("".join(lines))
    arguments = ["phrases", "--model", str(model), "--drafts", str(tmp_path / "drafts.jsonl")]
    arguments += ["--output", str(tmp_path / "model.phrases")]
    printed = CliRunner().invoke(app, arguments)
    assert printed.exit_code == 0, printed.output
    phrases = read_phrases(tmp_path / "model.phrases")
    assert phrases.header.adapter_sha256 == "f0"
    assert phrases.header.reports == 7
    assert phrases.tokenizer == source_of(model).tokenizer
    assert "acute" not in printed.output
    # Letter by letter, from nothing to the end of the reply.
    written = [BEGIN]
    while guess := phrases.guess(written[-4:]):
        written.append(guess.token)
    assert len(written) - 2 == len("No acute disease.")
    assert written[-1] == 2
    judged = CliRunner().invoke(app, [*arguments, "--check"])
    assert judged.exit_code == 0
    assert judged.stdout.endswith("passes\n")


def test_model_without_a_card_is_refused(tmp_path):
    with pytest.raises(ModelUnsupported):
        source_of(write_tiny_llama(tmp_path / "foreign.gguf"))
