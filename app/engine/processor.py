"""The processor: what it offers, against which a build is checked, and its cores."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

# llama.cpp's names for features → the kernel's, where they differ.
_KERNEL_NAMES = {"SSE3": "PNI", "AVX512": "AVX512F", "AVX512_VBMI": "AVX512VBMI"}


def features() -> frozenset[str] | None:
    """What this processor offers, in llama.cpp's spelling ("AVX2"); None where it cannot be asked or is not x86-64.

    Windows tells of single features only, never of all.
    """
    found: frozenset[str] | None = None
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return found
    if sys.platform == "linux":
        found = _linux_features(Path("/proc/cpuinfo").read_text("ascii", "replace"))
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
