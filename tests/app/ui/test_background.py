"""Work beside the window."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject

from app.domain.errors import FindingsEmpty, WorkstationError
from app.ui.background import run_aside


def refuse() -> None:
    raise FindingsEmpty


def test_the_result_comes_back_to_the_windows_thread(qtbot, qapp) -> None:
    answers: list[tuple[int, bool]] = []
    parent = QObject()
    for number in range(20):
        run_aside(
            parent,
            lambda number=number: number,
            lambda got: answers.append((got, threading.current_thread() is threading.main_thread())),
            answers.append,
        )
    qtbot.waitUntil(lambda: len(answers) == 20)
    assert sorted(answers) == [(number, True) for number in range(20)]


def test_an_error_comes_back_as_one(qtbot, qapp) -> None:
    errors: list[WorkstationError] = []
    parent = QObject()
    run_aside(parent, refuse, errors.append, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], FindingsEmpty)


def test_an_error_nobody_expected_reaches_the_crash_notice(qtbot, qapp) -> None:
    parent = QObject()
    with qtbot.captureExceptions() as caught:
        run_aside(parent, lambda: 1 / 0, print, print)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_an_answer_that_nobody_waits_for_any_more_is_dropped(qtbot, qapp) -> None:
    asked, may_end = threading.Event(), threading.Event()
    answers: list[object] = []
    parent = QObject()

    def work() -> None:
        asked.set()
        may_end.wait()

    run_aside(parent, work, answers.append, answers.append)
    assert asked.wait(5)
    parent.deleteLater()
    with qtbot.waitSignal(parent.destroyed):
        pass
    may_end.set()
    done: list[object] = []
    other = QObject()
    run_aside(other, lambda: None, done.append, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert answers == []
