"""How much of this PC's memory a process holds.

It does not know which process.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

_PROCESS_QUERY_LIMITED_INFORMATION = 0x1000


class _Counters(ctypes.Structure):
    """Windows' PROCESS_MEMORY_COUNTERS."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("page_faults", ctypes.c_uint32),
        ("peak_working_set", ctypes.c_size_t),
        ("working_set", ctypes.c_size_t),
        ("quota_peak_paged_pool", ctypes.c_size_t),
        ("quota_paged_pool", ctypes.c_size_t),
        ("quota_peak_non_paged_pool", ctypes.c_size_t),
        ("quota_non_paged_pool", ctypes.c_size_t),
        ("pagefile", ctypes.c_size_t),
        ("peak_pagefile", ctypes.c_size_t),
    )


def resident_bytes(process: int) -> int | None:
    """What the process holds in memory, the parts of files that it has mapped among it; None where nobody tells.

    A model's weights are such a file: they count here, though several processes would share them.
    """
    if sys.platform == "win32":
        return _working_set(process)
    if sys.platform == "darwin":
        told = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(process)], capture_output=True, check=False).stdout
        return int(told) * 1024 if told.strip().isdigit() else None
    return _from_status(Path(f"/proc/{process}/status"))


def _from_status(status: Path) -> int | None:
    try:
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    kilobytes = next((line.split()[1] for line in lines if line.startswith("VmRSS:")), None)
    return int(kilobytes) * 1024 if kilobytes else None


def _working_set(process: int) -> int | None:
    held: int | None = None
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = ctypes.c_void_p(kernel.OpenProcess(_PROCESS_QUERY_LIMITED_INFORMATION, 0, process))
        counters = _Counters(size=ctypes.sizeof(_Counters))
        if handle and kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.size):
            held = int(counters.working_set)
        if handle:
            kernel.CloseHandle(handle)
    return held
