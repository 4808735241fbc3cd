"""A Draft is what a model proposes; only a radiologist's signature turns it into an Impression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from app.domain.prompt import Length


class DraftState(Enum):
    """Where a draft is in its life."""

    PROPOSED = "proposed"
    EDITED = "edited"
    SIGNED = "signed"
    DISCARDED = "discarded"


class DraftNotSignable(ValueError):
    """The draft cannot become an impression; the message is the reason, shown beside the Sign button."""


@dataclass(frozen=True)
class Impression:
    """A conclusion that a radiologist signed here; the legal signature is given in the RIS."""

    text: str
    signed_by: str
    signed_at: datetime


@dataclass(frozen=True)
class Draft:
    """One version of a study's impression.

    Attributes:
        text: as it stands now.
        model_text: as the model wrote it; "" when a human wrote it from scratch.
        findings_digest: `Findings.digest` of the findings it was made from.
        length: the length that was asked for.
        alternative: 0 for the model's first choice, n for its n-th deterministic alternative.
        is_complete: False when the stream was cut off (stopped, out of tokens, engine lost).
    """

    text: str
    findings_digest: str
    model_text: str = ""
    length: Length = "standard"
    alternative: int = 0
    is_complete: bool = True
    state: DraftState = DraftState.PROPOSED

    def edited(self, text: str) -> Draft:
        """The draft with a human's text; taking back every edit makes it proposed again."""
        if self.state in (DraftState.SIGNED, DraftState.DISCARDED):
            raise DraftNotSignable("A signed or discarded draft cannot be edited.")
        state = DraftState.PROPOSED if text == self.model_text else DraftState.EDITED
        return replace(self, text=text, state=state)

    def is_stale(self, findings_digest: str) -> bool:
        """Whether the findings have changed, beyond white space, since this draft was made."""
        return self.findings_digest != findings_digest

    def sign(self, by: str, at: datetime) -> tuple[Draft, Impression]:
        """The signed draft and its impression: the only way to an Impression.

        Raises:
            DraftNotSignable: empty, cut off and not edited since, or signed or discarded already.
        """
        if self.state in (DraftState.SIGNED, DraftState.DISCARDED):
            raise DraftNotSignable(f"This draft is {self.state.value} already.")
        if not self.text.strip():
            raise DraftNotSignable("There is nothing to sign.")
        if not self.is_complete and self.state is not DraftState.EDITED:
            raise DraftNotSignable("■ Draft incomplete")
        return replace(self, state=DraftState.SIGNED), Impression(self.text.strip(), by, at)
