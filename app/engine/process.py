"""The engine child as a process: start it, send without ever blocking, read its answers, keep its last words, end it.

It does not know what is asked of the child, nor when it must be started again.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, cast

import msgspec

from app.engine.frames import FrameBroken, frame, read_frame
from app.engine.protocol import Answer, Request

if sys.platform == "win32":
    _NO_CONSOLE = subprocess.CREATE_NO_WINDOW
else:
    _NO_CONSOLE = 0
_LAST_LINES = 200
_LINE_LENGTH = 500
_REQUEST_ENCODER = msgspec.json.Encoder()
_ANSWER_DECODER: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class EngineProcess:
    """One life of the child."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it.

        Raises:
            OSError: the command cannot be started.
        """
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=_NO_CONSOLE,
        )
        self._stdin, self._stdout, self._stderr = (
            cast("IO[bytes]", pipe) for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._threads = [
            threading.Thread(target=self._write, name="engine writer", daemon=True),
            threading.Thread(target=self._drain, name="engine stderr", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, request: Request) -> None:
        """Hand a request to the writing thread: a child that does not read must not stop the one who asks.

        Raises:
            FrameBroken: it is larger than the protocol allows.
        """
        self._outbox.put(frame(_REQUEST_ENCODER.encode(request)))

    def answers(self) -> Iterator[Answer]:
        """Its answers as they come, until it closes its end.

        Raises:
            FrameBroken: it sent something that is no answer.
            EOFError: it ended within an answer.
        """
        while (body := read_frame(self._stdout)) is not None:
            yield _decode(body)

    @property
    def unsent(self) -> int:
        """How many requests the child has not begun to read."""
        return self._outbox.qsize()

    def last_lines(self) -> str:
        """The end of what it wrote to stderr."""
        return "\n".join(self._last_lines)

    def kill(self) -> None:
        self._process.kill()

    def end(self, patience: float) -> int:
        """Close its stdin, give it `patience` seconds to end, then kill it; the exit code. Nothing of it is left."""
        self._outbox.put(None)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
        code = self._process.wait()
        for thread in self._threads:
            thread.join()
        self._stdout.close()
        self._stderr.close()
        return code

    def _write(self) -> None:
        # A broken pipe needs no word here: the reader sees the child's end and says why.
        with suppress(OSError):
            while (data := self._outbox.get()) is not None:
                self._stdin.write(data)
                self._stdin.flush()
        with suppress(OSError):
            self._stdin.close()

    def _drain(self) -> None:
        while line := self._stderr.readline(_LINE_LENGTH):
            self._last_lines.append(line.decode("utf-8", "replace").rstrip())


def _decode(body: bytes) -> Answer:
    try:
        return _ANSWER_DECODER.decode(body)
    except ValueError as error:
        # msgspec's own errors and those of broken UTF-8; their text may quote what was sent.
        raise FrameBroken(f"no answer ({type(error).__name__})") from None
