"""One table of keys: every command of the window, remappable by user and policy; there are no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.domain.errors import SettingInvalid


@dataclass(frozen=True)
class Command:
    """Something the radiologist can ask for.

    Attributes:
        keys: portable key sequences, the first one is shown; none where a button suffices.
        group: heading on the page of shortcuts.
    """

    name: str
    label: str
    keys: tuple[str, ...]
    group: str


COMMANDS: tuple[Command, ...] = (
    Command("draft", "Draft the impression", ("Ctrl+Return", "Ctrl+Enter"), "Drafting"),
    Command("concise", "Draft, concise", ("Ctrl+1",), "Drafting"),
    Command("standard", "Draft, standard length", ("Ctrl+2",), "Drafting"),
    Command("numbered", "Draft, numbered", ("Ctrl+3",), "Drafting"),
    Command("stop", "Stop drafting", ("Esc",), "Drafting"),
    Command("previous_version", "Previous version", ("Ctrl+PgUp",), "Drafting"),
    Command("next_version", "Next version", ("Ctrl+PgDown",), "Drafting"),
    Command("model_text", "Back to the model's text", (), "Drafting"),
    Command("next_flag", "Next flag", ("F8",), "Second reader"),
    Command("previous_flag", "Previous flag", ("Shift+F8",), "Second reader"),
    Command("keep", "Keep: the draft after changed findings, else the flag in hand", ("F9",), "Second reader"),
    Command("mend_impression", "Mend the flag in the impression", ("Alt+1",), "Second reader"),
    Command("mend_findings", "Mend the flag in the findings", ("Alt+2",), "Second reader"),
    Command("delete_sentence", "Delete the model's sentence in hand", ("Alt+3",), "Second reader"),
    Command("insert_finding", "Insert the finding that is not mentioned", ("Alt+4",), "Second reader"),
    Command("sort", "Sort the impression by importance", ("Alt+5",), "Second reader"),
    Command("document_result", "Document a critical result", ("Alt+6",), "Second reader"),
    Command("next_sentence", "Next sentence, with its evidence", ("Ctrl+Down",), "Second reader"),
    Command("previous_sentence", "Previous sentence, with its evidence", ("Ctrl+Up",), "Second reader"),
    Command("sign", "Sign", ("F12",), "Signing and copying"),
    Command("copy_report", "Copy the whole report", ("Ctrl+Shift+C",), "Signing and copying"),
    Command("copy_impression", "Copy the impression only", ("Ctrl+Shift+I",), "Signing and copying"),
    Command("reopen", "Reopen before the first copy", ("Ctrl+Shift+F12",), "Signing and copying"),
    Command("correct", "Correct a signed report", (), "Signing and copying"),
    Command("addendum", "Addendum to a signed report", ("Ctrl+Shift+A",), "Signing and copying"),
    Command("withdraw", "Give up a correction or addendum", (), "Signing and copying"),
    Command("new", "New study; the present one is parked", ("Ctrl+N",), "Studies"),
    Command("parked", "Parked studies", ("F4",), "Studies"),
    Command("next_panel", "Next panel", ("F6",), "Window"),
    Command("previous_panel", "Previous panel", ("Shift+F6",), "Window"),
    Command("larger", "Larger text", ("Ctrl++",), "Window"),
    Command("smaller", "Smaller text", ("Ctrl+-",), "Window"),
    Command("normal_size", "Normal text size", ("Ctrl+=",), "Window"),
    Command("settings", "Settings", ("Ctrl+,",), "Window"),
    Command("model", "Model", (), "Window"),
    Command("shortcuts", "Keyboard shortcuts", ("F1",), "Window"),
    Command("about", "About and intended use", (), "Window"),
)


def keys_of(command: Command, remapped: Mapping[str, str]) -> list[QKeySequence]:
    """The sequences that hold; an empty remapping takes the key away."""
    if command.name in remapped:
        portable = remapped[command.name]
        return [QKeySequence(portable, QKeySequence.SequenceFormat.PortableText)] if portable else []
    return [QKeySequence(keys, QKeySequence.SequenceFormat.PortableText) for keys in command.keys]


def key_problems(remapped: Mapping[str, str]) -> list[SettingInvalid]:
    """What is wrong with remapped keys: unknown commands, unreadable sequences, Ctrl+Alt, two commands on one key."""
    known = {command.name for command in COMMANDS}
    problems = [SettingInvalid(f"keys.{name}", "there is no such command") for name in remapped if name not in known]
    taken: dict[str, str] = {}
    for command in COMMANDS:
        for sequence in keys_of(command, remapped):
            text = sequence.toString(QKeySequence.SequenceFormat.PortableText)
            if reason := _why_bad(text, taken.get(text)):
                problems.append(SettingInvalid(f"keys.{command.name}", reason))
            taken.setdefault(text, command.label)
    return problems


def make_actions(window: QWidget, remapped: Mapping[str, str]) -> dict[str, QAction]:
    """One action a command, with its keys, living in the window."""
    actions: dict[str, QAction] = {}
    for command in COMMANDS:
        action = QAction(command.label, window)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(command.name in ("larger", "smaller", "previous_version", "next_version"))
        window.addAction(action)
        actions[command.name] = action
    apply_keys(actions, remapped)
    return actions


def apply_keys(actions: Mapping[str, QAction], remapped: Mapping[str, str]) -> None:
    """Give the actions their keys; a remapping with any mistake is left out as a whole, half of one would mislead."""
    usable = {} if key_problems(remapped) else remapped
    for command in COMMANDS:
        actions[command.name].setShortcuts(keys_of(command, usable))


def key_text(action: QAction) -> str:
    """An action's key as this system writes it; "" when it has none."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText).replace("Return", "Enter")


def short_key_text(action: QAction) -> str:
    """The same in the width of a button: "^⇧C"."""
    return key_text(action).replace("Ctrl+", "^").replace("Shift+", "⇧")


def _why_bad(text: str, other: str | None) -> str:
    # Ctrl+Alt is AltGr on many keyboards: it types characters.
    if not text:
        return "this is not a key"
    if "Ctrl+" in text and "Alt+" in text:
        return "Ctrl+Alt types characters on many keyboards"
    return f"{text} is taken by “{other}”" if other else ""
