"""Where a model could be put: the placements that are worth trying, and the steps down from each.

It does not know which is the fastest, nor load anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.engine.devices import DISCRETE, Device
from app.engine.fit import ModelSize, contexts, layers_that_fit

# A part of a model is put on a card in eighths: a little more or less free memory than last time is no other placement.
_PARTS = 8


@dataclass(frozen=True)
class Placement:
    """So many layers of a model on these graphics devices, the rest on the processor.

    Attributes:
        devices: none when the processor computes alone.
        context: tokens; 0 where the processor's memory decides.
    """

    devices: tuple[Device, ...] = ()
    layers: int = 0
    context: int = 0

    @property
    def device_names(self) -> tuple[str, ...]:
        """The devices by the back ends' own names."""
        return tuple(device.name for device in self.devices)

    @property
    def title(self) -> str:
        """The devices as the user is told of them."""
        return " + ".join(f"{device.description or device.name} ({device.backend})" for device in self.devices) or "CPU"


@dataclass(frozen=True)
class Wanted:
    """What the user set.

    Attributes:
        layers: on graphics devices; None as many as fit, negative all.
        context: tokens; 0 as many as sensible.
    """

    layers: int | None = None
    context: int = 0


def candidates(graphics: Sequence[Device], size: ModelSize, wanted: Wanted, at_once: int) -> list[Placement]:
    """The best placement on each device, and on all discrete ones together where no single one holds the model.

    Args:
        graphics: discrete before integrated.
        at_once: tokens that are evaluated at once.
    """
    found = [_best(group, size, wanted, at_once) for group in _groups(graphics)]
    holding = [placement for placement in found if placement.layers == len(size.layers)]
    placements = [
        placement
        for placement in found
        if placement.layers and not (len(placement.devices) > 1 and any(len(one.devices) == 1 for one in holding))
    ]
    if wanted.layers is None:
        return placements
    # A number that the user set is obeyed where it is likeliest to fit, and not compared with anything.
    layers = len(size.layers) if wanted.layers < 0 else min(wanted.layers, len(size.layers))
    likeliest = max(found, key=lambda placement: placement.layers)
    return [replace(likeliest, layers=layers)] if layers else []


def steps_down(first: Placement, trained: int, wanted: Wanted) -> Iterator[Placement]:
    """A placement and what to try after it, in order: smaller contexts, then half of the layers, then the processor."""
    sizes = [size for size in contexts(trained, wanted.context) if size <= first.context] or [first.context]
    for size in sizes:
        yield replace(first, context=size)
    if first.layers > 1:
        yield replace(first, layers=first.layers // 2, context=sizes[-1])
    yield Placement(context=wanted.context)


def _groups(graphics: Sequence[Device]) -> list[tuple[Device, ...]]:
    discrete = tuple(device for device in graphics if device.kind == DISCRETE)
    together = [discrete] if len(discrete) > 1 else []
    return [(device,) for device in graphics] + together


def _best(devices: tuple[Device, ...], size: ModelSize, wanted: Wanted, at_once: int) -> Placement:
    """All layers with the largest context with which they fit; else as many as fit beside the smallest context."""
    sizes = contexts(size.measures.context, wanted.context)
    for context in sizes:
        if layers_that_fit(size, devices, context, at_once) == len(size.layers):
            return Placement(devices, len(size.layers), context)
    fitting = layers_that_fit(size, devices, sizes[-1], at_once)
    part = max(1, len(size.layers) // _PARTS)
    return Placement(devices, fitting // part * part, sizes[-1])
