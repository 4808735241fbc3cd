"""A processor that is too old is told before native code runs on it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from app.domain.errors import ProcessorTooOld
from app.engine import processor

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_the_check_asks_for_what_the_build_switches_on():
    config = tomllib.loads(PYPROJECT.read_text())["tool"]["uv"]["config-settings-package"]["llama-cpp-python"]
    switched_on = {
        found[1] for argument in config["cmake.args"] if (found := re.fullmatch(r"-DGGML_(\w+)=ON", argument))
    }
    assert switched_on == processor.BUILT_FOR
    assert "-DGGML_NATIVE=OFF" in config["cmake.args"]


def test_this_processor_runs_the_build():
    processor.check_processor(processor.features())


def test_a_processor_without_avx2_is_refused_by_name():
    with pytest.raises(ProcessorTooOld, match="AVX2, BMI2"):
        processor.check_processor(processor.BUILT_FOR - {"AVX2", "BMI2"})


def test_a_processor_that_cannot_be_asked_is_trusted():
    processor.check_processor(None)


def test_features_are_read_in_the_kernels_spelling():
    cpuinfo = "processor : 0\nflags\t\t: fpu pni avx avx2\nprocessor : 1\nflags\t\t: fpu\n"
    assert processor._linux_features(cpuinfo) == {"FPU", "PNI", "SSE3", "AVX", "AVX2"}


def test_a_builds_features_are_those_switched_on():
    info = "CPU : SSE3 = 1 | AVX = 1 | AVX512 = 0 | LLAMAFILE = 1 | OPENMP = 1 | REPACK = 1 | "
    assert processor.built_features(info) == {"SSE3", "AVX"}


def test_there_is_at_least_one_core():
    assert processor.physical_cores() >= 1
