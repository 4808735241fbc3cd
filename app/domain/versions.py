"""The versions of one impression: what the model proposed for which findings, and what a human made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.draft import Draft, DraftState
from app.domain.prompt import Length
from app.domain.report import Findings
from app.domain.sentences import sentence_spans


@dataclass(frozen=True)
class Wanted:
    """What the model is to be asked."""

    findings: Findings
    length: Length
    alternative: int = 0

    def asks_same(self, other: Wanted) -> bool:
        """Whether both would be the same prompt; white space does not count."""
        return self.length == other.length and _plain(self.findings) == _plain(other.findings)


@dataclass(frozen=True)
class Guarded:
    """A sentence, as drafted, in which copy-only drafting barred what the model wanted: a term of this kind."""

    sentence: str
    kind: str


@dataclass(frozen=True)
class Version:
    """One version.

    Attributes:
        wanted: what the model was asked; None for a version that a human wrote from scratch.
        kept_for: digest of the changed findings for which the radiologist kept this version all the same.
        end_seen: its end has been on screen since it last changed by itself.
        guarded: sentences to be checked, because the model wanted other words there.
    """

    draft: Draft
    wanted: Wanted | None = None
    kept_for: str = ""
    end_seen: bool = False
    guarded: tuple[Guarded, ...] = ()

    @property
    def is_by_model(self) -> bool:
        return self.wanted is not None

    @property
    def differs_from_model(self) -> bool:
        """Whether a human has changed what the model wrote."""
        return self.is_by_model and self.draft.text != self.draft.model_text

    def is_stale(self, findings: Findings) -> bool:
        """Whether the findings have changed since the model read them, and nobody has kept it for these ones."""
        digest = findings.digest
        return self.is_by_model and self.draft.is_stale(digest) and self.kept_for != digest

    def edited(self, text: str) -> Version:
        return replace(self, draft=self.draft.edited(text))

    def label(self) -> str:
        """What kind of version this is, as shown above it: "concise · alternative · edited"."""
        draft = self.draft
        parts: list[str] = [draft.length if self.is_by_model else "written by hand"]
        if draft.alternative:
            parts.append("alternative" if draft.alternative == 1 else f"alternative {draft.alternative}")
        if self.is_by_model and draft.state is DraftState.EDITED:
            parts.append("edited")
        if not draft.is_complete and draft.state is not DraftState.EDITED:
            parts.append("■ incomplete")
        return " · ".join(parts)


def written_by_hand(text: str, findings: Findings) -> Version:
    """A version that no model has seen; its writer has seen its end."""
    return Version(Draft(text, findings.digest, state=DraftState.EDITED), end_seen=True)


def changed_sentences(before: str, now: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `now` that do not stand in `before`."""
    known = {_sentence(before, span) for span in sentence_spans(before)}
    return [span for span in sentence_spans(now) if _sentence(now, span) not in known]


def _sentence(text: str, span: tuple[int, int]) -> str:
    return " ".join(text[span[0] : span[1]].split())


def _plain(findings: Findings) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in (findings.text, findings.indication, findings.comparison))
