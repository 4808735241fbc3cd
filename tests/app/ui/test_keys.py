"""The table of keys."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from app.ui.keys import COMMANDS, apply_keys, key_problems, key_text, make_actions, short_key_text


def test_no_two_commands_share_a_key(qapp) -> None:
    assert key_problems({}) == []


def test_drafting_and_signing_are_far_apart() -> None:
    keys = {command.name: command.keys for command in COMMANDS}
    assert keys["draft"][0] == "Ctrl+Return"
    assert keys["sign"] == ("F12",)


@pytest.mark.parametrize(
    ("remapped", "reason"),
    [
        ({"fly": "F5"}, "no such command"),
        ({"draft": "F12"}, "is taken by"),
        ({"draft": "Ctrl+Alt+D"}, "types characters"),
        ({"draft": "Hyper+Nonsense"}, "not a key"),
    ],
)
def test_mistaken_remappings_are_named(qapp, remapped, reason: str) -> None:
    assert any(reason in str(problem) for problem in key_problems(remapped))


def test_remapped_keys_hold_and_an_empty_one_takes_the_key_away(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    actions = make_actions(window, {"draft": "F5", "keep": ""})
    assert key_text(actions["draft"]) == "F5"
    assert key_text(actions["keep"]) == ""
    assert short_key_text(actions["copy_report"]) == "^⇧C"
    apply_keys(actions, {"draft": "F12"})
    assert key_text(actions["draft"]) == "Ctrl+Enter"
