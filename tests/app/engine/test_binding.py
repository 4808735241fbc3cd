"""llama.cpp's functions are those of the one library that computes, wherever the environment points."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Opens the library as the child does, and says which of llama.cpp's files are mapped.
OPENING = """
import sys
from app.engine import isolation
isolation.set_environment()
from app.engine import binding
from app.engine.devices import find_devices
binding.open_library()
assert find_devices()
for line in open("/proc/self/maps"):
    if "libggml" in line or "libllama" in line or "planted" in line:
        print(line.split()[-1])
"""


def mapped(folder: Path, **environment: str) -> set[Path]:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.path.insert(0, sys.argv[1])\n" + OPENING,
            str(Path(__file__).parents[3]),
        ],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {Path(line) for line in done.stdout.split()}


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel what is mapped")
def test_each_library_is_loaded_once_from_its_package_whatever_the_environment_says(tmp_path):
    """A second copy under another name would have a register of devices of its own."""
    from app.engine.library import library_dir

    for name in ("libllama.so", "libggml.so", "libggml-cpu.so", "planted.so"):
        (tmp_path / name).write_bytes(b"planted")
    overrides = {
        "LLAMA_CPP_LIB_PATH": str(tmp_path),
        "GGML_BACKEND_PATH": str(tmp_path / "planted.so"),
        "GGML_BACKEND_DIR": str(tmp_path),
        "GGML_VK_VISIBLE_DEVICES": "0",
    }
    files = mapped(tmp_path, **overrides)
    assert {file.parent for file in files} == {library_dir()}
    stems = [file.name.partition(".")[0] for file in files]
    assert sorted(stems) == sorted(set(stems))


def test_a_function_that_the_library_lacks_is_named():
    from app.engine.binding import ggml_function

    with pytest.raises(ImportError, match="no ggml_surely_not"):
        ggml_function("ggml_surely_not", None)
