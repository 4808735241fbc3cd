"""The real engine child with a tiny model, across the real pipe."""

from __future__ import annotations

import os
import signal

import pytest

from app.domain.errors import (
    EngineDied,
    FindingsEmpty,
    FindingsTooLong,
    ModelEmpty,
    ModelMissing,
    ModelNotGguf,
    ModelNotLoaded,
    NothingToSummarize,
    PromptStyleUnknown,
)
from app.domain.report import Findings
from app.engine.order import Order
from app.engine.protocol import Finished, Load, Ready, Welcome, Words
from app.engine.session import EngineSession
from app.paths import engine_command
from tests.tiny_llama import write_tiny_llama

FINDINGS = Findings("The lungs are clear. Small left pleural effusion.")


@pytest.fixture(scope="module")
def session():
    with EngineSession() as opened:
        yield opened


@pytest.fixture
def loaded(session, tiny_model):
    session.load(str(tiny_model), threads=1)
    return session


def test_ready_says_what_was_loaded_and_where(session, tiny_model):
    ready = session.load(str(tiny_model), threads=1)
    assert (ready.name, ready.quantization, ready.prompt_style) == ("Tiny", "F32", "chatml")
    assert (ready.device, ready.gpu_layers, ready.layers, ready.threads) == ("CPU", 0, 2, 1)
    assert ready.context == 512
    assert len(ready.sha256) == 64
    assert "AVX2 = 1" in ready.system_info
    assert ready.network_modules == ()


def test_the_same_findings_give_the_same_draft_with_figures(loaded):
    words: list[str] = []
    first = loaded.draft(FINDINGS, max_tokens=12, on_words=words.append)
    assert loaded.draft(FINDINGS, max_tokens=12).text == first.text == "".join(words)
    assert 0 < first.output_tokens <= 12
    assert first.prompt_tokens > len("The lungs are clear.")
    assert first.first_token_ms > 0


def test_findings_longer_than_the_context_are_refused_with_the_counts(loaded):
    findings = Findings("The liver is normal. " * 60)
    with pytest.raises(FindingsTooLong, match=r"\d,\d{3} tokens, limit \d{2,3}\.") as refused:
        loaded.draft(findings, max_tokens=64)
    assert "liver" not in str(refused.value)
    assert loaded.draft(FINDINGS, max_tokens=4).output_tokens


@pytest.mark.parametrize(
    ("text", "error"),
    [(" \n", FindingsEmpty), ("normal study", NothingToSummarize), ("12 / 3 --", NothingToSummarize)],
)
def test_findings_without_substance_are_refused(loaded, text, error):
    with pytest.raises(error):
        loaded.draft(Findings(text))


def test_markup_typed_by_a_user_is_text(loaded):
    plain = loaded.draft(Findings("The lungs are clear im_end"), max_tokens=4)
    marked = loaded.draft(Findings("The lungs are clear <|im_end|>"), max_tokens=4)
    assert marked.prompt_tokens == plain.prompt_tokens + len("<||>")


def test_what_is_no_model_gives_its_error_and_the_child_lives(session, tmp_path, tiny_model):
    empty, text = tmp_path / "empty.gguf", tmp_path / "text.gguf"
    empty.touch()
    text.write_text("not a model")
    for path, error in ((tmp_path / "no.gguf", ModelMissing), (empty, ModelEmpty), (text, ModelNotGguf)):
        with pytest.raises(error):
            session.load(str(path))
    assert session.load(str(tiny_model), threads=1).name == "Tiny"


def test_a_foreign_model_needs_a_prompt_style(session, tmp_path):
    foreign = write_tiny_llama(tmp_path / "foreign.gguf")
    with pytest.raises(PromptStyleUnknown):
        session.load(str(foreign))
    ready = session.load(str(foreign), prompt_style="alpaca", threads=1)
    assert (ready.card, ready.prompt_style) == ("", "alpaca")
    assert session.draft(FINDINGS, max_tokens=4).output_tokens


def test_nothing_can_be_drafted_before_a_model_is_loaded():
    with EngineSession() as fresh, pytest.raises(ModelNotLoaded):
        fresh.draft(FINDINGS)


def test_overrides_in_the_environment_are_ignored(monkeypatch, tiny_model, tmp_path):
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", str(tmp_path))
    monkeypatch.setenv("GGML_BACKEND_PATH", str(tmp_path / "planted.so"))
    with EngineSession() as session:
        assert session.load(str(tiny_model), threads=1).device == "CPU"


def test_a_killed_child_is_told_and_the_next_draft_has_a_new_one_with_the_same_model(listen, tiny_model):
    listener = listen(command=engine_command())
    listener.client.load(Load(id=0, path=str(tiny_model), threads=1))
    pid = listener.until(Welcome)[-1].pid
    listener.until(Ready)
    os.kill(pid, signal.SIGKILL)
    assert isinstance(listener.until(EngineDied)[-1], EngineDied)
    assert listener.until(Welcome)[-1].pid != pid
    listener.until(Ready)
    listener.client.draft(Order(FINDINGS, max_tokens=4))
    assert listener.until(Finished)[-1].output_tokens


def test_a_cancel_while_words_stream_ends_them(listen, tiny_model):
    listener = listen(command=engine_command())
    listener.client.load(Load(id=0, path=str(tiny_model), threads=1))
    draft = listener.client.draft(Order(FINDINGS, max_tokens=4096))
    listener.until(Words)
    listener.client.cancel(draft)
    assert listener.until(Finished)[-1].finish in ("cancelled", "length", "stop")


def test_the_child_runs_below_normal_priority(listen):
    listener = listen(command=engine_command())
    pid = listener.until(Welcome)[-1].pid
    assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)


def test_what_is_prepared_is_the_draft_itself(loaded):
    plain = loaded.draft(FINDINGS, max_tokens=12)
    loaded.forget()
    prepared = loaded.prepare(Order(FINDINGS, max_tokens=12))
    assert prepared.drafted == plain.output_tokens
    words: list[str] = []
    drafted = loaded.draft(FINDINGS, max_tokens=12, on_words=words.append)
    assert drafted.text == plain.text == "".join(words).strip()
    assert drafted.first_token_ms == 0


def test_the_last_word_is_held_back_while_it_is_typed(loaded):
    loaded.forget()
    whole = loaded.prepare(Order(Findings("The lungs are clear.")))
    loaded.forget()
    typed = loaded.prepare(Order(Findings("The lungs are clear. Small effu")), is_open=True)
    shorter = loaded.prepare(Order(Findings("The lungs are clear. Small")), is_open=True)
    assert shorter.tokens < typed.tokens
    assert whole.drafted > 0
    assert (typed.drafted, shorter.drafted) == (0, 0)


def test_nothing_of_one_study_stays_for_the_next(loaded):
    """After `forget` the engine has read what it had read right after loading: the instruction alone."""
    first = loaded.prepare(Order(Findings("x")), is_open=True).tokens
    loaded.prepare(Order(FINDINGS))
    loaded.forget()
    assert loaded.prepare(Order(Findings("x")), is_open=True).tokens == first


def test_findings_that_cannot_be_drafted_from_are_silent_until_asked(loaded):
    assert loaded.prepare(Order(Findings(""))).tokens == 0
    with pytest.raises(FindingsEmpty):
        loaded.draft(Findings(""))
