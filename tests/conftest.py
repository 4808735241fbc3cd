"""What every test may rely on: no network, no screen, an empty data folder, the real corpora if present."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
# Training draws progress bars for humans; in a test they are noise on stderr.
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


class NetworkRefused(Exception):
    """A test tried to open a socket that could reach beyond this PC."""


@pytest.fixture(autouse=True)
def _refuse_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any socket but a local one (AF_UNIX) fails the test that opens it."""
    real = socket.socket

    class LocalSocket(real):  # type: ignore[valid-type, misc]
        def __init__(self, family: int = -1, *args: object, **kwargs: object) -> None:
            if family != getattr(socket, "AF_UNIX", None):
                raise NetworkRefused(f"socket family {family}")
            super().__init__(family, *args, **kwargs)

    monkeypatch.setattr(socket, "socket", LocalSocket)


@pytest.fixture(autouse=True)
def data_root(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the user's data folder, for this test and the children it starts."""
    root = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("RADIOLOGY_GPT_DATA", str(root))
    return root


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the real corpora; only for tests marked `corpus`."""
    return SHARED_DATA


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", help="keep the pictures of the window in this folder")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what this checkout cannot run: corpus tests without corpora; slow ones unless asked for by -m."""
    chosen = config.getoption("markexpr")
    kept, left = [], []
    for item in items:
        needs_corpus = item.get_closest_marker("corpus") and not SHARED_DATA.is_dir()
        is_slow = item.get_closest_marker("slow") and "slow" not in chosen
        (left if needs_corpus or is_slow else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
