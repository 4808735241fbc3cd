"""The libraries are found without loading them."""

from __future__ import annotations

import pytest

from app.engine import library


def test_the_libraries_lie_inside_their_package_a_variant_for_each_kind_of_processor():
    names = [path.name for path in library.library_dir().iterdir()]
    assert any("llama" in name for name in names)
    assert sum("ggml-cpu-" in name for name in names) > 1
    assert not any("rpc" in name for name in names)


def test_a_package_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(library, "PACKAGE", "surely_not_installed")
    with pytest.raises(ImportError, match="not installed"):
        library.library_dir()
