"""The proof that a process cannot reach the network: none of the modules that do has been loaded."""

from __future__ import annotations

import sys

NETWORK_MODULES = ("asyncio", "http.client", "requests", "ssl", "urllib.request", "PySide6.QtNetwork")


def loaded_network_modules() -> tuple[str, ...]:
    """Those loaded in this process; there must be none."""
    return tuple(name for name in NETWORK_MODULES if name in sys.modules)
