"""How the library was built is known from its files."""

from __future__ import annotations

import pytest

from app.engine import library, processor


def test_the_libraries_lie_inside_their_package():
    assert any(library.library_dir().glob("*llama*"))
    assert not library.has_processor_variants()


def test_a_build_with_processor_variants_needs_nothing_of_the_processor(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "library_dir", lambda: tmp_path)
    (tmp_path / "libggml-cpu.so").touch()
    assert processor.needed_features() == processor.BUILT_FOR
    (tmp_path / "libggml-cpu-haswell.so").touch()
    assert processor.needed_features() == frozenset()
    processor.check_processor(frozenset())


def test_a_package_that_is_not_there_is_no_portable_build(monkeypatch):
    monkeypatch.setattr(library, "PACKAGE", "surely_not_installed")
    with pytest.raises(ImportError, match="not installed"):
        library.library_dir()
    assert not library.has_processor_variants()
