"""The speed of reading memory: no figure is expected, but that all of it was read."""

from __future__ import annotations

import pytest

from app.measuring import bandwidth


@pytest.mark.parametrize("threads", [1, 3])
def test_all_of_the_memory_is_read_in_every_pass(monkeypatch, threads):
    passes: list[int] = []
    real = bandwidth._one_pass

    def note(address: int, size: int, count: int) -> float:
        passes.append(size)
        assert count == threads
        return real(address, size, count)

    monkeypatch.setattr(bandwidth, "_one_pass", note)
    found = bandwidth.read_bandwidth(threads, size=8 << 20)
    assert passes == [8 << 20] * len(passes)
    assert found > 0
