"""The processor: whether it can run llama.cpp at all, asked before any of its code is loaded, and its cores."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys
from pathlib import Path

from app.domain.errors import ProcessorTooOld
from app.engine.library import has_processor_variants

# What pyproject.toml's cmake.args switch on; a test holds the two together.
BUILT_FOR = frozenset({"AVX", "AVX2", "FMA", "F16C", "BMI2"})
# llama.cpp's names for features → the kernel's, where they differ.
_KERNEL_NAMES = {"SSE3": "PNI", "AVX512": "AVX512F", "AVX512_VBMI": "AVX512VBMI"}
_PF_AVX2_INSTRUCTIONS_AVAILABLE = 40


def features() -> frozenset[str] | None:
    """What this processor offers, in llama.cpp's spelling ("AVX2"); None where it cannot be asked or is not x86-64."""
    found: frozenset[str] | None = None
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return found
    if sys.platform == "linux":
        found = _linux_features(Path("/proc/cpuinfo").read_text("ascii", "replace"))
    elif sys.platform == "win32":
        # Windows names no other feature; every PC processor that has AVX2 has the others.
        has_avx2 = ctypes.windll.kernel32.IsProcessorFeaturePresent(_PF_AVX2_INSTRUCTIONS_AVAILABLE)
        found = BUILT_FOR if has_avx2 else frozenset()
    elif sys.platform == "darwin":
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.features", "machdep.cpu.leaf7_features"]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        found = frozenset(said.upper().replace("AVX1.0", "AVX").split())
    return found


def _linux_features(cpuinfo: str) -> frozenset[str] | None:
    flags = next((line.partition(":")[2] for line in cpuinfo.splitlines() if line.startswith("flags")), None)
    if flags is None:
        return None
    named = set(flags.upper().split())
    return frozenset(named | {ours for ours, kernel in _KERNEL_NAMES.items() if kernel in named})


def needed_features() -> frozenset[str]:
    """What the installed build cannot do without: nothing where it carries a library for each kind of processor."""
    return frozenset() if has_processor_variants() else BUILT_FOR


def check_processor(offered: frozenset[str] | None) -> None:
    """Whether llama.cpp's build can run here.

    Raises:
        ProcessorTooOld: with what is missing; without this check the process would end at an illegal instruction.
    """
    missing = needed_features() - offered if offered is not None else frozenset()
    if missing:
        raise ProcessorTooOld(", ".join(sorted(missing)))


def built_features(system_info: str) -> frozenset[str]:
    """The instruction sets that a build of llama.cpp uses, from its system info ("CPU : AVX = 1 | AVX2 = 1 | ")."""
    pairs = (part.rpartition(":")[2].split("=") for part in system_info.split("|") if "=" in part)
    switched_on = {name.strip() for name, value in pairs if value.strip() == "1"}
    return frozenset(switched_on - {"LLAMAFILE", "OPENMP", "REPACK", "ACCELERATE", "DOTPROD"})


def physical_cores() -> int:
    """Cores this process may use, counting the threads of one core once: a second thread only slows matrices down."""
    if sys.platform == "linux":
        cores = len({_core(cpu) for cpu in os.sched_getaffinity(0)})
    else:
        # Elsewhere two threads a core is the rule on PCs.
        cores = max(1, (os.cpu_count() or 2) // 2)
    return cores


def _core(cpu: int) -> tuple[str, str]:
    topology = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology")
    try:
        return (topology / "physical_package_id").read_text(), (topology / "core_id").read_text()
    except OSError:
        return "unknown", str(cpu)
