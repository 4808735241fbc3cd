"""The default model, really built once, for tests that walk a whole journey."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.provision import build_default
from tests.training.conftest import tiny_base

__all__ = ["tiny_base"]


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the default model has been built as on a first start."""
    root = tmp_path_factory.mktemp("workplace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RADIOLOGY_GPT_DATA", str(root))
        build_default(lambda _fraction, _step: None, lambda: False)
    return root


@pytest.fixture
def at_workplace(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The built model instead of an empty data folder, for this test and the children it starts."""
    monkeypatch.setenv("RADIOLOGY_GPT_DATA", str(workplace))
