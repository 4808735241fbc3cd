"""The model that the app wants, over the losses and refusals of its engine."""

from __future__ import annotations

import pytest

from app.domain.errors import EngineDied, EngineNotStarted, ModelAltered, ModelNotLoaded, ModelTruncated
from app.engine.protocol import Failed, Load, Ready, Words
from app.engine.wanted_model import WantedModel

LOST = EngineDied(-6)


def ready(gpu_layers: int = 0) -> Ready:
    return Ready(
        id=1,
        name="m",
        sha256="a" * 64,
        quantization="F32",
        prompt_id="",
        prompt_style="chatml",
        card="",
        device="Card" if gpu_layers else "CPU",
        gpu_layers=gpu_layers,
        layers=24,
        threads=1,
        context=512,
        load_ms=1.0,
    )


def failed(request: int, error: type = ModelTruncated) -> Failed:
    return Failed(id=request, kind=error.__name__, sentence=f"{error.__name__}.", remedy="Mend it.")


@pytest.fixture
def wanted() -> WantedModel:
    return WantedModel(Load(id=1, path="m.gguf"))


def test_once_loaded_it_must_be_the_same_file_for_ever(wanted):
    assert wanted.request.sha256 == ""
    wanted.hear(ready())
    wanted.lost(LOST)
    assert wanted.request.sha256 == "a" * 64


def test_a_draft_that_fails_for_want_of_a_model_fails_for_the_reason_of_that(wanted):
    wanted.hear(failed(1))
    assert wanted.hear(failed(7, ModelNotLoaded)) == failed(7)
    assert wanted.hear(Words(id=7, text="x")) == Words(id=7, text="x")


def test_what_was_refused_or_altered_is_asked_for_once_more_before_a_draft(wanted):
    assert wanted.refused() is None
    wanted.hear(failed(1))
    assert wanted.refused() == wanted.request
    assert wanted.refused() is None
    wanted.hear(ready())
    wanted.hear(failed(7, ModelAltered))
    assert wanted.refused() == wanted.request
    wanted.hear(failed(8))
    assert wanted.refused() is None


def test_losses_on_a_graphics_card_lead_by_half_its_layers_to_the_processor_and_say_so(wanted):
    assert wanted.hear(ready(24)).notice == ""
    wanted.lost(LOST)
    assert wanted.request.gpu_layers == 12
    assert wanted.hear(ready(12)).notice == "The engine failed on Card: it holds 12 of 24 layers now."
    wanted.lost(LOST)
    assert wanted.request.gpu_layers == 0
    assert wanted.hear(ready(0)).notice == "The engine failed again on Card: computing on the processor."
    wanted.lost(LOST)
    assert wanted.request.gpu_layers == 0


def test_a_loss_while_loading_leads_to_the_processor(wanted):
    wanted.lost(LOST)
    assert wanted.request.gpu_layers == 0
    assert "while loading" in wanted.hear(ready()).notice


@pytest.mark.parametrize("case", ["on the processor", "not started", "refused"])
def test_other_losses_change_nothing(wanted, case):
    if case == "refused":
        wanted.hear(failed(1))
    else:
        wanted.hear(ready())
    wanted.lost(EngineNotStarted("it is of another version") if case == "not started" else LOST)
    assert wanted.request.gpu_layers is None
    assert wanted.refused() is None
