"""A model that knows nothing, with a context that holds the sample reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.card import Card
from app.domain.prompt import prompt_id
from tests.tiny_llama import number, write_tiny_llama

CARD = Card(name="Tiny", prompt_style="chatml", prompt_id=prompt_id("chatml"), quantization="F32")


@pytest.fixture(scope="session")
def roomy_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its tokens are bytes, so 150 words need more room than the tiny model of other tests has."""
    path = tmp_path_factory.mktemp("models") / "roomy.gguf"
    return write_tiny_llama(path, card=CARD, metadata={"llama.context_length": number(4096)})
