"""radiology-gpt-convert: results on stdout, progress on stderr, one sentence and an exit code for what is wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from app.domain.card import Card
from app.domain.errors import ModelDiffers, ModelMissing
from app.domain.prompt import prompt_id
from app.models import provision
from app.models.installed import inspect_model
from app.paths import default_model_path
from convert import __main__ as program
from convert.base import Base, default_base_path, open_gguf
from convert.verify import verify
from tests.tiny_llama import write_tiny_llama


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line in this process: exit code, stdout, stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["radiology-gpt-convert", *map(str, arguments)])
        monkeypatch.setattr(program.signal, "signal", lambda *_: None)
        with pytest.raises(SystemExit) as ended:
            program.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


def test_build_then_card_then_verify(run, tmp_path):
    base, fine, small = tmp_path / "base.gguf", tmp_path / "fine.gguf", tmp_path / "small.gguf"
    write_tiny_llama(base)
    assert run("build", base, "--output", fine, "--type", "F16", "--prompt-style", "chatml")[0] == 0
    code, out, err = run("build", base, "--output", small, "--prompt-style", "chatml")
    assert (code, out) == (0, f"wrote {small}\n")
    lines = err.splitlines()
    assert lines[0] == "progress 0.00 merging token_embd"
    assert lines[-1] == "progress 1.00 written"
    assert run("build", base, "--output", small, "--prompt-style", "chatml")[1] == f"{small} is up to date\n"
    code, out, _ = run("card", small)
    assert (code, json.loads(out)["quantization"]) == (0, "Q8_0")
    code, out, _ = run("verify", small, "--reference", fine)
    assert code == 0
    assert "divergence" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["build", "none.gguf", "--output", "x.gguf"], 3, "There is no model file"),
        (["build", ".", "--output", "x.gguf"], 2, "config.json"),
        (["build", "base.gguf", "--output", "x.gguf", "--adapter", "."], 2, "card.json"),
        (["build", "base.gguf", "--output", "x.gguf"], 3, "Choose a prompt style"),
        (["build", "base.gguf", "--output", "x.gguf", "--prompt-style", "poem"], 3, "poem"),
        (["build", "base.gguf", "--output", "x.gguf", "--type", "Q1"], 2, "Q1"),
        (["card", "base.gguf"], 3, "no card"),
        (["verify", "base.gguf"], 3, "no card"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_a_code(run, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    write_tiny_llama(tmp_path / "base.gguf")
    ended, out, err = run(*arguments)
    assert (ended, out) == (code, "")
    assert said in err
    assert "Traceback" not in err
    assert not (tmp_path / "x.gguf").exists()


def test_help_names_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(name in out for name in ("build", "default", "verify", "card"))


def test_verification_refuses_a_model_that_computes_something_else(run, tmp_path):
    base, other = write_tiny_llama(tmp_path / "base.gguf"), tmp_path / "other.gguf"
    weights = np.random.default_rng(8).normal(0, 1, (32, 32)).astype(np.float32)
    write_tiny_llama(other, tensors={"blk.0.attn_output.weight": weights})
    for path in (base, other):
        run("build", path, "--output", path.with_suffix(".q8.gguf"), "--prompt-style", "chatml")
    with pytest.raises(ModelDiffers, match="nats"):
        verify(other.with_suffix(".q8.gguf"), base.with_suffix(".q8.gguf"))


def test_verification_names_a_missing_reference(tmp_path):
    card = Card(name="Model", prompt_style="chatml", prompt_id=prompt_id("chatml"), quantization="F32")
    with pytest.raises(ModelMissing):
        verify(write_tiny_llama(tmp_path / "model.gguf", card=card), tmp_path / "none.gguf")


def test_verification_refuses_markup_that_the_vocabulary_lacks(tmp_path):
    card = Card(name="No markup", prompt_style="chatml", prompt_id=prompt_id("chatml"), quantization="F32")
    tokens = open_gguf(write_tiny_llama(tmp_path / "base.gguf")).metadata["tokenizer.ggml.tokens"]
    tokens.value[1] = b"<|begin|>"
    path = write_tiny_llama(tmp_path / "model.gguf", card=card, metadata={"tokenizer.ggml.tokens": tokens})
    with pytest.raises(ModelDiffers, match="im_start"):
        verify(path)


def save_random_adapter(folder: Path, base: Base) -> None:
    """A LoRA pair for every query projection, in peft's words."""
    random = np.random.default_rng(3)
    pairs = {}
    for name, (rows, columns) in ((name, shape) for name, shape in base.shapes.items() if ".attn_q." in name):
        module = f"base_model.model.model.layers.{name.split('.')[1]}.self_attn.q_proj"
        pairs[f"{module}.lora_A.weight"] = random.normal(0, 0.02, (4, columns)).astype(np.float16)
        pairs[f"{module}.lora_B.weight"] = random.normal(0, 0.02, (rows, 4)).astype(np.float16)
    folder.mkdir()
    save_file(pairs, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": 4, "lora_alpha": 4}))
    card = Card(
        name="Random adapter",
        base_sha256=base.sha256,
        prompt_style="chatml",
        prompt_id=prompt_id("chatml"),
        trained_for="Q4_0",
    )
    (folder / "card.json").write_text(card.to_json())


@pytest.mark.slow
def test_default_model_is_built_from_the_carried_base(run, tmp_path, monkeypatch):
    save_random_adapter(tmp_path / "adapter", open_gguf(default_base_path()))
    monkeypatch.setattr(program, "resources_dir", lambda: tmp_path)
    monkeypatch.setattr(provision, "resources_dir", lambda: tmp_path)
    assert run("default")[:2] == (0, f"wrote {default_model_path()}\n")
    assert provision.default_model_is_current()
    made = inspect_model(default_model_path())
    assert (made.quantization, made.name) == ("Q4_0", "Random adapter")
    assert made.size < 80_000_000
    assert verify(default_model_path()).tokens > 100
