"""A driver's version is told where it can be asked; a PC without Vulkan is no error."""

from __future__ import annotations

import platform

import pytest

from app.engine import drivers


def test_the_kernel_is_named_and_the_answer_is_the_same_twice():
    versions = drivers.driver_versions()
    assert versions[0] == platform.release()
    assert drivers.driver_versions() == versions


@pytest.mark.parametrize("library", ["libsurely-not-there.so.1", "libc.so.6"])
def test_without_vulkan_there_is_no_version(monkeypatch, library):
    monkeypatch.setattr(drivers, "_LOADERS", {"linux": library})
    assert drivers._vulkan_versions() == []
