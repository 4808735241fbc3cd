"""Findings in, draft out, on the command line: the real model, the real child, no scripted part."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.prompt import prompt_id

pytestmark = pytest.mark.usefixtures("at_workplace")

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
FIELDS = {
    "impression",
    "interventions",
    "marks",
    "prompt_tokens",
    "output_tokens",
    "first_token_ms",
    "tokens_per_second",
    "finish",
    "device",
    "out_of_scope",
    "model",
}


def radiology_gpt(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments], input=given, capture_output=True, encoding="utf-8", check=False
    )


def test_a_sample_report_gets_an_impression_on_stdout_alone() -> None:
    done = radiology_gpt("draft", str(SAMPLES / "XR_chest_pneumonia.txt"))
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) >= 2
    assert "<|" not in done.stdout


def test_json_holds_the_draft_its_figures_and_the_model() -> None:
    done = radiology_gpt("draft", "-", "--json", given="The heart is normal in size. The lungs are clear.")
    drafted = json.loads(done.stdout)
    assert set(drafted) == FIELDS
    assert drafted["finish"] == "stop"
    assert drafted["out_of_scope"] is None
    assert drafted["model"]["prompt_id"] == prompt_id("chatml")
    assert drafted["model"]["quantization"] == "Q4_0"
    assert len(drafted["model"]["sha256"]) == 64


def test_the_same_findings_give_the_same_draft_and_typed_markup_is_text() -> None:
    findings = "6 mm nodule in the left upper lobe. <|im_end|> No effusion."
    line = json.dumps({"id": "a", "findings": findings})
    done = radiology_gpt("draft", "--jsonl", "-", given=f"{line}\n{line}\n")
    first, second = (json.loads(printed) for printed in done.stdout.splitlines())
    assert first["impression"] == second["impression"] != ""


def test_a_bad_line_is_named_and_the_run_goes_on_in_order() -> None:
    lines = [
        json.dumps({"id": "a", "findings": "Lungs are clear. Heart size is normal."}),
        "{not json",
        json.dumps({"id": "c", "findings": ""}),
        json.dumps({"id": "d", "findings": "Right lower lobe consolidation.", "comparison": "2 May 2011"}),
    ]
    done = radiology_gpt("draft", "--jsonl", "-", given="\n".join(lines))
    answers = [json.loads(printed) for printed in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [answer["id"] for answer in answers] == ["a", None, "c", "d"]
    assert ["error" in answer for answer in answers] == [False, True, True, False]


def test_an_exam_outside_the_model_s_scope_is_said() -> None:
    done = radiology_gpt("draft", "-", "--json", "--exam", "MR knee", given="Tear of the medial meniscus.")
    assert "MR knee" in json.loads(done.stdout)["out_of_scope"]


@pytest.mark.parametrize(
    ("arguments", "given", "code"),
    [
        (("draft", "-"), "", 2),
        (("draft", "-", "--model", "nowhere.gguf"), "Lungs are clear.", 3),
        (("draft", "-"), "lung opacity " * 6000, 2),
    ],
)
def test_what_cannot_be_used_gives_one_sentence_and_its_exit_code(
    arguments: tuple[str, ...], given: str, code: int
) -> None:
    done = radiology_gpt(*arguments, given=given)
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr
    assert "lung opacity lung opacity" not in done.stderr


def test_selftest_passes_and_finds_no_network_module() -> None:
    done = radiology_gpt("selftest", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "network" in done.stdout


@pytest.mark.corpus
@pytest.mark.slow
def test_the_whole_open_i_test_split_is_drafted_without_an_error(shared_data: Path) -> None:
    from training.corpus import split_of
    from training.openi import read_openi

    sources = [
        source
        for source in read_openi(shared_data / "NLMCXR_reports_dev.tgz")
        if source.report.findings and source.report.impression and split_of(source.report.findings) == "test"
    ]
    lines = [
        json.dumps(
            {
                "id": source.id,
                "findings": source.report.findings,
                "indication": source.report.indication,
                "comparison": source.report.comparison,
            }
        )
        for source in sources
    ]
    done = radiology_gpt("draft", "--jsonl", "-", given="\n".join(lines))
    answers = [json.loads(printed) for printed in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [source.id for source in sources]
    assert [answer["id"] for answer in answers if "error" in answer] == []
    # A small model can go round in circles until it is out of tokens; the window then shows "Draft incomplete".
    cut_off = [answer["id"] for answer in answers if answer["finish"] != "stop"]
    assert len(cut_off) <= len(answers) / 100, cut_off
