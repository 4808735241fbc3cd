"""What can befall the engine child: each fault ends in one true sentence with a remedy, and the next draft comes."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.errors import (
    EngineDied,
    EngineError,
    EngineHung,
    ModelAltered,
    ModelMissing,
    ModelTooLarge,
    ModelTruncated,
)
from app.domain.report import Findings
from app.engine.order import Order
from app.engine.protocol import Answer, Failed, Finished, Load, Ready, Welcome
from app.engine.scripted import Life, Reply
from app.engine.watchdog import Deadlines
from app.paths import engine_command
from tests.app.engine.conftest import CARD, Listen, Listener
from tests.processes import children, engine_threads
from tests.tiny_llama import write_tiny_llama

FINDINGS = Findings("The lungs are clear. Small left pleural effusion.")
# Bytes of addresses: enough for the libraries and a small model.
MEMORY_ALLOWED = 600 << 20
ABORTS = """
from app.engine import isolation
isolation.settle_down()
isolation.set_environment()
from app.engine import binding
binding.llama._lib.ggml_abort(b"place", 7, b"reason")
"""


def test_an_abort_of_llama_cpp_calls_no_debugger_to_read_the_report_out_of_memory(tmp_path: Path):
    called = tmp_path / "called"
    for name in ("gdb", "lldb"):
        debugger = tmp_path / name
        debugger.write_text(f"#!/bin/sh\ntouch {called}\n")
        debugger.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-I", "-c", ABORTS], env={"PATH": str(tmp_path)}, capture_output=True, check=False
    )
    assert done.returncode < 0
    assert done.stderr.strip() == b"place:7: reason"
    assert not called.exists()


# --- the model's file ------------------------------------------------------------------------------------------------


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    """A model file that may be spoilt."""
    return Path(shutil.copy(tiny_model, tmp_path / "model.gguf"))


@pytest.fixture
def drafting(listen: Listen, model: Path) -> Listener:
    """The real engine with that model loaded."""
    listener = listen(command=engine_command())
    listener.client.load(Load(id=0, path=str(model), threads=1))
    listener.until(Ready)
    return listener


def draft(listener: Listener) -> Answer | EngineError:
    """How a draft ends that is asked for now."""
    asked = listener.client.draft(Order(FINDINGS, max_tokens=4))
    while True:
        told = listener.next()
        if isinstance(told, EngineError) or (isinstance(told, Finished | Failed) and told.id == asked):
            return told


def kill(listener: Listener) -> None:
    os.kill(listener.client.process_id, signal.SIGKILL)
    listener.until(EngineDied)


def test_a_model_truncated_in_use_costs_one_child_and_is_named_until_it_is_mended(drafting, model):
    whole = model.read_bytes()
    os.truncate(model, len(whole) // 2)
    died = draft(drafting)
    assert isinstance(died, EngineDied)
    assert f"code {-signal.SIGBUS}" in died.sentence
    refused = drafting.until(Failed)[-1]
    child = drafting.client.process_id
    for _ in range(2):
        told = draft(drafting)
        assert (told.kind, told.sentence, told.remedy) == (ModelTruncated.__name__, refused.sentence, refused.remedy)
        assert str(model) in told.sentence
        assert "Copy it again" in told.remedy
    assert drafting.client.process_id == child, "no child is started in vain"
    model.write_bytes(whole)
    assert draft(drafting).finish in ("stop", "length")


@pytest.mark.parametrize("is_killed", [False, True])
def test_no_draft_comes_from_a_model_whose_weights_were_changed_in_use(drafting, model, is_killed):
    weights = model.read_bytes()
    model.write_bytes(weights[:-4096] + bytes(4096))
    if is_killed:
        kill(drafting)
    for _ in range(2):
        told = draft(drafting)
        assert told.kind == ModelAltered.__name__
        assert told.sentence == f"The model file {model} was changed while it was in use."
    model.write_bytes(weights)
    assert draft(drafting).finish in ("stop", "length")


def test_a_model_file_that_was_only_touched_is_read_again_and_drafted_from(drafting, model):
    os.utime(model)
    assert draft(drafting).kind == ModelAltered.__name__
    assert draft(drafting).finish in ("stop", "length")


def test_another_file_in_the_model_s_place_matters_only_to_the_next_child(drafting, model):
    other = write_tiny_llama(model.with_name("other.gguf"), layers=1, card=CARD)
    other.replace(model)
    assert draft(drafting).finish in ("stop", "length")
    kill(drafting)
    assert draft(drafting).kind == ModelAltered.__name__
    drafting.client.load(Load(id=0, path=str(model), threads=1))
    assert draft(drafting).finish in ("stop", "length")


def test_a_model_file_that_is_gone_matters_only_to_the_next_child(drafting, model):
    model.unlink()
    assert draft(drafting).finish in ("stop", "length")
    kill(drafting)
    assert draft(drafting).kind == ModelMissing.__name__


def test_memory_that_is_refused_is_told_as_such_and_a_smaller_model_loads(listen, model, tmp_path):
    # What is mapped into memory is the whole file, the hole at its end among it.
    large = Path(shutil.copy(model, tmp_path / "large.gguf"))
    os.truncate(large, MEMORY_ALLOWED)
    listener = listen(command=engine_command())
    child = listener.until(Welcome)[-1].pid
    resource.prlimit(child, resource.RLIMIT_AS, (MEMORY_ALLOWED, MEMORY_ALLOWED))
    listener.client.load(Load(id=0, path=str(large), threads=1))
    refused = listener.until(Failed)[-1]
    assert (refused.kind, refused.remedy) == (
        ModelTooLarge.__name__,
        "Close other programs or choose a smaller model.",
    )
    listener.client.load(Load(id=0, path=str(model), threads=1))
    assert draft(listener).finish in ("stop", "length")
    assert listener.client.process_id == child


# --- the child's process ---------------------------------------------------------------------------------------------


def test_a_real_child_that_stops_in_the_middle_is_replaced(listen, model):
    listener = listen(command=engine_command(), deadlines=Deadlines(first_word=3.0, between_words=3.0))
    listener.client.load(Load(id=0, path=str(model), threads=1))
    listener.until(Ready)
    stopped = listener.client.process_id
    os.kill(stopped, signal.SIGSTOP)
    hung = draft(listener)
    assert isinstance(hung, EngineHung)
    assert "within 3 s (reading the findings)" in hung.sentence
    listener.until(Ready)
    assert draft(listener).finish in ("stop", "length")
    assert stopped not in children()


def test_losses_on_a_graphics_card_lead_to_the_processor(listen):
    on_card = Life(device="Card", gpu_layers=24, replies=(Reply(mishap="crash"),))
    listener = listen(on_card, on_card, Life(device="Card", gpu_layers=24))
    listener.client.load(Load(id=0, path="model.gguf"))
    assert listener.until(Ready)[-1].gpu_layers == 24
    assert isinstance(draft(listener), EngineDied)
    assert listener.until(Ready)[-1].gpu_layers == 12
    assert isinstance(draft(listener), EngineDied)
    listener.client.draft(Order(FINDINGS))
    ready = listener.until(Ready)[-1]
    assert (ready.gpu_layers, ready.notice) == (0, "The engine failed again on Card: computing on the processor.")
    assert listener.until(Finished)[-1].finish == "stop"


def test_a_child_that_reads_nothing_is_not_told_all_that_is_typed(listen):
    listener = listen()
    listener.until(Welcome)
    os.kill(listener.client.process_id, signal.SIGSTOP)
    typed = Order(Findings("The lungs are clear. " * 5000))
    for _ in range(200):
        listener.client.prepare(typed, is_open=True)
    assert listener.client._life.process.unsent < 20


@pytest.mark.parametrize("when", ["idle", "drafting", "stopped"])
def test_closing_leaves_nothing_of_a_child_whatever_it_does(listen, when):
    others = children()
    slow = Reply(words=("One ", "two."), delay_ms=3_600_000)
    listener = listen(Life(replies=(slow,)), deadlines=Deadlines(farewell=0.2))
    listener.until(Welcome)
    if when == "drafting":
        listener.client.draft(Order(FINDINGS))
    elif when == "stopped":
        os.kill(listener.client.process_id, signal.SIGSTOP)
    listener.client.close()
    assert children() == others
    assert engine_threads() == []


def test_closing_at_once_leaves_nothing_of_a_child_that_is_only_being_started(listen):
    others = children()
    for _ in range(5):
        listener = listen(Life(at_hello="hang"), deadlines=Deadlines(farewell=0.2))
        listener.client.close()
        assert children() == others
    assert engine_threads() == []
