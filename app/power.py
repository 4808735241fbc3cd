"""Whether this PC runs on its battery: computing ahead of a draft would empty it."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

_SUPPLIES = Path("/sys/class/power_supply")


class _SystemPowerStatus(ctypes.Structure):
    _fields_ = (
        ("ac_line", ctypes.c_ubyte),
        ("battery_flag", ctypes.c_ubyte),
        ("battery_percent", ctypes.c_ubyte),
        ("status_flag", ctypes.c_ubyte),
        ("battery_seconds", ctypes.c_ulong),
        ("battery_full_seconds", ctypes.c_ulong),
    )


def on_battery(supplies: Path = _SUPPLIES) -> bool:
    """Whether no mains supply is online although there is a battery; False where the system does not say."""
    if sys.platform == "win32":
        status = _SystemPowerStatus()
        return bool(ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status))) and status.ac_line == 0
    kinds = {folder: _read(folder / "type") for folder in supplies.glob("*")}
    mains = [folder for folder, kind in kinds.items() if kind in ("Mains", "USB")]
    has_battery = any(kind == "Battery" and _read(folder / "scope") != "Device" for folder, kind in kinds.items())
    return has_battery and not any(_read(folder / "online") == "1" for folder in mains)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
