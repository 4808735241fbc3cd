"""Scripted engines behind a real pipe, and a real model so small that it knows nothing."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.card import Card
from app.domain.errors import EngineError
from app.domain.prompt import prompt_id
from app.engine.client import EngineClient
from app.engine.protocol import Answer
from app.engine.scripted import Life, Script
from app.engine.watchdog import DEADLINES, Deadlines
from tests.tiny_llama import write_tiny_llama

PATIENCE = 60.0
CARD = Card(name="Tiny", prompt_style="chatml", prompt_id=prompt_id("chatml"), quantization="F32")


def scripted_command(script: Path) -> list[str]:
    return [sys.executable, "-I", "-m", "app", "--engine", "--scripted", str(script)]


class Listener:
    """A client whose answers and losses are taken from a queue, with a deadline."""

    def __init__(self, command: list[str], deadlines: Deadlines) -> None:
        self.told: queue.SimpleQueue[Answer | EngineError] = queue.SimpleQueue()
        self.client = EngineClient(command, self.told.put, self.told.put, deadlines)

    def next(self) -> Answer | EngineError:
        return self.told.get(timeout=PATIENCE)

    def until(self, kind: type, *, request_id: int | None = None) -> list[Answer | EngineError]:
        """Everything told up to and including the first of that kind (and id)."""
        told: list[Answer | EngineError] = []
        while True:
            told.append(self.next())
            if isinstance(told[-1], kind) and (request_id is None or told[-1].id == request_id):
                return told


Listen = Callable[..., Listener]


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Listen]:
    """Start a client of a child that lives the given lives."""
    listeners: list[Listener] = []

    def start(
        *lives: Life,
        deadlines: Deadlines = DEADLINES,
        command: list[str] | None = None,
    ) -> Listener:
        script = Script(lives or (Life(),)).save(tmp_path / "script.json")
        listeners.append(Listener(command or scripted_command(script), deadlines))
        listeners[-1].client.start()
        return listeners[-1]

    yield start
    for listener in listeners:
        listener.client.close()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LLaMA of a few thousand random weights, with a card; its context holds 512 tokens."""
    return write_tiny_llama(tmp_path_factory.mktemp("models") / "tiny.gguf", layers=2, card=CARD)
