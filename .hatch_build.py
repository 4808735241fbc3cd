"""Says in one sentence what is missing before llama.cpp's own build fails in many."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSTALL = {
    "linux": "`apt install build-essential` (Debian, Ubuntu) or `dnf install gcc gcc-c++` (Fedora, RHEL)",
    "darwin": "`xcode-select --install`",
    "win32": "the Visual Studio Build Tools with the workload “Desktop development with C++”",
}


class CompilerCheck(BuildHookInterface):
    """Runs when this package is installed from source, beside the compilation of llama.cpp."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        # On Windows the compiler is found through its installer, not on PATH: CMake knows better than we do.
        if sys.platform == "win32" or os.environ.get("CC"):
            return
        if not any(shutil.which(name) for name in ("cc", "gcc", "clang")):
            raise SystemExit(
                "radiology-gpt compiles llama.cpp once and found no C/C++ compiler. "
                f"Install it with {INSTALL.get(sys.platform, INSTALL['linux'])}, then run the same command again."
            )
