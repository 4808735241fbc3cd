"""`radiology-gpt draft`: stdout holds results alone, exit codes say what went wrong."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from app.domain.report import Report

KEYS = {
    "impression",
    "prompt_tokens",
    "output_tokens",
    "first_token_ms",
    "tokens_per_second",
    "finish",
    "device",
    "interventions",
    "marks",
    "out_of_scope",
    "model",
}
REPORT = Report(
    exam="MR knee",
    indication="Pain.",
    comparison="2 May",
    findings="There is a small joint effusion.",
    impression="Effusion.",
)


def test_json_is_one_object_with_the_stated_keys(radiology_gpt, tiny_model):
    done = radiology_gpt("draft", "--json", "--model", tiny_model, "--max-tokens", 6, given="The lungs are clear.")
    assert done.returncode == 0
    drafted = json.loads(done.stdout)
    assert set(drafted) == KEYS
    assert set(drafted["model"]) == {"name", "sha256", "quantization", "prompt_id"}
    assert drafted["device"] == "CPU"
    assert drafted["out_of_scope"] is None
    assert drafted["finish"] in ("stop", "length")


def test_a_whole_report_gives_its_findings_context_and_exam(radiology_gpt, tiny_model, tmp_path):
    file = tmp_path / "report.txt"
    file.write_bytes(b"\xef\xbb\xbf" + REPORT.to_text().replace("\n", "\r\n").encode())
    whole = radiology_gpt("draft", file, "--json", "--model", tiny_model, "--max-tokens", 4)
    assert "MR knee" in json.loads(whole.stdout)["out_of_scope"]
    alone = radiology_gpt("draft", "--json", "--model", tiny_model, "--max-tokens", 4, given=REPORT.findings)
    added = len("Indication: Pain.\nComparison: 2 May\n")
    assert json.loads(whole.stdout)["prompt_tokens"] > json.loads(alone.stdout)["prompt_tokens"] + added // 2


def test_plain_output_is_the_impression_alone_and_remarks_go_to_stderr(radiology_gpt, tiny_model):
    options = ("--model", tiny_model, "--max-tokens", 6, "--exam", "CT abdomen")
    plain = radiology_gpt("draft", *options, given="The lungs are clear.")
    figures = json.loads(radiology_gpt("draft", "--json", *options, given="The lungs are clear.").stdout)
    assert plain.returncode == 0
    assert plain.stdout == figures["impression"] + "\n"
    assert figures["out_of_scope"] in plain.stderr
    assert ("was cut off" in plain.stderr) == (figures["finish"] == "length")


def test_lines_are_answered_in_order_and_bad_ones_do_not_stop_the_run(radiology_gpt, tiny_model):
    lines = [
        json.dumps({"id": 7, "findings": "The lungs are clear."}).encode(),
        b"not json",
        b"",
        json.dumps({"findings": "no id"}).encode(),
        json.dumps({"id": "x", "findings": 3}).encode(),
        json.dumps({"id": "long", "findings": "The liver is normal. " * 200}).encode(),
        json.dumps({"id": "empty", "findings": " "}).encode(),
        b'{"id": "latin", "findings": "\xe9"}',
        json.dumps({"id": "s", "findings": "lone \ud800 surrogate, effusion", "indication": None}).encode(),
    ]
    done = radiology_gpt("draft", "--jsonl", "--model", tiny_model, "--max-tokens", 4, given=b"\r\n".join(lines))
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [line["id"] for line in told] == [7, None, None, "x", "long", "empty", None, "s"]
    assert [set(line) for line in told if "error" in line] == [{"id", "error"}] * 6
    assert [set(line) for line in told if "error" not in line] == [KEYS | {"id"}] * 2
    assert "tokens, limit" in told[4]["error"]
    assert "liver" not in done.stdout + done.stderr


def test_whoever_sends_a_line_and_waits_gets_its_answer_before_the_next(tiny_model):
    command = [sys.executable, "-I", "-m", "app", "draft", "--jsonl", "--model", str(tiny_model), "--max-tokens", "4"]
    lines = [
        json.dumps({"id": 1, "findings": "The lungs are clear."}),
        "no JSON",
        json.dumps({"id": 3, "findings": "x"}),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        told = []
        for line in lines:
            running.stdin.write(f"{line}\n")
            running.stdin.flush()
            told.append(json.loads(running.stdout.readline()))
        running.stdin.close()
        assert running.wait(60) == 0
    assert [line["id"] for line in told] == [1, None, 3]
    assert ["error" in line for line in told] == [False, True, True]


def test_many_lines_are_drafted_as_one_by_one(radiology_gpt, tiny_model, tmp_path):
    """More lines than are drafted at once; each as it would be alone."""
    texts = [f"The lungs are clear. {number} mm nodule." for number in range(40)]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps({"id": number, "findings": text}) for number, text in enumerate(texts)))
    done = radiology_gpt("draft", file, "--jsonl", "--model", tiny_model, "--max-tokens", 6)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in told] == list(range(40))
    for number in (0, 17, 39):
        alone = radiology_gpt("draft", "--json", "--model", tiny_model, "--max-tokens", 6, given=texts[number])
        assert told[number]["impression"] == json.loads(alone.stdout)["impression"]


@pytest.mark.parametrize(
    ("arguments", "given", "code", "said"),
    [
        ((), " \n", 2, "There are no findings."),
        ((), "normal study", 2, "name no organ"),
        ((), b"\xff\xfe\x00", 2, "not UTF-8"),
        (("missing.txt",), "", 2, "cannot be read"),
        (("--length", "short"), "x", 2, "short"),
        (("--model", "missing.gguf"), "The lungs are clear.", 3, "There is no model file"),
    ],
)
def test_errors_are_one_sentence_with_a_remedy_and_an_exit_code(radiology_gpt, arguments, given, code, said):
    done = radiology_gpt("draft", *arguments, given=given)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_foreign_model_is_asked_in_the_style_that_is_named(radiology_gpt, tmp_path):
    from tests.tiny_llama import write_tiny_llama

    foreign = write_tiny_llama(tmp_path / "foreign.gguf")
    options = ("--model", foreign, "--max-tokens", 4)
    assert radiology_gpt("draft", *options, given="The lungs are clear.").returncode == 3
    named = radiology_gpt("draft", *options, "--prompt-style", "alpaca", given="The lungs are clear.")
    assert named.returncode == 0
