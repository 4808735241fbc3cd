"""What a processor offers and what a build uses are told in the same words."""

from __future__ import annotations

import tomllib
from pathlib import Path

from app.engine import processor

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_the_build_carries_every_processor_variant_and_nothing_of_the_pc_it_was_built_on():
    config = tomllib.loads(PYPROJECT.read_text())["tool"]["uv"]["config-settings-package"]["llama-cpp-python"]
    arguments = set(config["cmake.args"])
    assert {"-DGGML_BACKEND_DL=ON", "-DGGML_CPU_ALL_VARIANTS=ON", "-DGGML_NATIVE=OFF", "-DGGML_RPC=OFF"} <= arguments


def test_features_are_read_in_the_kernels_spelling():
    cpuinfo = "processor : 0\nflags\t\t: fpu pni avx avx2\nprocessor : 1\nflags\t\t: fpu\n"
    assert processor._linux_features(cpuinfo) == {"FPU", "PNI", "SSE3", "AVX", "AVX2"}


def test_a_builds_features_are_those_switched_on():
    info = "CPU : SSE3 = 1 | AVX = 1 | AVX512 = 0 | LLAMAFILE = 1 | OPENMP = 1 | REPACK = 1 | "
    assert processor.built_features(info) == {"SSE3", "AVX"}


def test_there_is_at_least_one_core():
    assert processor.physical_cores() >= 1
