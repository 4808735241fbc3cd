"""A model in memory: loaded by llama.cpp on the device that drafts fastest with it, or the next one that takes it.

It does not know prompts.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.errors import ModelError, ModelTooLarge, ModelUnsupported
from app.engine import binding
from app.engine.binding import llama
from app.engine.context import Context, ContextRefused, DecodeFailed
from app.engine.device_choice import Decision, Question, Ways, decide
from app.engine.devices import Device, find_devices, graphics_among
from app.engine.drivers import driver_versions
from app.engine.fallback_notice import fallback_notice
from app.engine.fit import contexts, measure_model
from app.engine.llama import DecodeLoop
from app.engine.placement import Placement, Wanted, candidates
from app.engine.self_benchmark import measure
from app.engine.verdicts import Situation, Verdicts
from app.engine.vocabulary import Vocabulary
from app.models.gguf_header import read_header

# Tokens evaluated at once. On a processor so few that a cancel is heard within 100 ms, and few enough that a text comes
# out the same in whatever pieces it was read (context_params.py). On a graphics card enough to keep it busy.
_CHUNK_ON_CPU = 16
_CHUNK_ON_GPU = 512
# Computed on a graphics device to see that it can: enough to make it take all kinds of memory that it takes.
_PROBE_TOKENS = 64
# On the processor the context holds long reports where its memory is cheap.
_LONG_CONTEXT = 4096
_LONG_CONTEXT_BYTES = 128 << 20
_BYTES_PER_VALUE = 2
# Weights of these types llama.cpp lays out anew for the processor: of a file that is mapped they would be there twice.
_LAID_OUT_ANEW = frozenset({"Q2_K", "Q4_0", "Q4_K", "IQ4_NL"})


@dataclass(frozen=True)
class Model:
    """A loaded model, ready to draft.

    Attributes:
        gpu_layers: of `layers`, those on graphics devices.
        notice: why it computes elsewhere than asked for, one sentence; or "".
    """

    pointer: Any
    context: Context
    vocabulary: Vocabulary
    loop: DecodeLoop
    device: str
    layers: int
    gpu_layers: int
    notice: str

    @property
    def system_info(self) -> str:
        """What the library was built for."""
        return _system_info()

    def close(self) -> None:
        self.context.close()
        llama.llama_model_free(self.pointer)


def load_model(
    path: Path, *, gpu_layers: int | None, context: int, threads: int, verdicts: Verdicts | None = None
) -> Model:
    """Load a model.

    Args:
        gpu_layers: None as many as fit where that is faster, negative all.
        context: tokens; 0 chooses.
        verdicts: what was learned about devices; without it no graphics device is used unless one is asked for.

    Raises:
        ModelUnsupported: llama.cpp refuses it.
        ModelTooLarge: there is not enough memory even without graphics devices.
    """
    binding.open_library()
    wanted = Wanted(gpu_layers, context)
    is_asked = gpu_layers != 0 and (verdicts is not None or gpu_layers is not None)
    graphics = graphics_among(find_devices()) if is_asked else []
    question = _question(path, wanted, graphics)
    ways = Ways(load=lambda placement: _load(path, placement, threads), draft_seconds=_draft_seconds)
    decision = decide(question, ways, verdicts or Verdicts(None))
    loaded = decision.model
    if loaded is None:
        raise _refusal(path, binding.last_error())
    trained = llama.llama_model_n_ctx_train(loaded.pointer)
    notice = fallback_notice(decision, wanted, graphics, layers=loaded.layers, trained=trained)
    return loaded.ready(decision, notice)


@dataclass(frozen=True)
class _Loaded:
    """A model with a context, before it is known whether it stays."""

    pointer: Any
    context: Context
    vocabulary: Vocabulary

    @property
    def layers(self) -> int:
        layers: int = llama.llama_model_n_layer(self.pointer)
        return layers

    def close(self) -> None:
        self.context.close()
        llama.llama_model_free(self.pointer)

    def ready(self, decision: Decision[_Loaded], notice: str) -> Model:
        return Model(
            pointer=self.pointer,
            context=self.context,
            vocabulary=self.vocabulary,
            loop=DecodeLoop(self.context, self.vocabulary, gives_way=decision.placement.layers > 0),
            device=decision.placement.title,
            layers=self.layers,
            gpu_layers=decision.placement.layers,
            notice=notice,
        )


def _refusal(path: Path, reason: str) -> ModelError:
    """Why llama.cpp did not load a model; what it says of memory, or nothing at all, means that memory was refused."""
    if not reason or "alloc" in reason or "memory" in reason:
        return ModelTooLarge(path)
    return ModelUnsupported(path, reason)


def _question(path: Path, wanted: Wanted, graphics: list[Device]) -> Question:
    """What is to be decided; where there is no graphics device nothing is asked of file or drivers."""
    status = path.stat()
    size = measure_model(path) if graphics else None
    situation = Situation(
        model=str(path),
        model_bytes=status.st_size,
        model_changed=status.st_mtime_ns,
        library=f"{binding.LIBRARY_VERSION} {_system_info()}",
        devices=tuple(f"{one.backend} {one.name} {one.description} {one.pci} {one.total}" for one in graphics),
        drivers=driver_versions() if graphics else (),
        wanted_layers=wanted.layers,
        wanted_context=wanted.context,
    )
    placements = candidates(graphics, size, wanted, _CHUNK_ON_GPU) if size else []
    return Question(situation, placements, wanted, trained=size.measures.context if size else 0)


def _load(path: Path, placement: Placement, threads: int) -> _Loaded | None:
    """The model at a placement, on a graphics device with its memory taken; None when it is refused."""
    pointer = _load_weights(path, placement)
    if not pointer:
        return None
    vocabulary = Vocabulary(pointer)
    for size in _contexts(pointer, placement):
        try:
            chunk = _CHUNK_ON_GPU if placement.devices else _CHUNK_ON_CPU
            context = Context(pointer, size=size, chunk=chunk, threads=threads, vocabulary_size=vocabulary.size)
        except ContextRefused:
            continue
        loaded = _Loaded(pointer, context, vocabulary)
        if not placement.devices or _computes(loaded):
            return loaded
        context.close()
    llama.llama_model_free(pointer)
    return None


def _load_weights(path: Path, placement: Placement) -> Any:
    params = llama.llama_model_default_params()
    # Named even when there are none: left to itself, llama.cpp has graphics devices help the processor with long texts.
    handles = [device.handle for device in placement.devices]
    devices = (ctypes.c_void_p * (len(handles) + 1))(*handles, None)
    params.devices = ctypes.cast(devices, ctypes.c_void_p)
    # The output matrix counts as one layer more.
    params.n_gpu_layers = placement.layers + 1 if placement.layers else 0
    is_copied = not placement.devices and any(one.type.name in _LAID_OUT_ANEW for one in read_header(path).tensors)
    params.load_mode = llama.LLAMA_LOAD_MODE_NONE if is_copied else llama.LLAMA_LOAD_MODE_MMAP
    return llama.llama_model_load_from_file(str(path).encode(), params)


def _contexts(pointer: Any, placement: Placement) -> list[int]:
    """The sizes to try: on a graphics device the one that was found to fit it, since smaller ones are steps down."""
    if placement.devices:
        return [placement.context]
    sizes = contexts(llama.llama_model_n_ctx_train(pointer), placement.context)
    if placement.context:
        return sizes
    cheap = [size for size in sizes if size * _token_bytes(pointer) <= _LONG_CONTEXT_BYTES and size <= _LONG_CONTEXT]
    return cheap or sizes[-1:]


def _token_bytes(pointer: Any) -> int:
    """What one token takes in the context: a key and a value in every layer."""
    head = llama.llama_model_n_embd(pointer) // llama.llama_model_n_head(pointer)
    row: int = head * llama.llama_model_n_head_kv(pointer)
    layers: int = llama.llama_model_n_layer(pointer)
    return 2 * layers * row * _BYTES_PER_VALUE


def _computes(loaded: _Loaded) -> bool:
    """Some of a graphics device's memory is only taken when it computes for the first time."""
    try:
        loaded.context.evaluate(list(range(min(_PROBE_TOKENS, loaded.context.size))))
    except DecodeFailed:
        return False
    loaded.context.clear()
    return True


def _draft_seconds(loaded: _Loaded) -> float | None:
    try:
        return measure(loaded.context).draft_seconds
    except DecodeFailed:
        return None


def _system_info() -> str:
    info: bytes = llama.llama_print_system_info()
    return info.decode("utf-8", "replace")
