"""How long the radiologist waits for the first visible word after the key, without and with reading ahead.

It measures at the app's end of the pipe, where the words arrive.
"""

from __future__ import annotations

import time
from dataclasses import replace

from app.domain.report import Findings
from app.engine.order import Order
from app.engine.protocol import Finished
from app.engine.session import EngineSession

# Seconds without a key after which the window tells the engine that the findings are complete; where a sentence ends,
# it tells it at once.
_TOLD_AFTER = 0.08
_SENTENCE_ENDS = (".", "!", "?", "\n")
# The shortest pause before the key that the goal for the first word speaks of, in seconds.
PAUSE = 0.15
# Of findings that are dictated, so many words come one by one, the others at once; 60 words a minute are dictated, but
# a word is read in a fraction of its second, so the rest of it need not be waited for.
_WORDS_ONE_BY_ONE = 8
_SECONDS_A_WORD = 0.25


def first_word_ms(session: EngineSession, order: Order) -> tuple[float, Finished]:
    """Milliseconds from the key to the first visible word, and the draft; of one without words, to its end."""
    arrived: list[float] = []
    began = time.perf_counter()
    finished = session.draft(
        order.findings,
        length=order.length,
        max_tokens=order.max_tokens,
        exam=order.exam,
        copy_only=order.copy_only,
        on_words=lambda _: arrived.append(time.perf_counter()),
    )
    return ((arrived[0] if arrived else time.perf_counter()) - began) * 1000, finished


def read_instruction_alone(session: EngineSession) -> int:
    """Nothing of a study is in the engine's memory any more; the tokens that every prompt begins with."""
    session.forget()
    return session.prepare(Order(Findings("")), is_open=True).tokens


def dictate(session: EngineSession, order: Order, pause: float, seconds_a_word: float = _SECONDS_A_WORD) -> None:
    """As the window does it: each word is told as it is spoken, the whole findings when a sentence ends or in a pause.

    Args:
        pause: seconds from the last word to the key that comes after this call.
    """
    read_instruction_alone(session)
    words = order.findings.text.split(" ")
    for count in range(max(1, len(words) - _WORDS_ONE_BY_ONE), len(words) + 1):
        spoken = replace(order, findings=replace(order.findings, text=" ".join(words[:count])))
        session.prepare(spoken, is_open=True)
        time.sleep(seconds_a_word)
    told_after = 0.0 if order.findings.text.endswith(_SENTENCE_ENDS) else _TOLD_AFTER
    if pause <= told_after:
        time.sleep(pause)
        return
    time.sleep(told_after)
    session.begin(order)
    time.sleep(pause - told_after)
