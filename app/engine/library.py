"""Where llama.cpp's libraries lie, known without loading any of them."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

PACKAGE = "llama_cpp"


def package_spec() -> ModuleSpec:
    """The package that carries the libraries; nothing of it is run. Raises ImportError: it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"{PACKAGE} is not installed")
    return spec


def library_dir() -> Path:
    """The folder of the libraries. Raises ImportError."""
    return Path((package_spec().submodule_search_locations or [""])[0]) / "lib"
