"""The child's pipe is for messages alone, and the child never outlives the app."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

import pytest

from app.engine.scripted import Life, Reply, Script
from tests.app.engine.conftest import scripted_command

NOISY = """
import os
from app.engine import isolation
requests, answers = isolation.take_pipes()
print("printed", flush=True)
os.write(1, b"written by a library")
answers.write(requests.read())
answers.flush()
"""
# Starts a child that drafts for an hour, tells its id, and waits for its own end.
PARENT = """
import sys, threading
from app.domain.report import Findings
from app.engine.client import EngineClient
from app.engine.order import Order
from app.engine.protocol import Welcome, Words
def hear(answer):
    if isinstance(answer, Welcome):
        print(answer.pid, flush=True)
    if isinstance(answer, Words):
        print("drafting", flush=True)
client = EngineClient(sys.argv[1:], hear, print)
client.start()
client.draft(Order(Findings("The lungs are clear.")))
threading.Event().wait()
"""


def test_what_is_printed_goes_to_stderr_and_only_messages_to_stdout():
    done = subprocess.run([sys.executable, "-I", "-c", NOISY], input=b"message", capture_output=True, check=True)
    assert done.stdout == b"message"
    assert b"printed" in done.stderr
    assert b"written by a library" in done.stderr


@pytest.mark.parametrize("mishap", [None, "hang"])
def test_the_child_ends_when_the_app_is_killed(tmp_path, mishap):
    reply = Reply(words=("One ", "two"), delay_ms=0 if mishap else 50, mishap=mishap, mishap_after=1)
    slow = Reply(words=("One ", *["word "] * 100_000), delay_ms=20)
    script = Script((Life(replies=(reply if mishap else slow,)),)).save(tmp_path / "script.json")
    app = subprocess.Popen([sys.executable, "-I", "-c", PARENT, *scripted_command(script)], stdout=subprocess.PIPE)
    with app:
        child = int(app.stdout.readline())
        assert app.stdout.readline() == b"drafting\n"
        watched = os.pidfd_open(child)
        app.send_signal(signal.SIGKILL)
    readable, _, _ = select.select([watched], [], [], 30)
    os.close(watched)
    assert readable, "the child is still alive"
