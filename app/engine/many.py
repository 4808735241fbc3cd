"""Many drafts asked of one engine: several are with it at any time, and the answers come in the order of the asking.

It does not know where the orders come from or where the answers go.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue

from app.domain.errors import EngineError, EngineNotStarted, WorkstationError
from app.engine.client import EngineClient
from app.engine.order import Order
from app.engine.protocol import Answer, Failed, Finished

# Orders not answered yet, with the engine or behind one that is: enough that a long draft holds up no other.
_OUTSTANDING = 48

Drafted = Finished | WorkstationError


@dataclass
class _Place:
    """An order's place in the line; `is_tried` when an engine was lost over it and others."""

    order: Order | None
    answer: Drafted | None = None
    is_tried: bool = False


@dataclass(frozen=True)
class Taken:
    """An order, or the error that stands for it, was taken; None: there are no more, or `stopped` came instead."""

    line: ManyDrafts
    order: Order | WorkstationError | None
    stopped: Exception | None = None


Told = SimpleQueue[Answer | EngineError | Taken]


class ManyDrafts:
    """One line of orders, from the first to the last; an error in the place of an order is its own answer.

    Orders are taken in a thread of their own: whoever sends the next one only after an answer gets that answer. When
    the engine is lost, what was asked of it is asked again, each alone, so that only the one that ends it stays
    without a draft.
    """

    def __init__(self, client: EngineClient, told: Told, orders: Iterable[Order | WorkstationError]) -> None:
        self._client = client
        self._told = told
        self._orders = orders
        self._room = threading.Semaphore(_OUTSTANDING)
        self._is_complete = self._is_over = False
        self._stopped: Exception | None = None
        self._line: deque[_Place] = deque()
        self._unasked: deque[_Place] = deque()
        self._asked: dict[int, _Place] = {}

    def answers(self) -> Iterator[Drafted]:
        """An answer for each order, in their order; what stopped the taking of orders is raised after the last one."""
        taking = threading.Thread(target=self._take, name="orders", daemon=True)
        taking.start()
        try:
            while self._line or not self._is_complete:
                self._hear(self._told.get())
                self._ask()
                while self._line and (ready := self._line[0].answer):
                    self._line.popleft()
                    self._room.release()
                    yield ready
        finally:
            self._is_over = True
            self._room.release()
            self._client.forget()
        if self._stopped:
            raise self._stopped

    def _hear(self, told: Answer | EngineError | Taken) -> None:
        match told:
            case Taken(line=line) if line is not self:
                pass  # of an earlier line that nobody waits for any more
            case Taken(order=None, stopped=stopped):
                self._is_complete, self._stopped = True, stopped
            case Taken(order=WorkstationError() as error):
                self._line.append(_Place(None, error))
            case Taken(order=Order() as order):
                self._line.append(_Place(order))
                self._unasked.append(self._line[-1])
            case EngineError():
                self._lose(told)
            case Finished() | Failed():
                if place := self._asked.pop(told.id, None):
                    place.answer = _answer(told)

    def _take(self) -> None:
        """Take orders as there is room for them."""
        try:
            for order in self._orders:
                self._room.acquire()
                if self._is_over:
                    return
                self._told.put(Taken(self, order))
        except Exception as error:  # noqa: BLE001 - told in the thread that waits for the answers
            self._told.put(Taken(self, None, error))
        else:
            self._told.put(Taken(self, None))

    def _ask(self) -> None:
        """Ask what has not been asked; one at a time while an order waits that may have ended an engine."""
        while self._unasked and not (self._asked and self._is_careful()):
            place = self._unasked.popleft()
            try:
                if place.order:
                    self._asked[self._client.draft_beside(place.order)] = place
            except WorkstationError as error:
                place.answer = error

    def _is_careful(self) -> bool:
        return self._unasked[0].is_tried or any(place.is_tried for place in self._asked.values())

    def _lose(self, loss: EngineError) -> None:
        """The engine was lost with all that was asked of it."""
        lost, self._asked = list(self._asked.values()), {}
        is_hopeless = isinstance(loss, EngineNotStarted) or len(lost) == 1
        for place in reversed(lost):
            if is_hopeless or place.is_tried:
                place.answer = loss
            else:
                place.is_tried = True
                self._unasked.appendleft(place)


def _answer(answer: Finished | Failed) -> Drafted:
    if isinstance(answer, Failed):
        return WorkstationError.revive(answer.kind, answer.sentence, answer.remedy)
    return answer
