"""Both themes can be read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel

from app.ui.theme import DARK, LIGHT, apply_theme, chosen_theme, contrast, palette

READABLE = 5.5


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", ["text", "muted", "critical", "warning", "note"])
@pytest.mark.parametrize("paper", ["ground", "panel", "raised"])
def test_all_text_is_readable_on_every_ground(theme, ink: str, paper: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, paper)) >= READABLE


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_selected_text_and_the_inverse_bar_are_readable(theme) -> None:
    assert contrast(theme.text, theme.evidence) >= READABLE
    assert contrast(theme.ground, theme.text) >= READABLE


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_palette_leaves_no_role_to_the_system(theme, qapp) -> None:
    made = palette(theme)
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        ink = made.color(group, QPalette.ColorRole.Text).name()
        paper = made.color(group, QPalette.ColorRole.Base).name()
        assert contrast(ink, paper) >= READABLE


def test_no_pure_white_on_the_dark_ground() -> None:
    assert DARK.text != "#FFFFFF"


def test_themes_are_chosen_by_name(qapp) -> None:
    assert chosen_theme("dark") is DARK
    assert chosen_theme("light") is LIGHT
    assert chosen_theme("auto") in (DARK, LIGHT)


def test_contrast_is_the_published_formula() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_a_theme_is_painted_again_only_when_it_is_another(qapp, qtbot) -> None:
    """Qt polishes every widget anew for each style sheet, the same one too: a third of the start."""

    class Restyled(QObject):
        count = 0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            self.count += event.type() == QEvent.Type.StyleChange
            return False

    label, restyled = QLabel("x"), Restyled()
    qtbot.addWidget(label)
    label.ensurePolished()
    apply_theme(qapp, DARK, 11)
    label.installEventFilter(restyled)
    apply_theme(qapp, DARK, 11)
    assert restyled.count == 0
    apply_theme(qapp, DARK, 12)
    assert restyled.count > 0
    assert label.font().pointSize() == 12
    painted = restyled.count
    apply_theme(qapp, LIGHT, 12)
    assert restyled.count > painted
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == LIGHT.panel
