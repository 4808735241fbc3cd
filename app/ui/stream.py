"""How words arrive on the screen: at once, by words or by sentences, never moving what stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.layout import lay_out
from app.domain.prompt import Length
from app.domain.sentences import sentence_spans

QUIET_MS = 300


@dataclass
class Stream:
    """The words of one draft so far.

    Attributes:
        by_words: words follow each other quickly enough to be read one by one; else sentences do.
        fraction: how much of the findings the model has read.
    """

    length: Length
    by_words: bool
    words: str = ""
    fraction: float = 0.0
    _shown: str = field(default="", repr=False)

    def hear(self, words: str, back: int = 0) -> None:
        """More words; before them so many characters are taken back, from the screen too."""
        if back:
            self.words = self.words[: max(0, len(self.words) - back)]
            left = self.words.lstrip()
            self._shown = left if self._shown.startswith(left) else self._shown
        self.words += words

    def visible(self) -> str:
        """What may stand on the screen; it grows, but for words taken back."""
        now = self._whole_words() if self.by_words and self.length != "numbered" else self._whole_sentences()
        if now.startswith(self._shown):
            self._shown = now
        return self._shown

    def activity(self, elapsed_ms: float) -> str:
        """The line under the draft while it is being made; "" at first, so that quick drafts do not flicker."""
        if self.words or self.fraction >= 1.0:
            return "Drafting · Esc stops" if elapsed_ms >= QUIET_MS else ""
        if elapsed_ms < QUIET_MS:
            return ""
        return f"Reading findings {self.fraction:.0%}".replace("%", " %") if self.fraction else "Reading findings"

    def _whole_words(self) -> str:
        end = max(self.words.rfind(" "), self.words.rfind("\n"))
        return self.words[: end + 1].lstrip()

    def _whole_sentences(self) -> str:
        spans = sentence_spans(self.words)
        if len(spans) < 2:
            return ""
        text = self.words[: spans[-2][1]]
        # A single sentence has no number yet: it would get one when the next arrives, and move.
        if self.length == "numbered":
            return lay_out(text, "numbered") if len(spans) > 2 else ""
        return text.lstrip()
