"""A child that is told to end while it tries a device leaves no word against the device; one that dies does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from app.engine.frames import frame
from app.engine.protocol import Load
from app.engine.verdicts import Verdicts
from app.paths import device_verdicts_path
from tests.app.engine.test_verdicts import ALL

# Hangs in the attempt, as a graphics driver can.
TRYING = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from app.engine import child, loading
from tests.app.engine.test_verdicts import ALL, SITUATION
def load(self, request):
    with self._verdicts.entry(SITUATION) as entry, self._verdicts.trying(entry, ALL):
        print("trying", file=sys.stderr, flush=True)
        threading.Event().wait()
loading.LlamaEngine.load = load
child.run([])
"""


@pytest.fixture
def trying():
    command = [sys.executable, "-c", TRYING, str(Path(__file__).parents[3])]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ
    )
    with process:
        process.stdin.write(frame(msgspec.json.encode(Load(id=1, path="model.gguf"))))
        process.stdin.flush()
        assert process.stderr.readline() == b"trying\n"
        yield process
        process.kill()


def attempts():
    return [entry.trying for entry in Verdicts(device_verdicts_path())._read()]


def test_an_app_that_is_closed_takes_the_word_back(trying):
    assert attempts() == [ALL]
    trying.stdin.close()
    assert trying.wait() == 0
    assert attempts() == [None]


def test_a_child_that_dies_leaves_it(trying):
    trying.send_signal(signal.SIGKILL)
    trying.wait()
    assert attempts() == [ALL]
