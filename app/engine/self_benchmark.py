"""How fast a loaded model reads and writes where it was put, measured in about a second: devices are chosen by this.

It does not know devices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

# A usual order: findings that were not read ahead, and their impression.
_PROMPT_TOKENS = 200
_REPLY_TOKENS = 40
# Read at once while measuring: more would flatter a device that is only quick with long texts.
_AT_ONCE = 128
_READING_SECONDS = 0.4
_WRITING_SECONDS = 0.6


class Reads(Protocol):
    """A context: tokens in, logits out."""

    size: int
    chunk: int

    def evaluate(self, tokens: list[int]) -> Any: ...

    def clear(self) -> None: ...


@dataclass(frozen=True)
class Speed:
    """Tokens a second."""

    reading: float
    writing: float

    @property
    def draft_seconds(self) -> float:
        """How long a usual draft takes."""
        return _PROMPT_TOKENS / self.reading + _REPLY_TOKENS / self.writing


def measure(context: Reads, clock: Callable[[], float] = perf_counter) -> Speed:
    """Read chunks for less than half a second, write tokens for a little more; the context is empty afterwards.

    Raises:
        DecodeFailed
    """
    chunk = min(context.chunk, context.size // 2, _AT_ONCE)
    # A graphics driver compiles its programs when they are first used, and a processor reads the weights from disk.
    _time(context, chunk, 0.0, clock)
    _time(context, 1, 0.0, clock)
    speed = Speed(
        reading=_time(context, chunk, _READING_SECONDS, clock), writing=_time(context, 1, _WRITING_SECONDS, clock)
    )
    context.clear()
    return speed


def _time(context: Reads, at_once: int, seconds: float, clock: Callable[[], float]) -> float:
    """Tokens a second when so many are evaluated at once; at least one evaluation is timed."""
    context.clear()
    # Any tokens do: what they mean costs nothing.
    tokens = list(range(at_once))
    room = context.size // at_once
    began = clock()
    evaluations = 0
    while evaluations < room:
        context.evaluate(tokens)
        evaluations += 1
        if clock() - began >= seconds:
            break
    return evaluations * at_once / max(clock() - began, 1e-9)
