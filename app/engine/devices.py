"""What can compute here: every device that llama.cpp's back ends offer, with its memory, and the graphics among them.

It loads no model and decides nothing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.binding import ggml_function

PROCESSOR, DISCRETE, INTEGRATED, ACCELERATOR = range(4)
_KINDS = (PROCESSOR, DISCRETE, INTEGRATED, ACCELERATOR)


@dataclass(frozen=True)
class Device:
    """A device of one back end.

    Attributes:
        backend: "CPU", "CUDA", "Vulkan", "Metal".
        name: the back end's own, such as "Vulkan0".
        description: the maker's, such as "NVIDIA RTX A2000 12GB".
        kind: PROCESSOR, DISCRETE, INTEGRATED or ACCELERATOR.
        pci: its place on the bus, the same for every back end that offers it; "" when unknown.
        free, total: memory in bytes; an integrated device has none of its own and tells the PC's.
        handle: llama.cpp's pointer.
    """

    backend: str
    name: str
    description: str
    kind: int
    pci: str
    free: int
    total: int
    handle: int = 0


class _Abilities(ctypes.Structure):
    """ggml_backend_dev_caps: nothing of it is read, but it lies in the structure around it."""

    _fields_ = [(name, ctypes.c_bool) for name in ("asynchronous", "host", "from_host", "events", "mapped")]


class _Properties(ctypes.Structure):
    """ggml_backend_dev_props."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("free", ctypes.c_size_t),
        ("total", ctypes.c_size_t),
        ("kind", ctypes.c_int),
        ("pci", ctypes.c_char_p),
        ("abilities", _Abilities),
    ]


def find_devices() -> list[Device]:
    """Every device of every back end, in llama.cpp's order; the library must be open."""
    count = ggml_function("ggml_backend_dev_count", ctypes.c_size_t)
    get = ggml_function("ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
    return [device for number in range(count()) if (device := _describe(get(number))).kind in _KINDS]


def graphics_among(devices: Iterable[Device]) -> list[Device]:
    """The graphics devices, each once: discrete before integrated, then by free memory.

    A card that two back ends offer is the first one's: llama.cpp registers a maker's own back end before Vulkan. Two
    back ends that offer an integrated device offer the same one. One that computes on other machines is left out.
    """
    found: list[Device] = []
    for device in devices:
        if device.kind not in (DISCRETE, INTEGRATED) or device.backend == "RPC":
            continue
        if not any(_is_same(device, other) for other in found):
            found.append(device)
    return sorted(found, key=lambda device: (device.kind, -device.free))


def _is_same(device: Device, other: Device) -> bool:
    if device.pci and other.pci:
        return device.pci == other.pci
    return device.kind == other.kind == INTEGRATED and device.backend != other.backend


def _describe(handle: int) -> Device:
    properties = _Properties()
    ask = ggml_function("ggml_backend_dev_get_props", None, ctypes.c_void_p, ctypes.POINTER(_Properties))
    ask(handle, ctypes.byref(properties))
    register = ggml_function("ggml_backend_dev_backend_reg", ctypes.c_void_p, ctypes.c_void_p)(handle)
    backend = ggml_function("ggml_backend_reg_name", ctypes.c_char_p, ctypes.c_void_p)(register)
    return Device(
        backend=_text(backend),
        name=_text(properties.name),
        description=_text(properties.description),
        kind=properties.kind,
        pci=_text(properties.pci),
        free=properties.free,
        total=properties.total,
        handle=handle,
    )


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace").strip()
