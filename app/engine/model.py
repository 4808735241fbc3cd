"""A model in memory: loaded by llama.cpp on the best device that takes it.

It does not know prompts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.errors import ModelUnsupported
from app.engine import binding
from app.engine.binding import llama
from app.engine.context import Context, ContextRefused
from app.engine.devices import find_graphics, ladder, layers_that_fit
from app.engine.llama import DecodeLoop
from app.engine.vocabulary import Vocabulary

# Tokens evaluated at once: on a processor so few that a cancel is heard within 300 ms, on a graphics card enough to
# keep it busy. Fixed for a model: a logit's last bits depend on it, and the same findings must give the same draft.
_CHUNK_ON_CPU = 64
_CHUNK_OF_LARGE_MODEL_ON_CPU = 16
_LARGE_MODEL_WEIGHTS = 1_000_000_000
_CHUNK_ON_GPU = 512
# The context holds long reports where its memory is cheap.
_CONTEXT = 2048
_LONG_CONTEXT = 4096
_LONG_CONTEXT_BYTES = 128 << 20
_BYTES_PER_VALUE = 2


@dataclass(frozen=True)
class Model:
    """A loaded model, ready to draft.

    Attributes:
        gpu_layers: of `layers`, those on graphics devices.
        notice: why fewer than asked for, one sentence; or "".
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
        info: bytes = llama.llama_print_system_info()
        return info.decode("utf-8", "replace")

    def close(self) -> None:
        self.context.close()
        llama.llama_model_free(self.pointer)


def load_model(path: Path, *, gpu_layers: int | None, context: int, threads: int) -> Model:
    """Load a model.

    Args:
        gpu_layers: None as many as fit, negative all.
        context: tokens; 0 chooses.

    Raises:
        ModelUnsupported: llama.cpp refuses it, or there is not enough memory even without graphics devices.
    """
    binding.open_library()
    graphics = find_graphics()
    steps = _steps(path, gpu_layers, context, sum(device.free for device in graphics)) if graphics else [0]
    for step in steps:
        pointer = _load(path, step)
        opened = _open(pointer, context, threads, _chunk(pointer, step)) if pointer else None
        if opened is None:
            continue
        layers: int = llama.llama_model_n_layer(pointer)
        return Model(
            pointer=pointer,
            context=opened[0],
            vocabulary=opened[1],
            loop=DecodeLoop(*opened),
            device=" + ".join(device.name for device in graphics) if step else "CPU",
            layers=layers,
            gpu_layers=step,
            notice=_notice(step, gpu_layers, layers, has_graphics=bool(graphics)),
        )
    raise ModelUnsupported(path, binding.last_error() or "there is not enough memory for it")


def _open(pointer: Any, context: int, threads: int, chunk: int) -> tuple[Context, Vocabulary] | None:
    """A context for a loaded model; without memory for it, the model is freed and there is None."""
    vocabulary = Vocabulary(pointer)
    size = context or _fitting_context(pointer)
    size = min(size, llama.llama_model_n_ctx_train(pointer))
    try:
        return Context(pointer, size=size, chunk=chunk, threads=threads, vocabulary_size=vocabulary.size), vocabulary
    except ContextRefused:
        llama.llama_model_free(pointer)
        return None


def _chunk(pointer: Any, gpu_layers: int) -> int:
    if gpu_layers:
        return _CHUNK_ON_GPU
    is_large = llama.llama_model_n_params(pointer) > _LARGE_MODEL_WEIGHTS
    return _CHUNK_OF_LARGE_MODEL_ON_CPU if is_large else _CHUNK_ON_CPU


def _fitting_context(pointer: Any) -> int:
    return _LONG_CONTEXT if _LONG_CONTEXT * _token_bytes(pointer) <= _LONG_CONTEXT_BYTES else _CONTEXT


def _token_bytes(pointer: Any) -> int:
    """What one token takes in the context: a key and a value in every layer."""
    head = llama.llama_model_n_embd(pointer) // llama.llama_model_n_head(pointer)
    row: int = head * llama.llama_model_n_head_kv(pointer)
    layers: int = llama.llama_model_n_layer(pointer)
    return 2 * layers * row * _BYTES_PER_VALUE


def _steps(path: Path, wanted: int | None, context: int, free: int) -> list[int]:
    """The numbers of layers to try on graphics devices, from the model's dimensions alone."""
    params = llama.llama_model_default_params()
    params.no_alloc = True
    params.n_gpu_layers = 0
    pointer = llama.llama_model_load_from_file(str(path).encode(), params)
    if not pointer:
        return [0]
    layers: int = llama.llama_model_n_layer(pointer)
    needed = path.stat().st_size + (context or _fitting_context(pointer)) * _token_bytes(pointer)
    llama.llama_model_free(pointer)
    return ladder(wanted, layers_that_fit(needed, layers, free), layers)


def _load(path: Path, gpu_layers: int) -> Any:
    params = llama.llama_model_default_params()
    # The output matrix counts as one layer more.
    params.n_gpu_layers = gpu_layers + 1 if gpu_layers else 0
    params.load_mode = llama.LLAMA_LOAD_MODE_MMAP
    return llama.llama_model_load_from_file(str(path).encode(), params)


def _notice(used: int, wanted: int | None, layers: int, *, has_graphics: bool) -> str:
    asked = layers if wanted is not None and wanted < 0 else wanted
    if used == layers or not (has_graphics or asked):
        return ""
    if not has_graphics:
        return "This build of the engine has no support for graphics cards: computing on the processor."
    if asked is not None and used >= asked:
        return ""
    if used:
        return f"The graphics memory holds {used} of {layers} layers; the rest is computed on the processor."
    return "The graphics memory is too small for this model: computing on the processor."
