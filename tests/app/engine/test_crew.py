"""Fewer threads while the processor is wanted elsewhere."""

from __future__ import annotations

import pytest

from app.engine.crew import Crew


def crew_after(*seconds: float, threads: int = 4) -> Crew:
    crew = Crew(threads)
    for one in seconds:
        crew.note(1, one)
    return crew


def test_all_threads_compute_while_nothing_holds_them_up() -> None:
    crew = crew_after(*[0.011, 0.015, 0.012] * 20)
    assert (crew.threads, crew.is_held_up) == (4, False)


def test_fewer_compute_once_they_are_held_up_at_last_one() -> None:
    crew = crew_after(0.012, 0.8)
    assert (crew.threads, crew.is_held_up) == (2, True)
    crew.note(1, 0.013)
    assert not crew.is_held_up
    crew.note(1, 0.5)
    assert crew.threads == 1
    crew.note(1, 0.02)
    crew.note(1, 0.9)
    assert crew.threads == 1


def test_all_are_tried_again_after_a_while_and_later_each_time_that_it_was_too_early() -> None:
    crew = crew_after(0.012, 0.8, threads=2)
    waits = []
    for _ in range(3):
        waits.append(0)
        while crew.threads == 1:
            crew.note(1, 0.02)
            waits[-1] += 1
        crew.note(1, 0.8)
    assert waits == sorted(set(waits))


def test_a_free_processor_makes_it_patient_no_longer() -> None:
    crew = crew_after(0.012, 0.8, threads=2)
    while crew.threads == 1:
        crew.note(1, 0.02)
    for _ in range(20):
        crew.note(1, 0.012)
    crew.note(1, 0.8)
    waited = 0
    while crew.threads == 1:
        crew.note(1, 0.02)
        waited += 1
    assert waited == 16


@pytest.mark.parametrize("rows", [8, 64])
def test_larger_evaluations_may_take_longer(rows: int) -> None:
    crew = crew_after(0.012)
    crew.note(rows, 0.05 * rows)
    assert not crew.is_held_up


def test_what_is_quick_at_any_rate_is_never_held_up() -> None:
    assert crew_after(0.001, 0.009).threads == 4


def test_one_thread_stays_one() -> None:
    assert crew_after(0.012, 0.8, threads=1).threads == 1
