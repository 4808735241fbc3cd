"""The reference: llama-bench and llama-server of the very llama.cpp that our engine calls, compiled once elsewhere.

python tests/bench/reference_build.py [--cache FOLDER]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import platformdirs

PACKAGE = "llama-cpp-python"
TARGETS = ("llama-bench", "llama-server")
# What our own build leaves out and the reference is made of; no web page and no TLS, which would want other libraries.
_ALSO = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DLLAMA_BUILD_TOOLS=ON",
    "-DLLAMA_BUILD_SERVER=ON",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_OPENSSL=OFF",
)


def default_cache() -> Path:
    """Where the reference is kept when no other folder is named."""
    return platformdirs.user_cache_path("radiology-gpt-bench", appauthor=False)


def reference_programs(cache: Path) -> dict[str, Path]:
    """The programs by name, compiled now if they are not there yet.

    Raises:
        subprocess.CalledProcessError: it could not be fetched or compiled; the compiler's output says why.
    """
    home = cache / f"{PACKAGE}-{version(PACKAGE)}"
    folder = home / "build" / "bin"
    programs = {name: folder / (name + (".exe" if sys.platform == "win32" else "")) for name in TARGETS}
    if not all(program.is_file() for program in programs.values()):
        source = home / "llama.cpp"
        if not source.is_dir():
            _put_source(source)
        _compile(source, home / "build")
    return programs


def compile_flags() -> list[str]:
    """The flags that decide how fast llama.cpp computes: all that this PC's processor has, as the variant that our own
    build chooses here."""
    return ["-DGGML_NATIVE=ON"]


def _put_source(target: Path) -> None:
    """The vendored tree as `target`, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        fetched = _unpacked_by_uv() or _fetch(Path(scratch))
        copied = Path(scratch) / "copy"
        shutil.copytree(fetched, copied, ignore=shutil.ignore_patterns(".git", "build"), symlinks=True)
        copied.rename(target)


def _unpacked_by_uv() -> Path | None:
    """The source as uv unpacked it to compile our own build, if it is still there."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    cache = subprocess.run([uv, "cache", "dir"], capture_output=True, text=True, check=False).stdout.strip()
    found = Path(cache).glob(f"sdists-v*/*/{PACKAGE}/{version(PACKAGE)}/*/src/vendor/llama.cpp")
    return next((folder for folder in found if (folder / "tools" / "server" / "CMakeLists.txt").is_file()), None)


def _fetch(folder: Path) -> Path:
    wanted = f"{PACKAGE}=={version(PACKAGE)}"
    command = ["uv", "run", "--no-project", "--with", "pip", "python", "-m", "pip", "download"]
    options = ["--no-binary", ":all:", "--no-deps", "--no-build-isolation", "--dest", str(folder), wanted]
    _run([*command, *options])
    archive = next(folder.glob("*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return next(folder.glob("*/vendor/llama.cpp"))


def _compile(source: Path, build: Path) -> None:
    ninja = ["-G", "Ninja"] if shutil.which("ninja") else []
    _run(["cmake", "-S", str(source), "-B", str(build), *ninja, *compile_flags(), *_ALSO])
    _run(["cmake", "--build", str(build), "--parallel", str(os.cpu_count() or 1), "--target", *TARGETS])


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=default_cache())
    for name, program in reference_programs(parser.parse_args().cache).items():
        sys.stdout.write(f"{name}: {program}\n")


if __name__ == "__main__":
    main()
