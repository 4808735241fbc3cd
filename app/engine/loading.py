"""The engine that computes: requests for models and drafts, answered with llama.cpp.

It does not know pipes; it loads native code only when a model is asked for and the processor can run it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec

from app.domain.errors import DraftingFailed, EngineNotStarted, ModelAltered, ModelNotLoaded
from app.domain.prompt import PromptStyle, prompt_id, style_named
from app.engine import processor
from app.engine.offline import loaded_network_modules
from app.engine.protocol import (
    Draft,
    DraftBeside,
    Finished,
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
    from app.engine.loaded import LoadedModel
    from app.engine.model import Model
    from app.engine.speculation import Speculation
    from app.engine.together import Together


class LlamaEngine:
    """At most one model, and drafts with it."""

    def __init__(self) -> None:
        self._loaded: LoadedModel | None = None
        self._speculation: Speculation | None = None
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
            ModelError
            EngineNotStarted: llama.cpp's library is missing or another one than expected.
        """
        began = perf_counter()
        file = FileInUse.begin(Path(request.path))
        installed = inspect_model(file.path)
        style = style_named(installed.prompt_style or request.prompt_style)
        # Reading all of the file for its hash also brings it into memory, which the loading wants anyway.
        hashing = threading.Thread(target=lambda: installed.sha256, name="model hash", daemon=True)
        hashing.start()
        self._unload()
        threads = request.threads or processor.physical_cores()
        self._loaded = _open(file, style, request, threads, self._verdicts)
        self._loaded.read_opening()
        model = self._loaded.model
        self._speculation, problem = _guess_ahead(model, installed.path) if request.guess_ahead else (None, "")
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
            phrases=self._speculation.phrases if self._speculation else 0,
            row_costs=self._speculation.costs.measured if self._speculation else {},
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

        wish = self._loaded.wish(request, request.alternative)
        listener = Listener(
            on_reading=lambda fraction: tell(Reading(id=request.id, fraction=fraction)),
            on_words=lambda words: tell(Words(id=request.id, text=words)),
            is_cancelled=cancelled.is_set,
            on_taken_back=lambda count: tell(Words(id=request.id, text="", back=count)),
        )
        try:
            reply = self._loaded.model.loop.draft(wish, listener)
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
            try:
                self._together = Together(loaded.model, loaded.threads, loaded.opening, loaded.wish, loaded.finished)
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

        model = self._loaded.model
        try:
            if request.is_open:
                known = self._loaded.known_prompt(request)
                return Prepared(id=request.id, tokens=model.loop.read_ahead(known, is_interrupted))
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
            self._loaded.read_opening()

    def learn(self, request: Learn) -> None:
        """Guess the phrases of a signed impression from now on, if guesses are wanted."""
        if self._loaded and self._speculation:
            self._loaded.learn(request.text, self._speculation)

    def _part(self) -> None:
        """Give back what drafting at once took."""
        if self._together:
            self._together.close()
        self._together = None

    def _unload(self) -> None:
        self._part()
        if self._loaded:
            self._loaded.model.close()
        self._loaded = self._speculation = None


def _open(file: FileInUse, style: PromptStyle, request: Load, threads: int, verdicts: Verdicts) -> LoadedModel:
    try:
        from app.engine.loaded import LoadedModel
        from app.engine.model import load_model
    except (ImportError, OSError, RuntimeError) as error:
        # What the loader of shared libraries says names files of this installation, no report.
        raise EngineNotStarted(f"its library cannot be loaded ({error})") from None
    layers, context = request.gpu_layers, request.context
    model = load_model(file.path, gpu_layers=layers, context=context, threads=threads, verdicts=verdicts)
    return LoadedModel(model, style, file, threads)


def _guess_ahead(model: Model, path: Path) -> tuple[Speculation, str]:
    """What guesses ahead of the model, and why not all that it could use."""
    from app.engine.guess_setup import guess_ahead

    return guess_ahead(model, path)
