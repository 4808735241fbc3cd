"""Cancels at all moments of a draft, and which of them count."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import EngineDied, ModelMissing
from app.domain.report import Findings
from app.engine.order import Order
from app.engine.protocol import Load
from app.engine.scripted import Life, Reply, Script
from app.measuring import cancels
from app.measuring.cancels import cancel_ms, percentile
from app.paths import engine_command

ORDERS = [Order(Findings("The lungs are clear.")), Order(Findings("There is a small effusion."))]
MODEL = Load(id=0, path="scripted.gguf", prompt_style="chatml")


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The engine lives this life."""

    def live_it(life: Life) -> None:
        script = Script((life,)).save(tmp_path / "script.json")
        monkeypatch.setattr(cancels, "engine_command", lambda: [*engine_command(), "--scripted", str(script)])

    return live_it


def test_every_draft_that_is_stopped_midway_counts(live):
    live(Life(replies=(Reply(words=("a ",)), Reply(words=("a ",) * 1000, delay_ms=100))))
    assert len(cancel_ms(MODEL, ORDERS, count=6, seconds=60)) == 6


def test_drafts_that_are_over_before_the_cancel_do_not_count(live, monkeypatch):
    monkeypatch.setattr(cancels, "_GOLDEN", 0.999)  # nearly all cancels come at the latest time
    live(Life(replies=(Reply(words=("a ",), delay_ms=400), Reply(words=("a ",)))))
    # The first cancel comes at once, and may be in time.
    assert len(cancel_ms(MODEL, ORDERS, count=5, seconds=60)) <= 1


def test_a_model_that_is_missing_and_an_engine_that_dies_are_told(live):
    with pytest.raises(ModelMissing):
        cancel_ms(Load(id=0, path="missing.gguf", prompt_style="chatml"), ORDERS, 5, 1)
    live(Life(replies=(Reply(words=("a ",), mishap="crash"),)))
    with pytest.raises(EngineDied):
        cancel_ms(MODEL, ORDERS, 5, 1)


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [([3.0], 99, 3.0), (range(1, 101), 99, 99), (range(1, 51), 99, 50), (range(1, 201), 99, 198), ([1, 2, 3], 50, 2)],
)
def test_a_percentile_is_one_of_the_values(values, percent, found):
    assert percentile(list(values)[::-1], percent) == found
