"""The bottom line."""

from __future__ import annotations

from app.domain.card import Card
from app.engine.protocol import Ready
from app.ui.status_bar import model_line


def ready(**changes) -> Ready:
    told = {
        "id": 1, "name": "file name", "sha256": "", "quantization": "Q4_K_M", "prompt_id": "", "prompt_style": "chatml",
        "card": "", "device": "CPU", "gpu_layers": 0, "layers": 30, "threads": 2, "context": 2048, "load_ms": 1.0,
    }  # fmt: skip
    return Ready(**{**told, **changes})


def test_a_model_is_called_by_its_card() -> None:
    line = model_line(ready(), Card("radiology-gpt 135M", quantization="Q4_0"), 92.4)
    assert line == "radiology-gpt 135M Q4_0 · CPU 2 threads · 92 words/s · offline"


def test_a_foreign_model_is_called_so() -> None:
    assert model_line(ready(), None, 0.0) == "file name Q4_K_M · foreign model, no card · CPU 2 threads · offline"


def test_layers_on_the_gpu_and_the_reason_of_a_fallback_are_told() -> None:
    card = Card("m", quantization="Q4_0")
    assert "Vulkan 12/30 layers" in model_line(ready(device="Vulkan", gpu_layers=12), card, 0.0)
    assert "▲ no GPU memory" in model_line(ready(notice="no GPU memory"), card, 3.25)
    assert "3.2 words/s" in model_line(ready(), card, 3.25)


def test_without_a_model_the_line_says_so() -> None:
    assert model_line(None, None, 0.0) == "No model · offline"
