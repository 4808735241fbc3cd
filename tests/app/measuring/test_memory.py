"""What a process holds in memory, told by the system."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from app.measuring.memory import resident_bytes

HELD = 64 << 20


def test_what_a_process_takes_and_touches_is_counted():
    before = resident_bytes(os.getpid())
    held = bytearray(os.urandom(1)) * HELD
    after = resident_bytes(os.getpid())
    assert before is not None
    assert after is not None
    assert 0.9 * len(held) < after - before < 1.5 * len(held)


def test_of_another_process_too():
    hold = f"held = b'x' * {HELD}; print(len(held), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        told = resident_bytes(other.pid)
        other.communicate(b"\n")
    assert told is not None
    assert HELD < told < 2 * HELD


@pytest.mark.skipif(sys.platform == "win32", reason="Windows gives no numbers to what has ended")
def test_a_process_that_is_gone_holds_nothing_that_could_be_told():
    with subprocess.Popen([sys.executable, "-c", ""]) as other:
        other.wait()
    assert resident_bytes(other.pid) is None
