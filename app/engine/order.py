"""What the app asks of the engine for one study: the same words for a draft and for reading ahead of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.domain.errors import FindingsTooLarge
from app.domain.prompt import Length
from app.domain.report import Findings
from app.engine.protocol import Draft, DraftBeside, Prepare

# In JSON a character takes at most six bytes, so this many always fit into one message.
MAX_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class Order:
    """A draft to be made; see protocol.Draft for what the fields mean."""

    findings: Findings
    length: Length = "standard"
    similar: tuple[str, ...] = ()
    max_tokens: int = 256
    alternative: int = 0
    exam: str = ""
    copy_only: bool = True
    recommendations: bool = False

    def draft(self, request_id: int) -> Draft:
        """The message. Raises FindingsTooLarge: more text than can be sent at all."""
        return Draft(id=request_id, alternative=self.alternative, **self._shared())

    def beside(self, request_id: int) -> DraftBeside:
        """The message that asks for the draft beside others; of alternatives there is none.

        Raises:
            FindingsTooLarge
        """
        return DraftBeside(id=request_id, **self._shared())

    def prepare(self, request_id: int, *, is_open: bool) -> Prepare:
        """The message that lets the engine read ahead. Raises FindingsTooLarge."""
        return Prepare(id=request_id, is_open=is_open, **self._shared())

    def _shared(self) -> dict[str, Any]:
        texts = [self.findings.text, self.findings.indication, self.findings.comparison, self.exam, *self.similar]
        characters = sum(map(len, texts))
        if characters > MAX_CHARACTERS:
            raise FindingsTooLarge(characters, MAX_CHARACTERS)
        findings, indication, comparison, exam, *similar = map(sendable, texts)
        return {
            "findings": findings,
            "indication": indication,
            "comparison": comparison,
            "similar": tuple(similar),
            "length": self.length,
            "max_tokens": self.max_tokens,
            "exam": exam,
            "copy_only": self.copy_only,
            "recommendations": self.recommendations,
        }


def sendable(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced: JSON cannot carry them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
