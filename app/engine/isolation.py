"""What makes this process a quiet, safe engine child: its own pipe, a low priority, no survival of its parent.

It does not know what is computed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import IO

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_BELOW_NORMAL_PRIORITY_CLASS = 0x4000
_NICENESS = 5
_SPINS = "30000"


def take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to and from the app, kept for messages alone: what libraries print to stdout goes to stderr."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        for pipe in (requests, answers):
            msvcrt.setmode(pipe.fileno(), os.O_BINARY)
    return requests, answers


def settle_down() -> None:
    """Below-normal priority; end with the parent; leave no memory image behind; leave Ctrl+C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL_PRIORITY_CLASS)
        return
    import resource

    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_DUMPABLE, 0)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def set_environment() -> None:
    """Drop what changes where llama.cpp computes; let its threads wait for each other asleep on a busy PC; let no
    debugger read this process.
    """
    for name in list(os.environ):
        if name.startswith(("GGML_", "LLAMA_", "GOMP_", "OMP_")):
            del os.environ[name]
    # OpenMP's threads spin while they wait. Where another program wants the cores, the one that is waited for does not
    # run meanwhile, and with the default of 300,000 spins a token takes seconds instead of milliseconds. With too few
    # the threads fall asleep at every step: 300 cost a third of the speed of 30,000 on two cores.
    os.environ["GOMP_SPINCOUNT"] = _SPINS
    # Where llama.cpp aborts it would let a debugger print this process's stack, report text among the arguments, into
    # what the app keeps as the child's last words.
    os.environ["GGML_NO_BACKTRACE"] = "1"
