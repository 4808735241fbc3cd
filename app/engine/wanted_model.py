"""The model that the app wants: asked for again after every loss, held to the file that it was, and led away from a
graphics card on which the engine failed.

It does not know the child that loads it.
"""

from __future__ import annotations

from msgspec.structs import replace

from app.domain.errors import EngineError, EngineNotStarted, ModelAltered, ModelNotLoaded
from app.engine.protocol import Answer, Failed, Load, Ready


class WantedModel:
    """Not safe for threads; the client guards it.

    Attributes:
        request: what is asked for next time.
        refusal: why the child has no such model; None while it has, or nobody knows yet.
    """

    def __init__(self, request: Load) -> None:
        self.request = request
        self.refusal: Failed | None = None
        self._notice = ""
        self._ready: Ready | None = None

    def hear(self, answer: Answer) -> Answer:
        """An answer as it is to be told: a draft that fails for want of the model fails for the reason of that."""
        match answer:
            case Ready() if answer.id == self.request.id:
                self._ready, self.refusal = answer, None
                self.request = replace(self.request, sha256=answer.sha256)
                return replace(answer, notice=self._notice or answer.notice)
            case Failed() if answer.id == self.request.id or answer.kind == ModelAltered.__name__:
                self.refusal = answer
            case Failed(kind=ModelNotLoaded.__name__) if self.refusal:
                return replace(self.refusal, id=answer.id)
        return answer

    def refused(self) -> Load | None:
        """What to ask for again before a draft is asked for, because it was refused: the file may be mended by now."""
        if self.refusal is None:
            return None
        self.refusal = None
        return self.request

    def lost(self, reason: EngineError) -> None:
        """The child was lost. llama.cpp ends its process where a graphics card refuses memory or fails, so after a loss
        there half of the layers are tried, and then the processor alone.
        """
        ready, self._ready = self._ready, None
        refusal, self.refusal = self.refusal, None
        if refusal or isinstance(reason, EngineNotStarted) or self.request.gpu_layers == 0:
            return
        if ready is None:
            self._fall_back(0, "The engine failed while loading the model: computing on the processor.")
        elif ready.gpu_layers and self._notice:
            self._fall_back(0, f"The engine failed again on {ready.device}: computing on the processor.")
        elif ready.gpu_layers:
            half = ready.gpu_layers // 2
            rest = f"it holds {half} of {ready.layers} layers now" if half else "computing on the processor"
            self._fall_back(half, f"The engine failed on {ready.device}: {rest}.")

    def _fall_back(self, gpu_layers: int, notice: str) -> None:
        self.request = replace(self.request, gpu_layers=gpu_layers)
        self._notice = notice
