"""The wording of the request to the model, and cutting its reply out again: one place for training and app.

A prompt is a list of segments `(text, is_markup)`. Every segment is tokenized alone, and special tokens are parsed
only where `is_markup` is true, so that `<|im_start|>` typed into findings is text on every side.
Order: instruction · indication · comparison · findings · similar own impressions · length tag · reply marker.
Everything up to the findings can be evaluated while they are dictated.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from app.domain.errors import PromptStyleUnknown
from app.domain.report import Findings

Segment = tuple[str, bool]
Length = Literal["concise", "standard", "numbered"]
LENGTHS: tuple[Length, ...] = get_args(Length)

# Liu et al., "Radiology-GPT: A Large Language Model for Radiology", 2023.
INSTRUCTION = "Derive the impression from findings in the radiology report"
MAX_SIMILAR = 3

# "None", "N/A", "XXXX", … : a comparison field that holds nothing to compare with.
_NOT_GIVEN = re.compile(r"^(none|not available|unavailable|n/?a|nil|no prior.*|-+|x{2,})?[\s.]*$", re.IGNORECASE)


# Taori et al., "Stanford Alpaca", 2023: the template with an input.
_ALPACA_OPENING = (
    "Below is an instruction that describes a task, paired with an input that provides further context. "
    "Write a response that appropriately completes the request.\n\n"
    f"### Instruction:\n{INSTRUCTION}\n\n### Input:\n"
)


@dataclass(frozen=True)
class PromptStyle:
    """How one family of models wants to be asked.

    Attributes:
        opening: segments before the indication; they hold the instruction.
        closing: segments after the length tag; the last one is the reply marker.
        stops: texts that end a reply besides the model's own end-of-generation tokens.
    """

    name: str
    opening: tuple[Segment, ...]
    closing: tuple[Segment, ...]
    stops: tuple[str, ...]


STYLES: dict[str, PromptStyle] = {
    style.name: style
    for style in (
        PromptStyle(
            name="chatml",
            opening=(("<|im_start|>", True), (f"user\n{INSTRUCTION}.\n", False)),
            closing=(("<|im_end|>", True), ("\n", False), ("<|im_start|>", True), ("assistant\n", False)),
            stops=("<|im_end|>", "<|im_start|>"),
        ),
        PromptStyle(
            name="alpaca",
            opening=((_ALPACA_OPENING, False),),
            closing=(("\n\n### Response:\n", False),),
            stops=("### ",),
        ),
    )
}


def style_named(name: str) -> PromptStyle:
    """The prompt style of that name.

    Raises:
        PromptStyleUnknown: there is none.
    """
    try:
        return STYLES[name]
    except KeyError:
        raise PromptStyleUnknown(name, tuple(STYLES)) from None


def is_given(comparison: str) -> bool:
    """Whether a comparison field names a prior study, rather than saying that there is none."""
    return _NOT_GIVEN.match(comparison.strip()) is None


def render(
    findings: Findings, style: str = "chatml", length: Length = "standard", similar: Sequence[str] = ()
) -> list[Segment]:
    """The prompt for these findings.

    Args:
        similar: conclusions of the user's own signed reports with similar findings, most similar first; at most three.

    Raises:
        PromptStyleUnknown: there is no such style.
    """
    segments = render_open(findings, style)
    segments.append((_after_findings(length, similar), False))
    return [*segments, *style_named(style).closing]


def render_open(findings: Findings, style: str = "chatml") -> list[Segment]:
    """The prompt up to the end of the findings: what can be evaluated while they are dictated.

    Raises:
        PromptStyleUnknown: there is no such style.
    """
    segments = list(style_named(style).opening)
    if findings.indication.strip():
        segments.append((f"Indication: {_one_line(findings.indication)}\n", False))
    if is_given(findings.comparison):
        segments.append((f"Comparison: {_one_line(findings.comparison)}\n", False))
    return [*segments, ("Findings:\n", False), (findings.text.strip(), False)]


def _after_findings(length: Length, similar: Sequence[str]) -> str:
    lines = [f"Similar: {_one_line(impression)}" for impression in similar[:MAX_SIMILAR]]
    # Numbering is layout, done by code after decoding; the model only ever sees the two lengths it was trained on.
    lines.append(f"Length: {'concise' if length == 'concise' else 'standard'}")
    return "\n" + "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def cut_reply(text: str, style: str = "chatml") -> str:
    """The impression within a raw reply: up to the first stop text, without surrounding white space."""
    for stop in style_named(style).stops:
        text = text.split(stop, 1)[0]
    return text.strip()


def prompt_id(style: str) -> str:
    """Hash of a style's wording and order (16 hex digits): models trained with another wording carry another id."""
    probe = Findings(text="{findings}", indication="{indication}", comparison="{comparison}")
    rendered = [
        render(sample, style, length, similar)
        for sample in (probe, Findings(text="{findings}"))
        for length in LENGTHS
        for similar in ((), ("{a}", "{b}", "{c}"))
    ]
    return hashlib.sha256(repr((rendered, style_named(style).stops)).encode()).hexdigest()[:16]
