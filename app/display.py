"""Whether a window can be opened, asked before Qt is: without a display Qt ends the process with a core dump.

It does not open one.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
import os
import sys
from pathlib import Path

from app.domain.errors import DisplayMissing

_INSTALL = (
    "on Debian and Ubuntu: apt-get install libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxcb-xinerama0"
)


def require_display() -> None:
    """Return if Qt will find a screen.

    Raises:
        DisplayMissing: it will not, with the reason.
    """
    if sys.platform != "linux":
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform and platform not in ("xcb", "wayland"):
        return
    if platform != "xcb" and _has_wayland():
        return
    if not os.environ.get("DISPLAY"):
        raise DisplayMissing("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)")
    _require_plugin()
    _require_x_server()


def _has_wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and Path(os.environ.get("XDG_RUNTIME_DIR", "/"), str(name)).exists()


def _require_plugin() -> None:
    """Whether Qt's part for X finds all the system's libraries that it needs."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        raise DisplayMissing("PySide6 is not installed")
    plugin = Path(spec.submodule_search_locations[0]) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        library = str(error).partition(":")[0]
        raise DisplayMissing(f"the system library {library} cannot be loaded ({_INSTALL})") from None


def _require_x_server() -> None:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    is_refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if is_refused:
        raise DisplayMissing(f"the display {os.environ['DISPLAY']} cannot be reached")
