"""Measuring as often as the time allows."""

from __future__ import annotations

import pytest

from app.measuring import allotment


@pytest.mark.parametrize(("seconds_each", "least", "count"), [(1.0, 1, 4), (10.0, 1, 1), (10.0, 3, 3), (0.1, 1, 9)])
def test_so_many_as_fit_but_at_least_the_least(monkeypatch, seconds_each, least, count):
    clock = iter(number * seconds_each for number in range(100))
    monkeypatch.setattr(allotment, "perf_counter", lambda: next(clock))
    # The clock is asked once at the start and once before each that is not owed anyhow.
    assert len(list(allotment.within(3.5, range(9), least))) == count
