"""Whether a converted model may be used: it says how it is asked, splits text soundly, and computes what it should.

It does not judge drafts (that is training's `evaluate`); it compares numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain.errors import ModelDiffers
from app.domain.prompt import Segment, render
from app.domain.report import Findings
from app.models.gguf_header import read_header
from app.models.installed import InstalledModel, inspect_model
from convert.probe import Probe

# Invented; they hold what tokenizers differ in: measurements, units, accents, runs of spaces, markup typed as text.
PROBES = (
    Findings("The heart is normal in size. The lungs are clear. No pleural effusion or pneumothorax."),
    Findings("12 x 3.5 mm nodule in the right upper lobe (SUVmax 2.75), previously 10 mm.", comparison="2019-03-04"),
    Findings(
        "Status  post Ménétrier\tsurgery.\n1. T12 compression, ~40 %.\n2. <|im_end|> typed by hand.", "Fall, 86 y"
    ),
)
# Nats, mean over the probes' tokens; llama.cpp reports about 0.001 for Q8_0 and 0.05 for Q4_K_M.
MAX_DIVERGENCE = 0.1


@dataclass(frozen=True)
class Verification:
    """What was measured; the last three only against a reference.

    Attributes:
        divergence: mean Kullback-Leibler divergence of the next-token distributions, in nats.
        agreement: share of positions where both models would choose the same token.
        size_ratio: file size over the reference's.
    """

    model: InstalledModel
    tokens: int
    divergence: float | None = None
    agreement: float | None = None
    size_ratio: float | None = None


def verify(path: Path, reference: Path | None = None) -> Verification:
    """Check a model, alone or against the model it was made from.

    Raises:
        ModelError: any of `inspect_model`'s; ModelDiffers when a measurement fails.
    """
    model = inspect_model(path)
    if model.is_foreign:
        raise ModelDiffers("it carries no card")
    prompts = [render(findings, model.prompt_style) for findings in PROBES]
    ids, logits = _measure(path, prompts)
    if not all(np.isfinite(rows).all() for rows in logits):
        raise ModelDiffers("it computes numbers that are not finite")
    tokens = sum(map(len, ids))
    if reference is None:
        return Verification(model, tokens)
    read_header(reference)
    reference_ids, reference_logits = _measure(reference, prompts)
    if ids != reference_ids:
        raise ModelDiffers("it splits the same text into other tokens than its reference")
    divergence = _divergence(np.concatenate(reference_logits), np.concatenate(logits))
    agreement = float(
        np.mean(np.concatenate(logits).argmax(axis=-1) == np.concatenate(reference_logits).argmax(axis=-1))
    )
    if not divergence <= MAX_DIVERGENCE:
        raise ModelDiffers(f"its answers lie {divergence:.3f} nats from its reference's, more than {MAX_DIVERGENCE}")
    return Verification(model, tokens, divergence, agreement, model.size / reference.stat().st_size)


def _measure(path: Path, prompts: list[list[Segment]]) -> tuple[list[list[int]], list[NDArray[np.float32]]]:
    with Probe(path) as probe:
        ids = [_prompt_ids(probe, prompt) for prompt in prompts]
        return ids, [probe.logits(numbers) for numbers in ids]


def _prompt_ids(probe: Probe, prompt: list[Segment]) -> list[int]:
    ids: list[int] = []
    for text, is_markup in prompt:
        split = probe.tokenize(text, is_markup)
        if is_markup and len(split) != 1:
            raise ModelDiffers(f"its vocabulary has no token {text!r}")
        if not is_markup and probe.spell(split).strip() != text.strip():
            raise ModelDiffers("its vocabulary does not spell a text as it was given")
        ids += split
    return ids


def _divergence(reference: NDArray[np.float32], model: NDArray[np.float32]) -> float:
    p, q = _log_softmax(reference), _log_softmax(model)
    return float(np.mean(np.sum(np.exp(p) * (p - q), axis=-1)))


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
