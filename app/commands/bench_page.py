"""The page that `radiology-gpt bench` prints: each figure with its unit, or all of them as one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MEGABYTE = 1e6
_UNKNOWN = "not known"


@dataclass(frozen=True)
class BenchFigures:
    """All figures; None where something could not be measured here.

    Attributes:
        model: name, quantization.
        device: with how many threads, or layers.
        plain_tps: tokens a second, each computed by a step of its own; `speculative_tps` with guesses.
        acceptance: the share of guesses that the model made its own, by source.
        cost_of_rows: the time of a step with so many tokens, a step with one being 1.
        roofline_fraction: of the memory's measured bandwidth, what plain drafting used.
        engine_bytes: held in memory after all drafts, the model's file included.
        identical: drafts of the `drafts` that were the plain ones word for word.
    """

    model: str
    device: str
    prefill_tps: float
    plain_tps: float | None
    speculative_tps: float | None
    tokens_per_step: float | None
    acceptance: Mapping[str, float | None]
    first_word_cold_ms: float
    first_word_dictated_ms: float
    cost_of_rows: Mapping[int, float]
    bandwidth: float
    roofline_fraction: float | None
    cancel_ms_p99: float | None
    cancels: int
    load_ms: float
    engine_bytes: int | None
    window_bytes: int | None
    identical: Mapping[str, int]
    drafts: int

    def as_object(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "device": self.device,
            "prefill_tps": _round(self.prefill_tps, 1),
            "decode_tps": {"plain": _round(self.plain_tps, 1), "speculative": _round(self.speculative_tps, 1)},
            "tokens_per_step": _round(self.tokens_per_step, 2),
            "acceptance": {source: _round(share, 3) for source, share in self.acceptance.items()},
            "first_word_ms": {
                "cold": _round(self.first_word_cold_ms, 1),
                "dictated": _round(self.first_word_dictated_ms, 1),
            },
            "cost_of_rows": {str(rows): _round(cost, 2) for rows, cost in self.cost_of_rows.items()},
            "roofline_fraction": _round(self.roofline_fraction, 3),
            "cancel_ms_p99": _round(self.cancel_ms_p99, 1),
            "load_ms": _round(self.load_ms, 0),
            "rss_mb": {"engine": _megabytes(self.engine_bytes), "window": _megabytes(self.window_bytes)},
            "text_identical": {**self.identical, "of": self.drafts},
        }

    def page(self) -> str:
        """The same for people, one line a figure."""
        faster = self.speculative_tps / self.plain_tps if self.speculative_tps and self.plain_tps else None
        costs = "  ".join(f"{rows}: {cost:.2f}" for rows, cost in self.cost_of_rows.items())
        lines = {
            "model": self.model,
            "device": self.device,
            "load": f"{self.load_ms:,.0f} ms",
            "reading findings": f"{self.prefill_tps:,.0f} tokens/s",
            "writing, plain": _say(self.plain_tps, "{:,.1f} tokens/s"),
            "writing, guessing ahead": _say(self.speculative_tps, "{:,.1f} tokens/s") + _say(faster, ", {:.2f} ×", ""),
            "tokens a step": _say(self.tokens_per_step, "{:.2f}"),
            "guesses taken": ", ".join(f"{name} {_say(share, '{:.0%}')}" for name, share in self.acceptance.items()),
            "cost of a step, by tokens": costs or _UNKNOWN,
            "first word, cold": f"{self.first_word_cold_ms:,.0f} ms after the key; nothing of 150-word findings read",
            "first word, dictated": f"{self.first_word_dictated_ms:,.0f} ms after the key; read while they were spoken",
            "memory bandwidth": f"{self.bandwidth / 1e9:.1f} GB/s read"
            + _say(self.roofline_fraction, ", of which plain writing used {:.0%}", ""),
            "cancel, 99th percentile": _say(self.cancel_ms_p99, "{:,.0f} ms") + f" of {self.cancels} cancels",
            "memory, engine": _say_megabytes(self.engine_bytes),
            "memory, window": _say_megabytes(self.window_bytes),
            "same text as plain": "; ".join(
                f"{name}: {count} of {self.drafts}" for name, count in self.identical.items()
            ),
        }
        width = max(map(len, lines))
        return "".join(f"{name:<{width}}  {said}\n" for name, said in lines.items())


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _megabytes(held: int | None) -> float | None:
    return None if held is None else round(held / _MEGABYTE, 1)


def _say(value: float | None, form: str, unknown: str = _UNKNOWN) -> str:
    return unknown if value is None else form.format(value)


def _say_megabytes(held: int | None) -> str:
    return _UNKNOWN if held is None else f"{held / _MEGABYTE:,.0f} MB"
