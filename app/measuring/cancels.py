"""How long it takes until a draft that was cancelled is over, at whatever moment Esc is pressed.

It does not judge the figure.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, sleep

from app.domain.errors import EngineError, EngineHung, WorkstationError
from app.engine.client import EngineClient
from app.engine.order import Order
from app.engine.protocol import Answer, Failed, Finished, Load, Ready
from app.measuring.allotment import within
from app.paths import engine_command

_LONGEST_WAIT = 600.0
# A cancel comes at most so long after the key, in seconds: most drafts are over by then.
_LATEST = 1.2
# Multiples of it, without their whole part, lie evenly between 0 and 1 wherever one stops.
_GOLDEN = 0.618034


class _Heard:
    """The client's answers with the time at which each came."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._ends: dict[int, tuple[float, Answer]] = {}
        self._lost: EngineError | None = None

    def answer(self, answer: Answer) -> None:
        with self._arrived:
            if isinstance(answer, Ready | Finished | Failed):
                self._ends[answer.id] = (perf_counter(), answer)
                self._arrived.notify_all()

    def loss(self, error: EngineError) -> None:
        with self._arrived:
            self._lost = error
            self._arrived.notify_all()

    def end_of(self, request: int) -> tuple[float, Answer]:
        """Raises EngineError: the engine was lost; or what the request failed with."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._lost or request in self._ends, timeout=_LONGEST_WAIT)
            if self._lost or request not in self._ends:
                raise self._lost or EngineHung("cancelling a draft", _LONGEST_WAIT)
            at, answer = self._ends.pop(request)
        if isinstance(answer, Failed):
            raise WorkstationError.revive(answer.kind, answer.sentence, answer.remedy)
        return at, answer


def cancel_ms(model: Load, orders: list[Order], count: int, seconds: float) -> list[float]:
    """Milliseconds from each cancel to the draft's end; drafts that were over before the cancel came do not count.

    Args:
        orders: drafted in turn; each other than the one before, or else its findings are read already.
        count: of drafts at most, in about `seconds`.

    Raises:
        ModelError, EngineError: the model cannot be used, or the engine failed.
    """
    with _loaded(model) as (client, heard):
        began = perf_counter()
        ended, _ = heard.end_of(client.draft(orders[-1]))
        latest = min(_LATEST, ended - began)
        waits = [
            _cancel_one(client, heard, orders[number % len(orders)], latest * (number * _GOLDEN % 1))
            for number in within(seconds, range(count), least=5)
        ]
    return [wait for wait in waits if wait is not None]


@contextmanager
def _loaded(model: Load) -> Iterator[tuple[EngineClient, _Heard]]:
    heard = _Heard()
    client = EngineClient(engine_command(), heard.answer, heard.loss)
    client.start()
    try:
        heard.end_of(client.load(model))
        yield client, heard
    finally:
        client.close()


def _cancel_one(client: EngineClient, heard: _Heard, order: Order, after: float) -> float | None:
    asked = client.draft(order)
    sleep(after)
    began = perf_counter()
    client.cancel(asked)
    ended, answer = heard.end_of(asked)
    was_cancelled = isinstance(answer, Finished) and answer.finish == "cancelled"
    return (ended - began) * 1000 if was_cancelled and ended > began else None


def percentile(values: Sequence[float], percent: int) -> float:
    """The least of the values that so many percent of them do not exceed; the 99th of fewer than 100 is the largest."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
