"""The frozen program, built as hospital IT builds it, working with the source tree out of reach."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.models.installed import inspect_model
from app.models.phrases import phrases_path, read_phrases
from app.models.shipped_phrases import lies_beside

REPOSITORY = Path(__file__).parents[2]
FORBIDDEN = (
    "torch",
    "transformers",
    "peft",
    "Qt6Network",
    "QtNetwork",
    "WebEngine",
    "_ssl",
    "gguf/",
    "convert",
    "training",
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dist/radiology-gpt/ moved to where nothing of the source is near."""
    built = tmp_path_factory.mktemp("built")
    subprocess.run(
        [sys.executable, "-m", "PyInstaller", "build.spec", "--noconfirm", "--distpath", str(built)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    return Path(shutil.move(built / "radiology-gpt", tmp_path_factory.mktemp("elsewhere") / "radiology-gpt"))


def run(bundle: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the frozen program with nothing of this environment but a home and an offscreen platform."""
    environment = {"HOME": str(bundle.parent), "PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen"}
    environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
    program = bundle / ("radiology-gpt-console.exe" if sys.platform == "win32" else "radiology-gpt")
    return subprocess.run(
        [str(program), *arguments],
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=bundle.parent,
        env=environment,
    )


def test_selftest_passes(bundle: Path) -> None:
    done = run(bundle, "selftest")
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_drafts_offline(bundle: Path) -> None:
    findings = "The heart is normal in size. Small left pleural effusion."
    done = run(bundle, "draft", "-", "--json", given=findings)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["impression"]


def test_model_has_the_phrase_table_that_its_card_names(bundle: Path) -> None:
    (model,) = bundle.rglob("*.gguf")
    card = inspect_model(model).card
    assert card is not None
    assert card.phrases_sha256
    assert lies_beside(model, card)
    assert read_phrases(phrases_path(model)).header.least_reports >= 5


def test_it_holds_nothing_that_makes_models_or_reaches_the_network(bundle: Path) -> None:
    held = [str(path.relative_to(bundle)) for path in bundle.rglob("*")]
    found = [path for path in held if any(word in path for word in FORBIDDEN)]
    assert found == []


def test_its_window_comes_up_on_no_screen_for_the_bench_without_the_engine_s_modules(bundle: Path) -> None:
    done = run(bundle, "window-figures")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert {one["told"] for one in told} == {"editable", "ready", "memory"}
    assert told[-1]["native_modules"] == []
    assert told[-1]["window"] > 0
