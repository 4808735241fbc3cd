"""An engine that recites: it can be slow, fail, hang, crash or send garbage on demand, across a real pipe.

For tests of whatever drives an engine, and for demonstrations without a model. It reads nothing of what it is asked.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Literal

import msgspec

from app.domain.errors import WorkstationError
from app.domain.layout import lay_out
from app.engine.protocol import (
    Draft,
    DraftBeside,
    Finish,
    Finished,
    Learn,
    Load,
    Prepare,
    Prepared,
    Reading,
    Ready,
    Words,
)
from app.engine.worker import Tell, failure

Mishap = Literal["crash", "hang", "garbage", "oversize"]

_CRASH_CODE = 66


class ScriptedFailure(msgspec.Struct, frozen=True):
    """A WorkstationError to answer with."""

    kind: str
    sentence: str
    remedy: str

    def error(self) -> WorkstationError:
        return WorkstationError.revive(self.kind, self.sentence, self.remedy)


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """How one draft is answered.

    Attributes:
        words: the pieces streamed, one message each.
        delay_ms: before each piece; a cancel ends it at once.
        late: a piece that still comes after a cancel, as of a step that was being computed.
        reading: fractions told before the first piece, each after `delay_ms`.
        mishap: happens after `mishap_after` pieces instead of the rest.
        failure: answered instead of the end.
    """

    words: tuple[str, ...] = ()
    delay_ms: float = 0.0
    late: str = ""
    reading: tuple[float, ...] = ()
    finish: Finish = "stop"
    mishap: Mishap | None = None
    mishap_after: int = 0
    failure: ScriptedFailure | None = None


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What one life of the child does; the last reply answers all further drafts.

    Attributes:
        name: the model's name, told in Ready; the other attributes of this kind likewise.
        load_ms: how long loading takes.
    """

    replies: tuple[Reply, ...] = (Reply(words=("No ", "acute ", "abnormality.")),)
    at_hello: Mishap | None = None
    at_load: Mishap | None = None
    load_failure: ScriptedFailure | None = None
    load_ms: float = 0.0
    name: str = "scripted"
    card: str = ""
    device: str = "CPU"
    gpu_layers: int = 0
    notice: str = ""


class Script(msgspec.Struct, frozen=True):
    """The lives of the child, one after each restart; the last life repeats."""

    lives: tuple[Life, ...] = (Life(),)

    def save(self, path: Path) -> Path:
        path.write_bytes(msgspec.json.encode(self))
        return path


class ScriptedEngine:
    """Lives the next life of a script; how many have been lived is counted in a file beside it."""

    def __init__(self, script: Path, answers: IO[bytes]) -> None:
        lives = msgspec.json.decode(script.read_bytes(), type=Script).lives
        with script.with_suffix(".lives").open("ab") as lived:
            number = lived.tell()
            lived.write(b".")
        self._life = lives[min(number, len(lives) - 1)]
        self._answers = answers
        self._drafts = 0

    def welcome(self) -> None:
        self._suffer(self._life.at_hello)

    def load(self, request: Load) -> Ready:
        threading.Event().wait(self._life.load_ms / 1000)
        self._suffer(self._life.at_load)
        if failure := self._life.load_failure:
            raise failure.error()
        return Ready(
            id=request.id,
            name=self._life.name,
            sha256="0" * 64,
            quantization="none",
            prompt_id="scripted",
            prompt_style=request.prompt_style or "chatml",
            card=self._life.card,
            device=self._life.device,
            gpu_layers=self._gpu_layers(request.gpu_layers),
            layers=1,
            threads=1,
            context=2048,
            load_ms=self._life.load_ms,
            notice=self._life.notice,
        )

    def draft(self, request: Draft, tell: Tell, cancelled: threading.Event) -> Finished:
        reply = self._life.replies[min(self._drafts, len(self._life.replies) - 1)]
        self._drafts += 1
        for fraction in reply.reading:
            cancelled.wait(reply.delay_ms / 1000)
            tell(Reading(id=request.id, fraction=fraction))
        said = ""
        for number, word in enumerate(reply.words):
            if number == reply.mishap_after:
                self._suffer(reply.mishap)
            if cancelled.wait(reply.delay_ms / 1000):
                if reply.late:
                    said += reply.late
                    tell(Words(id=request.id, text=reply.late))
                break
            said += word
            tell(Words(id=request.id, text=word))
        if reply.mishap_after >= len(reply.words):
            self._suffer(reply.mishap)
        if reply.failure:
            raise reply.failure.error()
        return Finished(
            id=request.id,
            text=lay_out(said.strip(), request.length),
            finish="cancelled" if cancelled.is_set() else reply.finish,
            prompt_tokens=0,
            output_tokens=len(reply.words),
            first_token_ms=reply.delay_ms,
            tokens_per_second=0.0,
        )

    def draft_beside(self, first: DraftBeside, following: Callable[[], DraftBeside | None], tell: Tell) -> None:
        """Nothing is gained by reciting together: one after the other, in the order of the script."""
        request: DraftBeside | None = first
        while request is not None:
            alone = Draft(**msgspec.structs.asdict(request))
            try:
                tell(self.draft(alone, tell, threading.Event()))
            except WorkstationError as error:
                tell(failure(request.id, error))
            request = following()

    def prepare(self, request: Prepare, is_interrupted: Callable[[], bool]) -> Prepared:
        """It has nothing to read; it tells how many words it was given."""
        del is_interrupted
        return Prepared(id=request.id, tokens=len(request.findings.split()))

    def forget(self) -> None:
        """It remembers nothing."""

    def learn(self, request: Learn) -> None:
        """It learns nothing."""
        del request

    def _gpu_layers(self, wanted: int | None) -> int:
        fitting = self._life.gpu_layers
        return fitting if wanted is None or wanted < 0 else min(wanted, fitting)

    def _suffer(self, mishap: Mishap | None) -> None:
        match mishap:
            case "crash":
                os._exit(_CRASH_CODE)
            case "hang":
                threading.Event().wait()
            case "garbage":
                self._answers.write(b"\x00\x00\x00\x05llama")
                self._answers.flush()
            case "oversize":
                self._answers.write(b"\xff\xff\xff\xff")
                self._answers.flush()
