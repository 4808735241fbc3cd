"""The command line as scripts see it: a process of its own, its stdout, stderr and exit code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.card import Card
from app.domain.prompt import prompt_id
from tests.tiny_llama import write_tiny_llama

Command = Callable[..., subprocess.CompletedProcess[str]]
CARD = Card(
    name="Tiny",
    prompt_style="chatml",
    prompt_id=prompt_id("chatml"),
    quantization="F32",
    modalities=("XR",),
    body_parts=("chest",),
    scope="chest radiographs",
    demonstration=True,
)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("models") / "tiny.gguf", layers=2, card=CARD)


@pytest.fixture
def radiology_gpt() -> Command:
    """Run a command; its input is text or bytes."""

    def run(*arguments: object, given: str | bytes = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-m", "app", *map(str, arguments)]
        content = given.encode() if isinstance(given, str) else given
        done = subprocess.run(command, input=content, capture_output=True, check=False, timeout=300)
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
