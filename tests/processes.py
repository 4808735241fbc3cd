"""What Linux tells of processes: whose children live, what a process holds open. For tests that look for leftovers."""

from __future__ import annotations

import os
import threading
from pathlib import Path

PROC = Path("/proc")


def children(parent: int | None = None) -> set[int]:
    """The processes that have this one (or `parent`) as their parent, those among them that nobody waited for too."""
    parent = parent or os.getpid()
    return {int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and _parent(entry) == parent}


def open_files(process: int | None = None) -> int:
    """How many files, pipes among them, a process holds open."""
    return len(list((PROC / str(process or os.getpid()) / "fd").iterdir()))


def thread_count(process: int | None = None) -> int:
    return len(list((PROC / str(process or os.getpid()) / "task").iterdir()))


def engine_threads() -> list[str]:
    """The names of this process's threads that belong to an engine's client."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("engine")]


def _parent(entry: Path) -> int | None:
    try:
        status = (entry / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # "pid (name) state parent …": the name may hold spaces and parentheses.
    return int(status.rpartition(")")[2].split()[1])
