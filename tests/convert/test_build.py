"""A converted model computes what peft's own merge computes, and a build is whole or not there at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import GGUFReader
from transformers import LlamaForCausalLM

from app.domain.card import Card
from app.domain.errors import AdapterUnusable, BaseUnusable, OutputUnwritable, PromptStyleUnknown, QuantizationFailed
from app.domain.prompt import INSTRUCTION, prompt_id, render
from app.domain.report import Findings
from app.models.digest import file_sha256
from app.models.gguf_header import read_header
from app.models.installed import inspect_model
from app.models.phrases import (
    BEGIN,
    Guess,
    PhrasesHeader,
    phrases_path,
    read_phrases,
    vocabulary_digest,
    write_phrases,
)
from app.models.shipped_phrases import ADAPTER_PHRASES
from convert.adapter import open_adapter
from convert.base import default_base_path, open_gguf
from convert.build import build
from convert.huggingface import open_folder
from convert.plan import make_plan
from convert.probe import Probe
from convert.quantize import quantize_file
from tests.convert.conftest import save_llama
from tests.tiny_llama import write_tiny_llama

PROMPTS = (
    "No pleural effusion.",
    "12 x 3.5 mm nodule in the right upper lobe.",
    "The heart is normal in size. The lungs",
)


def quiet(done: float, task: str) -> None:
    assert 0 <= done <= 1
    assert task


def torch_logits(model: LlamaForCausalLM, ids: list[int]) -> np.ndarray:
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float().numpy()


def largest_difference(path: Path, model: LlamaForCausalLM) -> float:
    with Probe(path, threads=1) as probe:
        tokens = [probe.tokenize(prompt) for prompt in PROMPTS]
        return max(float(np.abs(probe.logits(ids) - torch_logits(model, ids)).max()) for ids in tokens)


@pytest.mark.parametrize("settings", [{}, {"use_rslora": True}, {"target_modules": ["q_proj", "k_proj"]}])
def test_merged_folder_computes_what_peft_computes(llama_folder, tmp_path, make_adapter, merged_by_peft, settings):
    """Query and key rows are reordered with their adapter, for more query than key heads."""
    model = LlamaForCausalLM.from_pretrained(llama_folder)
    adapter = make_adapter(model, llama_folder, **settings)
    output = tmp_path / "merged.gguf"
    assert build(make_plan(open_folder(llama_folder), open_adapter(adapter), output, "F16"), quiet)
    assert largest_difference(output, model) > 0.5, "the adapter must tell, or the comparison proves nothing"
    assert largest_difference(output, merged_by_peft(model, adapter)) < 0.03


def test_merging_into_a_gguf_base_gives_the_same_weights(llama_folder, tmp_path, make_adapter):
    adapter = make_adapter(LlamaForCausalLM.from_pretrained(llama_folder), llama_folder)
    base = tmp_path / "base.gguf"
    build(make_plan(open_folder(llama_folder), None, base, "F16", "chatml"), quiet)
    card = Card.from_json((adapter / "card.json").read_text())
    (adapter / "card.json").write_text(replace(card, base_sha256=open_gguf(base).sha256).to_json())
    build(make_plan(open_gguf(base), open_adapter(adapter), tmp_path / "from_gguf.gguf", "F16"), quiet)
    (adapter / "card.json").write_text(card.to_json())
    build(make_plan(open_folder(llama_folder), open_adapter(adapter), tmp_path / "from_folder.gguf", "F16"), quiet)
    one, other = open_gguf(tmp_path / "from_gguf.gguf"), open_gguf(tmp_path / "from_folder.gguf")
    assert one.shapes == other.shapes
    for name in one.shapes:
        np.testing.assert_allclose(one.read(name), other.read(name), atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("changes", [{"tie_word_embeddings": False}, {"num_key_value_heads": 4}, {"head_dim": 32}])
def test_other_shapes_of_llama_compute_the_same(tmp_path, changes):
    folder = save_llama(tmp_path / "hf", **changes)
    output = tmp_path / "plain.gguf"
    build(make_plan(open_folder(folder), None, output, "F16", "chatml"), quiet)
    assert largest_difference(output, LlamaForCausalLM.from_pretrained(folder)) < 0.03


@pytest.mark.parametrize("rope", [
    {"rope_type": "linear", "factor": 4.0, "rope_theta": 10_000.0},
    {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
     "original_max_position_embeddings": 16, "rope_theta": 10_000.0},
])  # fmt: skip
def test_stretched_positions_compute_the_same(tmp_path, rope):
    folder = save_llama(tmp_path / "hf", rope_parameters=rope)
    output = tmp_path / "rope.gguf"
    build(make_plan(open_folder(folder), None, output, "F16", "chatml"), quiet)
    assert largest_difference(output, LlamaForCausalLM.from_pretrained(folder)) < 0.03


def test_bfloat16_shards_are_read(tmp_path):
    folder = save_llama(tmp_path / "hf")
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="100KB")
    assert len(list(folder.glob("*.safetensors"))) > 1
    output = tmp_path / "shards.gguf"
    build(make_plan(open_folder(folder), None, output, "F16", "chatml"), quiet)
    assert largest_difference(output, model.float()) < 0.03


def test_file_carries_its_contract_and_the_tokenizer_unchanged(tmp_path):
    base = write_tiny_llama(tmp_path / "base.gguf")
    output = tmp_path / "q8.gguf"
    build(make_plan(open_gguf(base), None, output, "Q8_0", "alpaca"), quiet)
    before, after = GGUFReader(base).fields, GGUFReader(output).fields
    for key in before:
        if key.startswith(("tokenizer.ggml.", "llama.")):
            assert after[key].types == before[key].types, key
            assert after[key].contents() == before[key].contents(), key
    assert "tokenizer.chat_template" not in after
    header = read_header(output)
    assert header.text("radiology_gpt.prompt_style") == "alpaca"
    assert header.text("radiology_gpt.prompt_id") == prompt_id("alpaca")
    assert header.text("radiology_gpt.instruction") == INSTRUCTION
    model = inspect_model(output)
    assert model.card is not None
    assert (model.quantization, model.card.base_sha256) == ("Q8_0", open_gguf(base).sha256)
    assert {info.type.name for info in header.tensors} == {"Q8_0", "F32"}


def test_type_follows_from_what_the_adapter_was_trained_for(tmp_path, llama_folder, make_adapter):
    folder = make_adapter(LlamaForCausalLM.from_pretrained(llama_folder), llama_folder)
    output = tmp_path / "model.gguf"
    assert make_plan(open_folder(llama_folder), open_adapter(folder), output).card.quantization == "Q8_0"
    told = Card.from_json((folder / "card.json").read_text())
    (folder / "card.json").write_text(replace(told, trained_for="Q4_0").to_json())
    plan = make_plan(open_folder(llama_folder), open_adapter(folder), output)
    assert plan.card.quantization == "Q4_0"
    assert make_plan(open_folder(llama_folder), open_adapter(folder), output, "F16").card.quantization == "F16"
    build(plan, quiet)
    assert inspect_model(output).quantization == "Q4_0"
    assert {info.type.name for info in read_header(output).tensors} == {"Q4_0", "F32"}


def test_same_plan_gives_the_same_bytes_and_is_not_built_twice(tmp_path):
    base = write_tiny_llama(tmp_path / "base.gguf")
    plans = [make_plan(open_gguf(base), None, tmp_path / name, "Q8_0", "chatml") for name in ("a.gguf", "b.gguf")]
    assert [build(plan, quiet) for plan in plans] == [True, True]
    assert (tmp_path / "a.gguf").read_bytes() == (tmp_path / "b.gguf").read_bytes()
    assert not build(plans[0], quiet)


def phrases_of(model: Path) -> PhrasesHeader:
    """The header of a table whose drafts an adapter's model wrote."""
    card, tokens = inspect_model(model).card, vocabulary_digest(read_header(model))
    return PhrasesHeader(tokens, 320, (1,), 5, 9, card.prompt_id, card.adapter_sha256)


def test_phrase_table_is_laid_beside_the_model_and_named_in_its_card(llama_folder, tmp_path, make_adapter):
    folder = make_adapter(LlamaForCausalLM.from_pretrained(llama_folder), llama_folder)
    output = tmp_path / "out" / "model.gguf"

    def again() -> bool:
        return build(make_plan(open_folder(llama_folder), open_adapter(folder), output, "Q8_0"), quiet)

    assert again()
    assert not phrases_path(output).exists()
    header = phrases_of(output)
    write_phrases(folder / ADAPTER_PHRASES, {(BEGIN,): Guess(7, 1.0)}, header)
    assert again()
    assert phrases_path(output).read_bytes() == (folder / ADAPTER_PHRASES).read_bytes()
    assert inspect_model(output).card.phrases_sha256 == file_sha256(phrases_path(output))
    assert read_phrases(phrases_path(output)).tokenizer == vocabulary_digest(read_header(output))
    assert not again()
    phrases_path(output).unlink()
    assert again()
    assert phrases_path(output).exists()
    write_phrases(folder / ADAPTER_PHRASES, {(BEGIN,): Guess(7, 1.0)}, replace(header, tokenizer="another"))
    before = output.read_bytes()
    with pytest.raises(AdapterUnusable, match="another vocabulary"):
        again()
    assert output.read_bytes() == before
    write_phrases(folder / ADAPTER_PHRASES, {(BEGIN,): Guess(7, 1.0)}, replace(header, adapter_sha256="another"))
    with pytest.raises(AdapterUnusable, match="another model"):
        again()
    (folder / ADAPTER_PHRASES).unlink()
    assert again()
    assert not phrases_path(output).exists()
    assert not inspect_model(output).card.phrases_sha256


def test_llama_cpp_quantizes_the_rest(tmp_path):
    base = write_tiny_llama(tmp_path / "base.gguf", embedding=256, heads=8, heads_kv=2, feed_forward=512)
    output = tmp_path / "small.gguf"
    told: list[tuple[float, str]] = []
    build(make_plan(open_gguf(base), None, output, "Q4_K_M", "chatml"), lambda *step: told.append(step))
    model = inspect_model(output)
    assert (model.quantization, model.prompt_style) == ("Q4_K_M", "chatml")
    assert any("quantizing" in task for _, task in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {path.name for path in tmp_path.glob("*.gguf")} == {"base.gguf", "small.gguf"}
    assert {path.name for path in tmp_path.glob(".*")} <= {".small.gguf.lock"}


def test_failure_of_llama_cpp_is_told_and_leaves_nothing(tmp_path):
    """A float16 file that llama.cpp cannot open, as after a full disk."""
    source = tmp_path / "merged.gguf"
    source.write_bytes(b"GGUF")
    with pytest.raises(QuantizationFailed, match="Q4_K_M"):
        quantize_file(source, tmp_path / "small.gguf", "Q4_K_M", quiet)
    assert not (tmp_path / "small.gguf").exists()


def test_adapter_of_another_base_is_refused(llama_folder, tmp_path, make_adapter):
    adapter = make_adapter(LlamaForCausalLM.from_pretrained(llama_folder), llama_folder)
    other = write_tiny_llama(tmp_path / "other.gguf")
    with pytest.raises(AdapterUnusable, match="another base"):
        make_plan(open_gguf(other), open_adapter(adapter), tmp_path / "out.gguf", "Q8_0")


def test_adapter_of_another_wording_or_style_is_refused(llama_folder, tmp_path, make_adapter):
    adapter = open_adapter(make_adapter(LlamaForCausalLM.from_pretrained(llama_folder), llama_folder))
    base, output = open_folder(llama_folder), tmp_path / "out.gguf"
    with pytest.raises(AdapterUnusable, match="style 'chatml'"):
        make_plan(base, adapter, output, "Q8_0", "alpaca")
    exchanged = replace(adapter, card=replace(adapter.card, adapter_sha256="0" * 64))
    with pytest.raises(AdapterUnusable, match="not those that its card describes"):
        make_plan(base, exchanged, output, "Q8_0")
    reworded = replace(adapter, card=replace(adapter.card, prompt_id="0" * 16))
    with pytest.raises(AdapterUnusable, match="wording"):
        make_plan(base, reworded, output, "Q8_0")


def test_base_is_never_overwritten(tmp_path):
    base = write_tiny_llama(tmp_path / "base.gguf")
    with pytest.raises(OutputUnwritable):
        make_plan(open_gguf(base), None, tmp_path / "." / "base.gguf", "Q8_0", "chatml")


def test_base_alone_needs_a_prompt_style(llama_folder, tmp_path):
    with pytest.raises(PromptStyleUnknown):
        make_plan(open_folder(llama_folder), None, tmp_path / "out.gguf", "Q8_0")


def test_weights_that_are_no_numbers_are_refused_and_leave_nothing(tmp_path):
    broken = np.full((16, 32), np.nan, np.float32)
    base = write_tiny_llama(tmp_path / "base.gguf", tensors={"blk.0.attn_k.weight": broken})
    plan = make_plan(open_gguf(base), None, tmp_path / "out" / "model.gguf", "Q8_0", "chatml")
    with pytest.raises(BaseUnusable, match="finite"):
        build(plan, quiet)
    assert {path.name for path in (tmp_path / "out").iterdir()} <= {".model.gguf.lock"}


def test_output_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    base = write_tiny_llama(tmp_path / "base.gguf")
    with pytest.raises(OutputUnwritable):
        build(make_plan(open_gguf(base), None, tmp_path / "file" / "model.gguf", "Q8_0", "chatml"), quiet)


def test_weights_too_large_for_float16_are_refused(tmp_path):
    large = np.full((16, 32), 1e6, np.float32)
    base = write_tiny_llama(tmp_path / "base.gguf", tensors={"blk.0.attn_k.weight": large})
    with pytest.raises(BaseUnusable, match="float16"):
        build(make_plan(open_gguf(base), None, tmp_path / "out.gguf", "F16", "chatml"), quiet)


@pytest.fixture
def stuck_build(tmp_path):
    """A build in a child process that is stuck half-way, writing progress into a full pipe; its command and output."""
    fcntl = pytest.importorskip("fcntl", reason="holds the child back by the size of its pipe")
    base = write_tiny_llama(tmp_path / "base.gguf", layers=40)
    output = tmp_path / "models" / "model.gguf"
    command = [sys.executable, "-m", "convert", "build", str(base), "--output", str(output), "--prompt-style", "chatml"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as child:
        fcntl.fcntl(child.stderr, fcntl.F_SETPIPE_SZ, 4096)
        while b"merging" not in child.stderr.readline():
            assert child.poll() is None
        yield child, command, output


def test_killed_build_leaves_no_model_and_does_not_stop_the_next(stuck_build):
    child, command, output = stuck_build
    child.kill()
    child.wait()
    assert not output.exists()
    assert (output.parent / ".model.gguf.partial").exists()
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout == f"wrote {output}\n"
    assert inspect_model(output).prompt_style == "chatml"
    assert {path.name for path in output.parent.iterdir()} <= {"model.gguf", ".model.gguf.lock"}


def test_build_that_is_asked_to_end_removes_what_it_wrote(stuck_build):
    child, _, output = stuck_build
    child.terminate()
    assert child.wait() == 128 + signal.SIGTERM
    assert {path.name for path in output.parent.iterdir()} <= {".model.gguf.lock"}


@pytest.mark.slow
def test_default_base_merged_computes_what_peft_computes(tmp_path, make_adapter, merged_by_peft):
    """The real 135M base: dequantized Q4_1, random adapter, float16 file in llama.cpp against torch in float32."""
    base = default_base_path()
    model = LlamaForCausalLM.from_pretrained(base.parent, gguf_file=base.name, dtype=torch.float32)
    adapter = make_adapter(model, base, r=8, lora_alpha=1)
    output = tmp_path / "merged.gguf"
    build(make_plan(open_gguf(base), open_adapter(adapter), output, "F16"), quiet)
    prompt = render(Findings("The heart is enlarged. There is a 12 x 3.5 mm nodule in the left upper lobe."))
    with Probe(output) as probe:
        ids = [number for text, is_markup in prompt for number in probe.tokenize(text, is_markup)]
        ours = probe.logits(ids)
    assert np.abs(ours - torch_logits(model, ids)).max() > 1
    theirs = torch_logits(merged_by_peft(model, adapter), ids)
    assert np.abs(ours - theirs).max() < 0.15
    assert (ours.argmax(axis=-1) == theirs.argmax(axis=-1)).mean() > 0.95
