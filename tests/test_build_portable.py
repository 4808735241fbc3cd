"""The portable wheel: from the locked source, with every processor variant and Vulkan, and never with RPC."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

_FILE = Path(__file__).parents[1] / ".build_portable.py"
_SPEC = importlib.util.spec_from_file_location("build_portable", _FILE)
build_portable = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(build_portable)

COMPLETE = ("libggml-base.so", "libggml-cpu-haswell.so", "libggml-vulkan.so", "libllama.so")


def wheel_with(folder: Path, *names: str) -> Path:
    path = folder / "llama_cpp_python-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(f"llama_cpp/lib/{name}", b"")
        archive.writestr("llama_cpp/llama_cpp.py", b"")
    return path


def test_the_source_is_the_one_that_is_installed_by_its_hash():
    line = build_portable.locked_source()
    assert re.fullmatch(r"llama-cpp-python==\S+ --hash=sha256:[0-9a-f]{64}\n", line)
    assert line.split()[0] == f"llama-cpp-python=={version('llama-cpp-python')}"


def test_the_back_ends_are_loaded_at_run_time_and_none_of_them_is_remote():
    arguments = build_portable.settings(cuda=False)["SKBUILD_CMAKE_ARGS"].split(";")
    assert {"-DGGML_BACKEND_DL=ON", "-DGGML_CPU_ALL_VARIANTS=ON", "-DGGML_VULKAN=ON"} <= set(arguments)
    assert {"-DGGML_NATIVE=OFF", "-DGGML_RPC=OFF"} <= set(arguments)
    assert "-DGGML_CUDA=ON" not in arguments
    assert "-DGGML_CUDA=ON" in build_portable.settings(cuda=True)["SKBUILD_CMAKE_ARGS"].split(";")


def test_a_wheel_must_hold_what_it_promises(tmp_path):
    assert sorted(build_portable.check(wheel_with(tmp_path, *COMPLETE))) == sorted(COMPLETE)
    with pytest.raises(SystemExit, match="ggml-vulkan"):
        build_portable.check(wheel_with(tmp_path, *(name for name in COMPLETE if "vulkan" not in name)))
    with pytest.raises(SystemExit, match="ggml-rpc"):
        build_portable.check(wheel_with(tmp_path, *COMPLETE, "libggml-rpc.so"))


@pytest.mark.skipif(not shutil.which("cc"), reason="asks the compiler")
def test_headers_too_old_are_told_before_anything_is_compiled(tmp_path, monkeypatch):
    core = tmp_path / "include" / "vulkan" / "vulkan_core.h"
    core.parent.mkdir(parents=True)
    monkeypatch.setenv("VULKAN_SDK", str(tmp_path))
    monkeypatch.setenv("CC", "cc")
    core.write_text("typedef struct VkLayerSettingEXT { int type; } VkLayerSettingEXT;\n")
    build_portable.require_vulkan_headers()
    core.write_text("typedef int VkBool32;\n")
    with pytest.raises(SystemExit, match="too old"):
        build_portable.require_vulkan_headers()


def test_nothing_but_the_project_says_what_is_switched_on(tmp_path, monkeypatch):
    asked = {}

    def pip(command: list[str], *, check: bool, env: dict[str, str]) -> None:
        asked.update(env)
        requirements = Path(command[command.index("-r") + 1])
        assert requirements.read_text("utf-8") == build_portable.locked_source()
        wheel_with(tmp_path, *COMPLETE)

    monkeypatch.setattr(subprocess, "run", pip)
    for name in ("CMAKE_ARGS", "SKBUILD_CMAKE_DEFINE", "GGML_RPC"):
        monkeypatch.setenv(name, "-DGGML_RPC=ON")
    build_portable.build(tmp_path, cuda=False)
    assert {name for name in asked if "RPC=ON" in asked[name]} == set()
    assert asked["SKBUILD_CMAKE_ARGS"] == build_portable.settings(cuda=False)["SKBUILD_CMAKE_ARGS"]
    assert asked["PATH"] == os.environ["PATH"]
