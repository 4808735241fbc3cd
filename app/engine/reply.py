"""A reply's text as it grows: bytes in, whole characters out, up to a stop text; the same text as `cut_reply` gives.

It does not know tokens.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class ReplyText:
    """What of a reply may be shown.

    Attributes:
        text: everything that `feed` and `close` gave out.
        is_stopped: whether a stop text came; nothing is given out after it.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = stops
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self.text = ""
        self.is_stopped = False

    def feed(self, piece: bytes) -> str:
        """The text that this piece adds; white space and what may become a stop text are held back."""
        if self.is_stopped:
            return ""
        self._held += self._decode(piece)
        if not self.text:
            self._held = self._held.lstrip()
        found = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if found:
            self.is_stopped = True
            return self._give(len(self._held[: min(found)].rstrip()), rest="")
        clear = len(self._held) - self._possible_stop()
        clear = len(self._held[:clear].rstrip())
        return self._give(clear, rest=self._held[clear:])

    def close(self) -> str:
        """The text that was held back, for a reply that ends here; an unfinished character is dropped."""
        return self._give(len(self._held.rstrip()), rest="")

    def _give(self, length: int, rest: str) -> str:
        given, self._held = self._held[:length], rest
        self.text += given
        return given

    def _possible_stop(self) -> int:
        """The length of the longest end of what is held that a stop text begins with."""
        longest = max(map(len, self._stops), default=1) - 1
        for length in range(min(longest, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-length:]) for stop in self._stops):
                return length
        return 0
