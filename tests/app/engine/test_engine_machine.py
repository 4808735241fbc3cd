"""Anything asked of the client in any order, whatever befalls the child: each draft ends once, nothing is left over.

It waits for what is told and for nothing else: a draft's end, or a loss.
"""

from __future__ import annotations

import os
import queue
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.domain.errors import EngineBusy, EngineError
from app.domain.report import Findings
from app.engine.client import EngineClient
from app.engine.order import Order
from app.engine.protocol import Answer, Failed, Finished, Load, Reading, Words
from app.engine.scripted import Life, Reply, Script
from app.engine.watchdog import DEADLINES, Deadlines
from app.paths import engine_command
from tests.app.engine.conftest import PATIENCE, scripted_command
from tests.processes import children, engine_threads, open_files

TEXTS = st.sampled_from(["The lungs are clear.", "Small left pleural effusion. The lungs are clear.", "12", ""])
WORDS = ("One ", "two ", "three.")
MISHAPS = st.sampled_from([None, None, None, "crash", "garbage", "oversize", "hang"])
REPLIES = st.builds(
    Reply,
    words=st.just(WORDS),
    delay_ms=st.sampled_from([0, 20]),
    reading=st.sampled_from([(), (0.5, 1.0)]),
    mishap=MISHAPS,
    mishap_after=st.integers(0, len(WORDS)),
)
LIVES = st.builds(
    Life,
    replies=st.lists(REPLIES, min_size=1, max_size=3).map(tuple),
    at_load=st.sampled_from([None, None, None, "crash", "garbage"]),
    gpu_layers=st.sampled_from([0, 24]),
)
# A script that hangs shall not hold the test up; a child that is merely slow may be taken for one that hangs.
IMPATIENT = Deadlines(hello=PATIENCE, load=PATIENCE, first_word=0.3, between_words=0.3, farewell=2.0)


class EngineMachine(RuleBasedStateMachine):
    """A client, what is asked of it, and what it told."""

    model = Load(id=0, path="scripted.gguf", threads=1)

    def begin(self, command: list[str], deadlines: Deadlines) -> None:
        self.others, self.files = children(), open_files()
        self.told: queue.SimpleQueue[Answer | EngineError] = queue.SimpleQueue()
        self.client = EngineClient(command, self.told.put, self.told.put, deadlines)
        self.open: set[int] = set()  # drafts whose end was not told yet
        self.let_go: set[int] = set()  # those that were open and no longer awaited when a loss was told
        self.latest = 0  # the draft asked last; 0 when it has surely ended, or was cancelled
        self.asked: dict[int, str] = {}
        self.finished: list[Finished] = []
        self.client.start()
        self.client.load(self.model)

    # --- what is asked ---------------------------------------------------------------------------------------------

    @rule()
    def load(self) -> None:
        self.client.load(self.model)

    @rule(text=TEXTS)
    def draft(self, text: str) -> None:
        try:
            self.latest = self.client.draft(Order(Findings(text), max_tokens=8))
        except EngineBusy:
            assert self.latest, "refused though nothing is being drafted"
            return
        self.open.add(self.latest)
        self.asked[self.latest] = text

    @rule()
    def cancel(self) -> None:
        self.client.cancel(self.latest)
        self.latest = 0

    @rule(text=TEXTS, is_open=st.booleans())
    def prepare(self, text: str, is_open: bool) -> None:
        self.client.prepare(Order(Findings(text), max_tokens=8), is_open=is_open)

    @rule()
    def forget(self) -> None:
        self.client.forget()

    @rule(how=st.sampled_from([signal.SIGKILL, signal.SIGABRT, signal.SIGBUS]))
    def kill(self, how: signal.Signals) -> None:
        if pid := self.client.process_id:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(pid, how)
            while not isinstance(self.hear(), EngineError):
                pass

    @rule()
    def wait_for_the_end(self) -> None:
        while self.client.awaits(self.latest):
            self.hear()
        self.latest = 0

    # --- what comes of it ------------------------------------------------------------------------------------------

    def hear(self) -> Answer | EngineError:
        told = self.told.get(timeout=PATIENCE)
        match told:
            case EngineError():
                self.let_go |= {draft for draft in self.open if not self.client.awaits(draft)}
            case Words() | Reading():
                assert told.id in self.open, "words after the end"
            case Finished():
                assert told.id in self.open, "an end of something that has ended"
                self.open.remove(told.id)
                self.finished.append(told)
            case Failed() if told.id in self.open:
                self.open.remove(told.id)
        return told

    @invariant()
    def there_is_at_most_one_child(self) -> None:
        assert len(children() - getattr(self, "others", children())) <= 1

    def teardown(self) -> None:
        if not hasattr(self, "client"):
            return
        self.wait_for_the_end()
        # Answers come in order: after the end of one more draft, each before it has ended or is lost.
        self.draft("The lungs are clear.")
        self.wait_for_the_end()
        while not self.told.empty():
            self.hear()
        assert self.open <= self.let_go, "a draft without an end"
        self.client.close()
        assert children() == self.others
        assert engine_threads() == []
        assert open_files() == self.files


class ScriptedMachine(EngineMachine):
    """A child that crashes, hangs and sends garbage by a script."""

    @initialize(lives=st.lists(LIVES, min_size=1, max_size=4).map(tuple))
    def begin_script(self, lives: tuple[Life, ...]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        script = Script(lives).save(Path(self.folder.name) / "script.json")
        self.begin(scripted_command(script), IMPATIENT)

    def teardown(self) -> None:
        super().teardown()
        assert {finished.text for finished in self.finished if finished.finish == "stop"} <= {"".join(WORDS)}
        self.folder.cleanup()


def examine(machine: type[EngineMachine], examples: int, steps: int) -> None:
    """Run that many examples of at most so many steps."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks
        ),
    )


def test_whatever_befalls_a_scripted_child_each_draft_ends_once():
    examine(ScriptedMachine, examples=10, steps=16)


def test_whatever_is_asked_of_a_real_child_each_draft_ends_once_and_alike(tiny_model):
    drafted: dict[str, set[str]] = {}

    class RealMachine(EngineMachine):
        model = Load(id=0, path=str(tiny_model), threads=1)

        @initialize()
        def begin_model(self) -> None:
            self.begin(engine_command(), DEADLINES)

        def teardown(self) -> None:
            super().teardown()
            for finished in self.finished:
                if finished.finish != "cancelled":
                    drafted.setdefault(self.asked[finished.id], set()).add(finished.text)

    examine(RealMachine, examples=4, steps=14)
    assert drafted
    assert all(len(texts) == 1 for texts in drafted.values()), "what was read or drafted before shows in a draft"
