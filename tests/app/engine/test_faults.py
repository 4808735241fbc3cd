"""What can befall the engine child: each fault ends in one true sentence with a remedy, and the next draft comes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ABORTS = """
from app.engine import isolation
isolation.settle_down()
isolation.set_environment()
from app.engine import binding
binding.load_ggml("ggml-base").ggml_abort(b"place", 7, b"reason")
"""


def test_an_abort_of_llama_cpp_calls_no_debugger_to_read_the_report_out_of_memory(tmp_path: Path):
    called = tmp_path / "called"
    for name in ("gdb", "lldb"):
        debugger = tmp_path / name
        debugger.write_text(f"#!/bin/sh\ntouch {called}\n")
        debugger.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-I", "-c", ABORTS], env={"PATH": str(tmp_path)}, capture_output=True, check=False
    )
    assert done.returncode < 0
    assert done.stderr.strip() == b"place:7: reason"
    assert not called.exists()
