"""Reading ahead while findings are typed: what the engine is told, when, and that nothing of it is seen."""

from __future__ import annotations

import pytest

from app.engine.order import Order

FINDINGS = "Small right pleural effusion."


class Spy:
    """Stands in for what the window tells the engine; everything else goes on as it is."""

    def __init__(self, window, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[tuple[str, bool]] = []
        self.orders: list[Order] = []
        self.forgotten = 0
        monkeypatch.setattr(window.drafter, "prepare", self._prepare)
        monkeypatch.setattr(window.drafter, "forget", self._forget)

    def _prepare(self, order: Order, *, is_open: bool) -> None:
        self.orders.append(order)
        self.told.append((order.findings.text, is_open))

    def _forget(self) -> None:
        self.forgotten += 1


def test_typing_is_told_open_and_the_pause_after_it_whole(open_window, qtbot, monkeypatch) -> None:
    window = open_window()
    spy = Spy(window, monkeypatch)
    qtbot.keyClicks(window.findings.edit, FINDINGS, delay=10)
    qtbot.waitUntil(lambda: spy.told[-1:] == [(FINDINGS, False)])
    assert any(is_open for _, is_open in spy.told)
    assert window.desk.present.version is None
    assert window.draft.edit.text == ""
    # The draft that is asked for is the one that was prepared.
    asked = window.drafter.order(window.desk.present.wanted(), "", window.loaded.settings)
    assert asked == spy.orders[-1]


def test_the_same_findings_are_told_once(open_window, qtbot, monkeypatch) -> None:
    window = open_window()
    spy = Spy(window, monkeypatch)
    window.findings.edit.replace_text(FINDINGS)
    qtbot.waitUntil(lambda: (FINDINGS, False) in spy.told)
    window.preparing._tell(is_open=True)
    window.preparing._tell(is_open=False)
    assert spy.told.count((FINDINGS, False)) == 1


def test_another_study_or_a_long_silence_lets_the_engine_forget(open_window, qtbot, monkeypatch) -> None:
    window = open_window()
    spy = Spy(window, monkeypatch)
    window.findings.edit.replace_text(FINDINGS)
    qtbot.waitUntil(lambda: bool(spy.told))
    window.actions_by_name["new"].trigger()
    assert spy.forgotten == 1
    window.preparing._quiet.timeout.emit()
    assert spy.forgotten == 2


@pytest.mark.parametrize("how", ["off", "low", "battery"])
def test_it_can_be_less_or_nothing(how, open_window, qtbot, monkeypatch) -> None:
    window = open_window(prepare="full" if how == "battery" else how)
    monkeypatch.setattr(window.preparing, "_is_on_battery", lambda: how == "battery")
    spy = Spy(window, monkeypatch)
    qtbot.keyClicks(window.findings.edit, FINDINGS, delay=10)
    if how == "low":
        qtbot.waitUntil(lambda: (FINDINGS, False) in spy.told)
        assert not any(is_open for _, is_open in spy.told)
    else:
        qtbot.waitUntil(lambda: not window.preparing._pause.isActive())
        assert spy.told == []


def test_signed_text_is_not_read_again(open_window, qtbot, monkeypatch) -> None:
    window = open_window()
    window.findings.edit.replace_text(FINDINGS)
    with qtbot.waitSignal(window.drafting.ended):
        window.actions_by_name["draft"].trigger()
    qtbot.waitUntil(lambda: window.desk.present.version.end_seen)
    window.draft.edit.replace_text("Small right pleural effusion.")
    window.actions_by_name["sign"].trigger()
    assert window.desk.present.is_signed
    spy = Spy(window, monkeypatch)
    window.preparing._tell(is_open=False)
    assert spy.told == []


def test_a_sentence_that_ends_is_told_at_once_a_word_after_a_short_pause(open_window, qtbot, monkeypatch) -> None:
    window = open_window()
    spy = Spy(window, monkeypatch)
    qtbot.keyClicks(window.findings.edit, FINDINGS)
    assert window.preparing._pause.interval() == 0
    qtbot.waitUntil(lambda: spy.told[-1:] == [(FINDINGS, False)])
    qtbot.keyClicks(window.findings.edit, " No")
    assert 0 < window.preparing._pause.interval() < 150
    qtbot.waitUntil(lambda: spy.told[-1:] == [(FINDINGS + " No", False)])
