"""A loaded model as the engine uses it: what is asked becomes a wish of the decode loop, a reply becomes an answer.

It does not know when a model is loaded, nor how a reply is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from app.domain.copy_only import CopyOnly
from app.domain.errors import FindingsTooLong
from app.domain.layout import lay_out
from app.domain.prompt import PromptStyle, Segment, render, render_open
from app.domain.report import Findings
from app.domain.substance import check_substance
from app.engine.marks import marks_of
from app.engine.model import Model
from app.engine.protocol import Asking, Draft, DraftBeside, Finished, Guesses
from app.engine.speculation import Speculation
from app.engine.wish import Listener, Reply, Wish
from app.models.file_in_use import FileInUse

# The context leaves at least this share to the prompt, whatever length of reply is asked for.
_REPLY_SHARE = 2


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory, with the file it came from and what it is asked with."""

    model: Model
    style: PromptStyle
    file: FileInUse
    threads: int

    @property
    def opening(self) -> list[int]:
        """The tokens of the instruction, which every prompt begins with."""
        return _flat(self.model.vocabulary.tokenize(self.style.opening))

    def read_opening(self) -> None:
        """Evaluate the instruction, so that no draft has to."""
        self.model.loop.read(self.opening, Listener(lambda _: None, lambda _: None, lambda: False))

    def wish(self, request: Asking, alternative: int = 0) -> Wish:
        """What the decode loop is to do. Raises FindingsEmpty, NothingToSummarize, FindingsTooLong."""
        check_substance(request.findings)
        model, style = self.model, self.style
        segments = render(_findings(request), style.name, request.length, request.similar)
        max_tokens = max(1, min(request.max_tokens, model.context.size // _REPLY_SHARE))
        tokens = self._tokenize(segments, room=model.context.size - max_tokens)
        guard = _guard(request) if request.copy_only else None
        # The first segment is the instruction; what follows may be repeated in the reply.
        return Wish(_flat(tokens), style.stops, max_tokens, alternative, guard, source=_flat(tokens[1:]))

    def known_prompt(self, request: Asking) -> list[int]:
        """The beginning of the prompt that stands while the findings' last word is still being typed; as it fits."""
        known = replace(_findings(request), text=_without_last_word(request.findings))
        tokens = _flat(self.model.vocabulary.tokenize(render_open(known, self.style.name)))
        return tokens[: self.model.context.size]

    def finished(self, request: Draft | DraftBeside, wish: Wish, reply: Reply) -> Finished:
        """The answer to a request for a draft. Raises ModelAltered."""
        self.file.check()
        text = lay_out(reply.text, request.length)
        return Finished(
            id=request.id,
            text=text,
            finish=reply.finish,
            prompt_tokens=len(wish.prompt),
            output_tokens=reply.output_tokens,
            first_token_ms=reply.first_token_ms,
            tokens_per_second=reply.tokens_per_second,
            interventions=len(reply.interventions),
            marks=marks_of(reply, text, _guard(request)),
            steps=reply.tally.steps,
            guesses={
                source: Guesses(offered, reply.tally.accepted.get(source, 0))
                for source, offered in reply.tally.offered.items()
            },
        )

    def learn(self, impression: str, speculation: Speculation) -> None:
        """Let a signed impression's phrases be guessed."""
        speculation.learn(_flat(self.model.vocabulary.tokenize([(impression, False)])))

    def _tokenize(self, segments: Sequence[Segment], room: int) -> list[list[int]]:
        """Each segment's tokens. Raises FindingsTooLong: they do not fit the room beside the reply."""
        tokens = self.model.vocabulary.tokenize(segments)
        count = sum(map(len, tokens))
        if count > room:
            findings = max(map(len, tokens))
            raise FindingsTooLong(findings, max(0, findings - (count - room)))
        return tokens


def _findings(request: Asking) -> Findings:
    return Findings(request.findings, request.indication, request.comparison)


def _guard(request: Asking) -> CopyOnly:
    return CopyOnly.from_findings(_findings(request), request.exam, recommendations=request.recommendations)


def _without_last_word(text: str) -> str:
    """The text up to its last white space: what comes after it may still grow."""
    known = text.rstrip()
    return text if known != text else known[: len(known) - len(known.split()[-1])] if known else ""


def _flat(tokens: Sequence[Sequence[int]]) -> list[int]:
    return list(chain.from_iterable(tokens))
