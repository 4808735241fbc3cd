"""What of a model fits on a graphics card: its weights layer by layer, its context, its scratch memory, and a reserve.

Estimates from the file's header alone; nothing is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.engine.devices import Device
from app.models.gguf_header import read_header
from app.models.llama_contract import Dimensions, dimensions

# Left to the other programs of a reading room: a PACS viewer takes graphics memory with every study it opens.
_RESERVE = 1 << 30
_RESERVED_PART = 8
_CONTEXTS = (8192, 4096, 2048)
_BYTES_PER_VALUE = 2
_BYTES_PER_FLOAT = 4
# Rows as wide as the embedding that are alive at once while a layer is computed.
_LIVE_ROWS = 6


@dataclass(frozen=True)
class ModelSize:
    """A model's parts in bytes.

    Attributes:
        layers: the weights of each layer, the first layer first.
        output: the output matrix; where the embedding serves as one, llama.cpp puts a copy of that on the card.
    """

    layers: tuple[int, ...]
    output: int
    measures: Dimensions

    def on_device(self, layers: int, context: int) -> int:
        """Weights and context of the last so many layers; llama.cpp puts the last ones on a card."""
        key_and_value = 2 * self.measures.heads_kv * self.measures.head_size * _BYTES_PER_VALUE
        weights = sum(self.layers[len(self.layers) - layers :]) + self.output
        return weights + layers * context * key_and_value

    def scratch(self, context: int, at_once: int) -> int:
        """The computing buffers for so many tokens at once, as if attention were computed without its short cut."""
        measures = self.measures
        width = measures.vocabulary + 2 * measures.feed_forward + _LIVE_ROWS * measures.embedding
        return at_once * (width + measures.heads * context) * _BYTES_PER_FLOAT


def measure_model(path: Path) -> ModelSize:
    """The sizes of a model file's parts. Raises ModelError."""
    header = read_header(path)
    measures = dimensions(header)
    layers = [0] * measures.layers
    others: dict[str, int] = {}
    for tensor in header.tensors:
        if found := re.match(r"blk\.(\d+)\.", tensor.name):
            layers[int(found[1])] += tensor.nbytes
        else:
            others[tensor.name] = tensor.nbytes
    return ModelSize(tuple(layers), others.get("output.weight", others.get("token_embd.weight", 0)), measures)


def contexts(trained: int, wanted: int) -> list[int]:
    """The sizes of context to try, in tokens, largest first, none beyond what the model was trained for.

    Args:
        wanted: by the user; 0 leaves it to us.
    """
    sizes = (wanted, *(size for size in _CONTEXTS if size < wanted)) if wanted else _CONTEXTS
    return list(dict.fromkeys(min(size, trained) for size in sizes))


def room(device: Device) -> int:
    """Bytes that a model may take of a device's memory."""
    return max(0, device.free - max(_RESERVE, device.total // _RESERVED_PART))


def layers_that_fit(size: ModelSize, devices: Sequence[Device], context: int, at_once: int) -> int:
    """How many of a model's layers fit on these devices together; each needs scratch memory of its own."""
    free = sum(max(0, room(device) - size.scratch(context, at_once)) for device in devices)
    return next((layers for layers in range(len(size.layers), 0, -1) if size.on_device(layers, context) <= free), 0)
