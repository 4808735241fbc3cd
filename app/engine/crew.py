"""How many threads compute: fewer while other programs want the processor.

llama.cpp's threads wait for each other hundreds of times a token. Where one of them has to wait for its turn on the
processor, all do: on two cores beside another program a token then takes up to 800 ms with two threads, and 20 ms with
one. The numbers that come out are the same.
"""

from __future__ import annotations

# An evaluation this many times slower than the quickest of its size was held up, not just a little slower.
_HELD_UP = 4.0
_LEAST_SECONDS = 0.01
# Evaluations with fewer threads before all are tried again; twice as many each time that it was too early.
_FIRST_PATIENCE = 16
_LONGEST_PATIENCE = 1024
# Evaluations in a row without being held up after which the processor counts as free again.
_FREE = 16


class Crew:
    """The threads of one context.

    Attributes:
        threads: to compute the next evaluation with; at most `most`.
        is_held_up: whether something else wanted the device during the last evaluation.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.is_held_up = False
        self.most = threads
        self._quickest: dict[tuple[int, int], float] = {}
        self._patience = _FIRST_PATIENCE
        self._until_next_try = 0
        self._free = 0

    def note(self, rows: int, seconds: float) -> None:
        """An evaluation of so many rows took so long."""
        size = (rows.bit_length(), self.threads)
        quickest = self._quickest[size] = min(seconds, self._quickest.get(size, seconds))
        self.is_held_up = seconds > max(_HELD_UP * quickest, _LEAST_SECONDS)
        if self.is_held_up:
            self._free = 0
            self._step_down()
        elif self.threads < self.most:
            self._until_next_try -= 1
            if self._until_next_try <= 0:
                self.threads = self.most
        else:
            self._free += 1
            if self._free >= _FREE:
                self._patience = _FIRST_PATIENCE

    def _step_down(self) -> None:
        if self.threads == self.most:
            self._until_next_try = self._patience
            self._patience = min(2 * self._patience, _LONGEST_PATIENCE)
        self.threads = max(1, self.threads // 2)
