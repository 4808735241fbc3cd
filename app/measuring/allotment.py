"""So much time for a measurement: a slow PC measures fewer times, not longer.

It does not know what is measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import TypeVar

_One = TypeVar("_One")


def within(seconds: float, of: Iterable[_One], least: int = 1) -> Iterator[_One]:
    """One after the other until the time is over, but at least so many."""
    began = perf_counter()
    for number, one in enumerate(of):
        if number >= least and perf_counter() - began > seconds:
            return
        yield one
