"""The engine that computes: requests for models and drafts, answered with llama.cpp.

It does not know pipes; it loads native code only when a model is asked for and the processor can run it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec

from app.domain.copy_only import CopyOnly
from app.domain.errors import DraftingFailed, EngineNotStarted, FindingsTooLong, ModelAltered, ModelNotLoaded
from app.domain.layout import lay_out
from app.domain.prompt import PromptStyle, Segment, prompt_id, render, render_open, style_named
from app.domain.report import Findings
from app.domain.substance import check_substance
from app.engine import processor
from app.engine.offline import loaded_network_modules
from app.engine.protocol import (
    Asking,
    Draft,
    DraftBeside,
    Finished,
    Guesses,
    Learn,
    Load,
    Prepare,
    Prepared,
    Reading,
    Ready,
    Words,
)
from app.engine.verdicts import Verdicts
from app.engine.worker import Tell
from app.models.file_in_use import FileInUse
from app.models.installed import inspect_model
from app.paths import device_verdicts_path

if TYPE_CHECKING:
    from app.engine.model import Model
    from app.engine.speculation import Speculation
    from app.engine.together import Together
    from app.engine.wish import Reply, Wish

# The context leaves at least this share to the prompt, whatever length of reply is asked for.
_REPLY_SHARE = 2


class LlamaEngine:
    """At most one model, and drafts with it."""

    def __init__(self) -> None:
        self._loaded: _Loaded | None = None
        self._together: Together | None = None
        self._verdicts = Verdicts(device_verdicts_path())

    def welcome(self) -> None:
        """Nothing to do: a model is loaded when one is asked for."""

    def farewell(self) -> None:
        """This process is told to end, perhaps while a device is tried: that is not the device's fault."""
        self._verdicts.withdraw()

    def load(self, request: Load) -> Ready:
        """Load a model in place of the present one.

        Raises:
            ModelError, ProcessorTooOld
        EngineNotStarted: llama.cpp's library is missing or another one than expected.
        """
        began = perf_counter()
        file = FileInUse.begin(Path(request.path))
        installed = inspect_model(file.path)
        style = style_named(installed.prompt_style or request.prompt_style)
        processor.check_processor(processor.features())
        # Reading all of the file for its hash also brings it into memory, which the loading wants anyway.
        hashing = threading.Thread(target=lambda: installed.sha256, name="model hash", daemon=True)
        hashing.start()
        self._unload()
        threads = request.threads or processor.physical_cores()
        model = _open(installed.path, request, threads, self._verdicts)
        _warm_up(model, style)
        speculation, problem = _guess_ahead(model, installed.path) if request.guess_ahead else (None, "")
        self._loaded = _Loaded(model, style, file, speculation, threads)
        hashing.join()
        if request.sha256 not in ("", installed.sha256):
            self._unload()
            raise ModelAltered(file.path)
        return Ready(
            id=request.id,
            name=installed.name,
            sha256=installed.sha256,
            quantization=installed.quantization,
            prompt_id=installed.prompt_id or prompt_id(style.name),
            prompt_style=style.name,
            card=installed.card.to_json() if installed.card else "",
            device=model.device,
            gpu_layers=model.gpu_layers,
            layers=model.layers,
            threads=threads,
            context=model.context.size,
            load_ms=(perf_counter() - began) * 1000,
            notice=" ".join(filter(None, [model.notice, problem])),
            system_info=model.system_info,
            network_modules=loaded_network_modules(),
            phrases=speculation.phrases if speculation else 0,
            row_costs=speculation.costs.measured if speculation else {},
        )

    def draft(self, request: Draft, tell: Tell, cancelled: threading.Event) -> Finished:
        """Draft an impression.

        Raises:
            ModelNotLoaded: a model must be loaded first.
            FindingsEmpty, NothingToSummarize: there is nothing to draft from.
            FindingsTooLong: the findings do not fit the context.
            DraftingFailed: llama.cpp could not compute.
            ModelAltered: the file was written to meanwhile.
        """
        if self._loaded is None:
            raise ModelNotLoaded
        from app.engine.context import DecodeFailed
        from app.engine.wish import Listener

        model = self._loaded.model
        wish = self._loaded.wish(request, request.alternative)
        listener = Listener(
            on_reading=lambda fraction: tell(Reading(id=request.id, fraction=fraction)),
            on_words=lambda words: tell(Words(id=request.id, text=words)),
            is_cancelled=cancelled.is_set,
            on_taken_back=lambda count: tell(Words(id=request.id, text="", back=count)),
        )
        try:
            reply = model.loop.draft(wish, listener)
        except DecodeFailed as error:
            raise DraftingFailed(str(error)) from None
        return self._loaded.finished(request, wish, reply)

    def draft_beside(self, first: DraftBeside, following: Callable[[], DraftBeside | None], tell: Tell) -> None:
        """Draft several impressions at once, each answered for itself; one by one where there is no memory for it.

        Raises:
            ModelNotLoaded: a model must be loaded first.
        """
        if self._loaded is None:
            raise ModelNotLoaded
        from app.engine.context import ContextRefused, DecodeFailed
        from app.engine.together import Together

        if self._together is None:
            loaded = self._loaded
            opening = _flat(loaded.model.vocabulary.tokenize(loaded.style.opening))
            try:
                self._together = Together(loaded.model, loaded.threads, opening, loaded.wish, loaded.finished)
            except (ContextRefused, DecodeFailed):
                tell(self.draft(Draft(**msgspec.structs.asdict(first)), tell, threading.Event()))
                return
        self._together.answer(first, following, tell)

    def prepare(self, request: Prepare, is_interrupted: Callable[[], bool]) -> Prepared:
        """Read ahead, and begin the draft if the findings are complete, until somebody wants something else.

        Raises:
            FindingsEmpty, NothingToSummarize, FindingsTooLong, DraftingFailed: as for a draft.
        """
        if self._loaded is None:
            return Prepared(id=request.id, tokens=0)
        from app.engine.context import DecodeFailed

        model, style = self._loaded.model, self._loaded.style
        try:
            if request.is_open:
                known = replace(_findings(request), text=_without_last_word(request.findings))
                tokens = _flat(model.vocabulary.tokenize(render_open(known, style.name)))
                return Prepared(
                    id=request.id, tokens=model.loop.read_ahead(tokens[: model.context.size], is_interrupted)
                )
            wish = self._loaded.wish(request)
            drafted = model.loop.begin(wish, is_interrupted)
            return Prepared(id=request.id, tokens=len(model.context.tokens), drafted=drafted)
        except DecodeFailed as error:
            raise DraftingFailed(str(error)) from None

    def forget(self) -> None:
        """Clear everything that was read but the instruction."""
        self._part()
        if self._loaded:
            self._loaded.model.loop.forget()
            _warm_up(self._loaded.model, self._loaded.style)

    def learn(self, request: Learn) -> None:
        """Guess the phrases of a signed impression from now on, if guesses are wanted."""
        if self._loaded and self._loaded.speculation:
            signed = self._loaded.model.vocabulary.tokenize([(request.text, False)])
            self._loaded.speculation.learn(_flat(signed))

    def _part(self) -> None:
        """Give back what drafting at once took."""
        if self._together:
            self._together.close()
        self._together = None

    def _unload(self) -> None:
        self._part()
        if self._loaded:
            self._loaded.model.close()
        self._loaded = None


@dataclass(frozen=True)
class _Loaded:
    model: Model
    style: PromptStyle
    file: FileInUse
    speculation: Speculation | None
    threads: int

    def wish(self, request: Asking, alternative: int = 0) -> Wish:
        """What the decode loop is to do. Raises FindingsEmpty, NothingToSummarize, FindingsTooLong."""
        from app.engine.wish import Wish

        check_substance(request.findings)
        model, style = self.model, self.style
        segments = render(_findings(request), style.name, request.length, request.similar)
        max_tokens = max(1, min(request.max_tokens, model.context.size // _REPLY_SHARE))
        tokens = _tokenize(model, segments, room=model.context.size - max_tokens)
        guard = _guard(request) if request.copy_only else None
        # The first segment is the instruction; what follows may be repeated in the reply.
        return Wish(_flat(tokens), style.stops, max_tokens, alternative, guard, source=_flat(tokens[1:]))

    def finished(self, request: Draft | DraftBeside, wish: Wish, reply: Reply) -> Finished:
        """The answer to a request for a draft. Raises ModelAltered."""
        from app.engine.marks import marks_of

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


def _open(path: Path, request: Load, threads: int, verdicts: Verdicts) -> Model:
    try:
        from app.engine.model import load_model
    except (ImportError, OSError, RuntimeError) as error:
        # What the loader of shared libraries says names files of this installation, no report.
        raise EngineNotStarted(f"its library cannot be loaded ({error})") from None
    layers, context = request.gpu_layers, request.context
    return load_model(path, gpu_layers=layers, context=context, threads=threads, verdicts=verdicts)


def _guess_ahead(model: Model, path: Path) -> tuple[Speculation, str]:
    """What guesses ahead of the model, and why not all that it could use."""
    from app.engine.guess_setup import guess_ahead

    return guess_ahead(model, path)


def _warm_up(model: Model, style: PromptStyle) -> None:
    """Evaluate the instruction, which every prompt begins with."""
    from app.engine.wish import Listener

    model.loop.read(
        _flat(model.vocabulary.tokenize(style.opening)), Listener(lambda _: None, lambda _: None, lambda: False)
    )


def _tokenize(model: Model, segments: Sequence[Segment], room: int) -> list[list[int]]:
    """Each segment's tokens. Raises FindingsTooLong: they do not fit the room beside the reply."""
    tokens = model.vocabulary.tokenize(segments)
    count = sum(map(len, tokens))
    if count > room:
        findings = max(map(len, tokens))
        raise FindingsTooLong(findings, max(0, findings - (count - room)))
    return tokens
