"""What of a reply in the making has been told: words go out as they may be shown, and are taken back where they must.

It does not know what the findings allow, only how far the reply may be shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.reply import ReplyText
from app.engine.wish import Listener


class Telling:
    """Tells a reply token by token.

    Attributes:
        listener: who hears it.
        told: tokens that were told.
    """

    def __init__(self, listener: Listener, stops: Sequence[str], pieces: Sequence[bytes]) -> None:
        self.listener = listener
        self.told = 0
        self._stops, self._pieces = stops, pieces
        self._reply = ReplyText(stops)

    @property
    def text(self) -> str:
        """The words told so far."""
        return self._reply.text

    @property
    def is_stopped(self) -> bool:
        """Whether a stop text came."""
        return self._reply.is_stopped

    def tell(self, tokens: Sequence[int], until: int) -> None:
        """Tell the reply's tokens up to a position."""
        words = [self._reply.feed(self._pieces[token]) for token in tokens[self.told : until]]
        self.told = max(self.told, until)
        self._say("".join(words))

    def tell_end(self) -> None:
        """The reply ends here: tell what was held back."""
        self._say(self._reply.close())

    def take_back(self, tokens: Sequence[int], position: int) -> None:
        """The reply's tokens from a position on are withdrawn, and the words that they were told with."""
        if position >= self.told:
            return
        shown = len(self.text)
        self._reply, self.told = ReplyText(self._stops), position
        for token in tokens[:position]:
            self._reply.feed(self._pieces[token])
        if len(self.text) < shown:
            self.listener.on_taken_back(shown - len(self.text))

    def show_to(self, listener: Listener) -> None:
        """Somebody else hears it from now on, first all that was told so far."""
        self.listener = listener
        self._say(self.text)

    def _say(self, words: str) -> None:
        if words:
            self.listener.on_words(words)
