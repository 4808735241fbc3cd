"""The pages over the window: settings, model, keys, intended use; and what everybody must be able to reach."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLineEdit, QSpinBox, QTextEdit, QWidget

from app.domain.card import Card
from app.models.installed import InstalledModel
from app.settings import LoadedSettings, Settings, load_settings
from app.ui.about_page import AboutPage, intended_use
from app.ui.crash_notice import CrashNotice
from app.ui.model_card import card_page
from app.ui.model_page import ModelPage
from app.ui.pages import sample_reports
from app.ui.settings_dialog import SettingsDialog


def visible_dialog(window) -> QDialog:
    return next(child for child in window.findChildren(QDialog) if child.isVisible())


def nameless(root: QWidget) -> list[str]:
    """The widgets a user can reach that a screen reader could not name."""
    kinds = (QAbstractButton, QLineEdit, QTextEdit, QComboBox, QSpinBox)
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in root.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not widget.objectName().startswith("qt_")
    ]


def test_everything_that_can_be_reached_has_a_name(open_window) -> None:
    window = open_window()
    assert nameless(window.centralWidget()) == []


@pytest.mark.parametrize("command", ["settings", "shortcuts", "about", "parked", "model"])
def test_every_page_opens_is_named_and_closes_with_escape(open_window, qtbot, command: str) -> None:
    window = open_window()
    window.actions_by_name[command].trigger()
    page = visible_dialog(window)
    assert nameless(page) == []
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_every_setting_has_a_field_that_gives_its_value_back(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for settings in (
        Settings(),
        Settings(gpu_layers=12, threads=3, theme="light", user_name="R. Doe", copy_on_sign=False),
    ):
        dialog = SettingsDialog(LoadedSettings(settings), parent)
        assert dialog.edited() == settings
        assert {field.name for field in dialog._fields} == {
            one.name for one in fields(Settings) if one.metadata["section"]
        }


def test_what_the_policy_sets_cannot_be_changed_here(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = SettingsDialog(LoadedSettings(Settings(), locked=frozenset({"theme"})), parent)
    enabled = {field.name: field._input.isEnabled() for field in dialog._fields}
    assert not enabled["theme"]
    assert enabled["font_size"]


def test_saved_settings_hold_at_once_and_after_a_restart(open_window, qtbot, tmp_path: Path) -> None:
    window = open_window()
    window.actions_by_name["settings"].trigger()
    dialog = visible_dialog(window)
    next(field for field in dialog._fields if field.name == "font_size")._input.setValue(15)
    dialog._keys["draft"].setKeySequence("F5")
    dialog._save()
    assert QApplication.font().pointSize() == 15
    assert window.actions_by_name["draft"].shortcut().toString() == "F5"
    loaded = load_settings(tmp_path / "settings.toml").settings
    assert loaded.font_size == 15
    assert loaded.keys == {"draft": "F5"}


def test_two_commands_on_one_key_are_refused_where_they_are_typed(open_window) -> None:
    window = open_window()
    window.actions_by_name["settings"].trigger()
    dialog = visible_dialog(window)
    dialog._keys["draft"].setKeySequence("F12")
    dialog._save()
    assert dialog.isVisible()
    assert "is taken by" in dialog._problem.text()


def test_text_grows_and_shrinks_by_keys(open_window, qtbot) -> None:
    window = open_window()
    window.actions_by_name["larger"].trigger()
    assert QApplication.font().pointSize() == 12
    window.actions_by_name["smaller"].trigger()
    window.actions_by_name["smaller"].trigger()
    assert QApplication.font().pointSize() == 10
    window.actions_by_name["normal_size"].trigger()
    assert QApplication.font().pointSize() == 11


def test_without_any_model_the_model_page_says_so(open_window, qtbot) -> None:
    window = open_window()
    page = ModelPage(Path("none.gguf"), "", window)
    qtbot.addWidget(page)
    page.open()
    qtbot.waitUntil(lambda: "No model is installed yet" in page._card.toPlainText())
    assert not page._use.isEnabled()


def test_a_foreign_model_is_called_so_and_asks_for_a_prompt_style(open_window, qtbot) -> None:
    window = open_window()
    page = ModelPage(Path("none.gguf"), "", window)
    qtbot.addWidget(page)
    page.open()
    page._list.setCurrentItem(page._add(InstalledModel(Path("foreign.gguf"), "foreign", 10_000_000)))
    assert "Foreign model" in page._card.toPlainText()
    assert page._style_row.isVisible()
    page._style.setCurrentText("alpaca")
    with qtbot.waitSignal(page.chosen) as chosen:
        page._use.click()
    assert chosen.args == ["foreign.gguf", "alpaca"]


def test_a_damaged_model_is_listed_with_its_reason_and_cannot_be_used(open_window, qtbot) -> None:
    window = open_window()
    page = ModelPage(Path("none.gguf"), "", window)
    qtbot.addWidget(page)
    page._list.setCurrentItem(page._add(InstalledModel(Path("x.gguf"), "x", 0, problem="The model file is empty.")))
    assert "The model file is empty." in page._card.toPlainText()
    assert not page._use.isEnabled()


def test_a_card_is_shown_with_what_it_says() -> None:
    card = Card("m", corpora=("A < B",), scope="chest radiographs", demonstration=True, scores={"test": 51.25})
    text = card_page(InstalledModel(Path("m.gguf"), "m", 144_000_000, "Q8_0", card))
    assert "not for clinical use" in text
    assert "A &lt; B" in text
    assert "test 51.2" in text


def test_the_intended_use_says_what_it_is_not_for(qtbot) -> None:
    assert "does not see images" in intended_use()
    parent = QWidget()
    qtbot.addWidget(parent)
    page = AboutPage(parent, first_start=True)
    assert page.windowTitle() == "Before you begin"


def test_samples_open_as_studies(open_window) -> None:
    window = open_window()
    samples = sample_reports()
    assert len(samples) >= 20
    for file in samples.values():
        window.pages._open_sample(file)
        assert window.desk.present.report.findings
        assert window.desk.present.study.is_identified
        assert window.desk.present.identity_conflict() is None
        window.desk.discard(window.desk.present)


def test_an_exception_nobody_expected_becomes_a_notice_without_its_message(open_window, qtbot) -> None:
    window = open_window()
    crash = CrashNotice(window.tell)
    try:
        raise ValueError("Small right effusion")
    except ValueError as error:
        crash.catch(ValueError, error, error.__traceback__)
    qtbot.waitUntil(window.banner.isVisible)
    assert "ValueError at test_pages.py" in window.banner.notice.sentence
    assert "effusion" not in window.banner.notice.sentence
