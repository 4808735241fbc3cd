"""The door to llama.cpp: its low-level functions as `llama`, and nothing else of the package that carries them.

Importing this loads native code; check the processor and the environment first. The only importer of llama_cpp.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from collections import deque
from typing import Any

from app.engine.library import PACKAGE, library_dir, package_spec

__all__ = ["LIBRARY_VERSION", "ggml_function", "last_error", "llama", "open_library"]

# The binding lays out structures by hand; another library than the one it was written for would read them wrongly.
LIBRARY_VERSION = "0.5.0"
_WARNING, _ERROR, _CONTINUED = 3, 4, 5

_LIBRARY_DIR = library_dir()

# The package's `__init__` would import the high-level interface, and with it a pickling cache and a template engine:
# the package is made known without running it, and forgotten again, so that whoever wants all of it still gets it.
_is_known = PACKAGE in sys.modules
if not _is_known:
    sys.modules[PACKAGE] = importlib.util.module_from_spec(package_spec())
import llama_cpp.llama_cpp as llama  # noqa: E402
from llama_cpp._ctypes_extensions import load_shared_library  # noqa: E402

if not _is_known:
    del sys.modules[PACKAGE]

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
    version = llama.llama_version().split(b"-")[0].decode()
    if version != LIBRARY_VERSION:
        raise ImportError(f"llama.cpp {version} instead of {LIBRARY_VERSION}")
    # Without this, llama.cpp would search for back ends in the current directory.
    load = ggml_function("ggml_backend_load_all_from_path", None, ctypes.c_char_p)
    load(os.fsencode(_LIBRARY_DIR))
    llama.llama_backend_init()


def ggml_function(name: str, result: Any, *arguments: Any) -> Any:
    """A function of the libraries beneath llama.cpp, with its ctypes.

    It is looked up from llama.cpp's own library: a wheel holds each library under two names, and what is opened by the
    other name is a second copy with a register of devices of its own, which llama.cpp never sees. Only Windows does not
    look on in the libraries beneath, and there each has one name.
    """
    for library in (llama._lib, *(load_shared_library(beneath, _LIBRARY_DIR) for beneath in _beneath())):
        try:
            function = library[name]
        except AttributeError:
            continue
        function.restype, function.argtypes = result, arguments
        return function
    raise ImportError(f"llama.cpp's library has no {name}")


def _beneath() -> tuple[str, ...]:
    return ("ggml", "ggml-base") if sys.platform == "win32" else ()
