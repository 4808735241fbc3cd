"""`radiology-gpt bench`: every figure is measured, on a model so small that the whole run takes seconds."""

from __future__ import annotations

import json

import pytest

from app.commands import bench
from app.domain.card import Card
from app.domain.prompt import prompt_id
from tests.tiny_llama import number, write_tiny_llama

CARD = Card(name="Tiny", prompt_style="chatml", prompt_id=prompt_id("chatml"), quantization="F32")


@pytest.fixture
def roomy_model(tmp_path):
    """Its tokens are bytes, so 150 words need more room than the tiny model of other tests has."""
    return write_tiny_llama(tmp_path / "roomy.gguf", card=CARD, metadata={"llama.context_length": number(4096)})


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything once or twice."""
    for name, value in {
        "_DRAFTING_SECONDS": 0.0,
        "_FEWEST_DRAFTS": 2,
        "_FIRST_WORDS": 1,
        "_CANCELS": 5,
        "_MAX_TOKENS": 24,
    }.items():
        monkeypatch.setattr(bench, name, value)


@pytest.mark.usefixtures("quick")
def test_everything_is_measured_and_stdout_holds_one_object(roomy_model, capfd):
    bench.run_bench(roomy_model, "", as_json=True)
    out, _ = capfd.readouterr()
    told = json.loads(out)
    assert out == json.dumps(told) + "\n"
    assert told["device"].startswith("CPU, ")
    measured = (
        told["prefill_tps"],
        told["decode_tps"]["plain"],
        told["decode_tps"]["speculative"],
        told["tokens_per_step"],
        told["first_word_ms"]["cold"],
        told["first_word_ms"]["dictated"],
        told["load_ms"],
        told["rss_mb"]["engine"],
        told["rss_mb"]["window"],
    )
    assert all(value > 0 for value in measured)
    assert 0 <= told["roofline_fraction"] < 1  # of so small a model it may round to nothing
    assert told["cost_of_rows"]["1"] == 1.0
    assert told["text_identical"]["of"] == 2
    assert told["text_identical"]["speculative"] <= 2


def test_a_missing_model_is_an_error_with_nothing_on_stdout(radiology_gpt, tmp_path):
    done = radiology_gpt("bench", "--json", "--model", tmp_path / "missing.gguf")
    assert (done.returncode, done.stdout) == (3, "")
    assert "There is no model file" in done.stderr
    assert "Traceback" not in done.stderr
