"""The door to llama.cpp: its low-level functions as `llama`, and nothing else of the package that carries them.

Importing this loads native code; check the processor and the environment first. The only importer of llama_cpp.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from collections import deque
from pathlib import Path

__all__ = ["last_error", "llama", "load_ggml", "open_library"]

_PACKAGE = "llama_cpp"
# The binding lays out structures by hand; another library than the one it was written for would read them wrongly.
_LIBRARY_VERSION = b"0.5.0"
_WARNING, _ERROR, _CONTINUED = 3, 4, 5


_spec = importlib.util.find_spec(_PACKAGE)
if _spec is None or not _spec.submodule_search_locations:
    raise ImportError(f"{_PACKAGE} is not installed")
LIBRARY_DIR = Path(_spec.submodule_search_locations[0]) / "lib"

# The package's `__init__` would import the high-level interface, and with it a pickling cache and a template engine:
# the package is made known without running it, and forgotten again, so that whoever wants all of it still gets it.
_is_known = _PACKAGE in sys.modules
if not _is_known:
    sys.modules[_PACKAGE] = importlib.util.module_from_spec(_spec)
import llama_cpp.llama_cpp as llama  # noqa: E402
from llama_cpp._ctypes_extensions import load_shared_library  # noqa: E402

if not _is_known:
    del sys.modules[_PACKAGE]

_last_errors: deque[str] = deque(maxlen=5)
_level = 0


@llama.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, _user_data: ctypes.c_void_p) -> None:
    """Warnings and errors to stderr; llama.cpp's log speaks of models and devices, never of prompts."""
    global _level
    _level = _level if level == _CONTINUED else level
    if _level not in (_WARNING, _ERROR):
        return
    # Not sys.stderr: a windowed program has none, though its parent reads the pipe.
    os.write(2, text)
    line = text.decode("utf-8", "replace").strip()
    if _level == _ERROR and line:
        _last_errors.append(line)


def last_error() -> str:
    """llama.cpp's last words about an error, and "" when it had none; they are forgotten then."""
    words = "; ".join(_last_errors)
    _last_errors.clear()
    return words


def open_library() -> None:
    """Set llama.cpp up: computing back ends are loaded from the package's own folder and from nowhere else.

    Raises:
        ImportError: the library is not the one that the binding was written for.
    """
    llama.llama_log_set(_log, ctypes.c_void_p(0))
    version = llama.llama_version().split(b"-")[0]
    if version != _LIBRARY_VERSION:
        raise ImportError(f"llama.cpp {version.decode()} instead of {_LIBRARY_VERSION.decode()}")
    ggml = load_ggml()
    # Without this, llama.cpp would search for back ends in the current directory.
    ggml.ggml_backend_load_all_from_path(str(LIBRARY_DIR).encode())
    llama.llama_backend_init()


def load_ggml(name: str = "ggml") -> ctypes.CDLL:
    """The library beside llama.cpp that knows the devices."""
    library: ctypes.CDLL = load_shared_library(name, LIBRARY_DIR)
    return library
