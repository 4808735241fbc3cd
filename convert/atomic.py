"""A file that appears whole or not at all, one builder at a time.

It does not know what is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def locked(output: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Alone with this output until the end; `on_wait` is called when another process is at it already."""
    lock = FileLock(output.with_name(f".{output.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def temporary(output: Path, purpose: str) -> Iterator[Path]:
    """A file beside the output that is gone afterwards; what a killed build left there is overwritten."""
    path = output.with_name(f".{output.name}.{purpose}")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """A file beside the output that takes its place at the end, safely on disk, or vanishes."""
    with temporary(output, "partial") as partial:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(output)
        if os.name == "posix":
            folder = os.open(output.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
