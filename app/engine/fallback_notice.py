"""Why a model computes elsewhere than the user would expect: one sentence for the status bar, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.device_choice import Decision
from app.engine.devices import DISCRETE, Device
from app.engine.fit import contexts
from app.engine.placement import Placement, Wanted

_PROCESSOR = Placement().title


def fallback_notice(
    decision: Decision[Any], wanted: Wanted, graphics: Sequence[Device], *, layers: int, trained: int
) -> str:
    """The sentence; "" where everything is as asked for.

    Args:
        graphics: the devices that could be used.
        layers: that the model has.
        trained: tokens of context that it was trained for.
    """
    used = decision.placement
    asked = layers if wanted.layers is None or wanted.layers < 0 else min(wanted.layers, layers)
    if not graphics or not asked:
        is_missed = bool(asked) and wanted.layers is not None
        return "There is no graphics device that this engine can use: computing on the processor." if is_missed else ""
    where = f"computing {used.layers} of {layers} layers there" if used.layers else "computing on the processor"
    if decision.fatal and used.layers < decision.fatal[0].layers:
        return f"{decision.fatal[0].title} ended the engine on an earlier start: {where}."
    if decision.refused:
        context = f", with a context of {used.context:,} tokens" if used.layers else ""
        return f"{decision.refused[0].title} refused the model: {where}{context}."
    if not used.layers:
        reason = _why_processor(graphics, decision.seconds)
        return f"{reason}: {where}." if reason else ""
    if used.layers < asked:
        return f"The graphics memory holds {used.layers} of {layers} layers; the rest is computed on the processor."
    largest = contexts(trained, wanted.context)[0]
    if used.context < largest:
        return f"The graphics memory holds a context of {used.context:,} tokens instead of {largest:,}."
    return ""


def _why_processor(graphics: Sequence[Device], seconds: Mapping[str, float]) -> str:
    # That a device inside the processor is slower than it, or too small, surprises nobody.
    discrete = [device for device in graphics if device.kind == DISCRETE]
    if not discrete:
        return ""
    theirs = {title: taken for title, taken in seconds.items() if title != _PROCESSOR}
    if theirs and _PROCESSOR in seconds:
        title = min(theirs, key=lambda name: theirs[name])
        return f"The processor drafts in {seconds[_PROCESSOR]:.1f} s, {title} in {theirs[title]:.1f} s"
    if _PROCESSOR in seconds:
        return f"{Placement((discrete[0],)).title} cannot compute with this model"
    return "The graphics memory is too small for this model"
