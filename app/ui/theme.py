"""How the window looks: two sets of colors, Fusion painted with them, and text that scales."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

LINE_CHARACTERS = 90
LINE_HEIGHT_PERCENT = 132.0


@dataclass(frozen=True)
class Theme:
    """Colors by their meaning, as #RRGGBB.

    Attributes:
        ground: of the window; `panel` of what is read and written on; `raised` of buttons.
        muted: for what is read last.
        critical: with ■ and solid lines; `warning` with ▲ and dashes; `note` with ○ and dots.
        evidence: fill behind text that belongs together; also the selection.
        draft_rule: left of text that nobody signed; `signed_rule` of signed text.
    """

    name: str
    ground: str
    panel: str
    raised: str
    border: str
    text: str
    muted: str
    critical: str
    warning: str
    note: str
    evidence: str
    draft_rule: str
    signed_rule: str


DARK = Theme(
    name="dark",
    ground="#16181B",
    panel="#1E2125",
    raised="#292D32",
    border="#3A4047",
    text="#C9CDD2",
    muted="#A1A8AF",
    critical="#FF8A66",
    warning="#E3B341",
    note="#7FB2E5",
    evidence="#23465C",
    draft_rule="#E3B341",
    signed_rule="#8D949C",
)
LIGHT = Theme(
    name="light",
    ground="#ECECE9",
    panel="#F6F6F4",
    raised="#FFFFFF",
    border="#C2C5C8",
    text="#1F2328",
    muted="#4F565D",
    critical="#A0330F",
    warning="#764D00",
    note="#1B568B",
    evidence="#C9DFEF",
    draft_rule="#C48A14",
    signed_rule="#6B737B",
)


def chosen_theme(name: str) -> Theme:
    """The theme of that name; "auto" follows the system, dark where the system does not say."""
    if name == "auto":
        is_light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
        return LIGHT if is_light else DARK
    return LIGHT if name == "light" else DARK


def apply_theme(application: QApplication, theme: Theme, font_size: int) -> None:
    """Paint the whole application; may be called again at any time."""
    sheet = style_sheet(theme)
    if application.styleSheet() == sheet and application.font().pointSize() == font_size:
        return  # painted so already, and Qt would polish every widget anew: a third of the window's start
    application.setStyle("Fusion")
    font = QFont(application.font())
    font.setPointSize(font_size)
    application.setFont(font)
    application.setPalette(palette(theme))
    application.setStyleSheet(sheet)


def palette(theme: Theme) -> QPalette:
    """Fusion's palette in our colors."""
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.ground,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.ground,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.evidence,
        role.HighlightedText: theme.text,
        role.Link: theme.note,
        role.LinkVisited: theme.note,
        role.BrightText: theme.critical,
        role.Accent: theme.note,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Light: theme.raised,
        role.Shadow: theme.ground,
    }
    made = QPalette()
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        for one, color in colors.items():
            made.setColor(group, one, QColor(color))
    for one in (role.Text, role.ButtonText, role.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(theme.muted))
    return made


def style_sheet(theme: Theme) -> str:
    """The few things Fusion does not do by palette alone; `kind` is a dynamic property of ours."""
    return f"""
    QLabel[kind="muted"], QToolButton[kind="muted"] {{ color: {theme.muted}; }}
    QLabel[kind="critical"] {{ color: {theme.critical}; font-weight: 600; }}
    QLabel[kind="warning"] {{ color: {theme.warning}; font-weight: 600; }}
    QLabel[kind="note"] {{ color: {theme.note}; }}
    QLabel[kind="title"] {{ font-weight: 600; }}

    QFrame[kind="panel"] {{ background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 4px; }}
    QFrame[kind="draft-rule"] {{ background: {theme.draft_rule}; border: none; border-radius: 1px; }}
    QFrame[kind="signed-rule"] {{ background: {theme.signed_rule}; border: none; border-radius: 1px; }}
    QFrame[kind="no-rule"] {{ background: transparent; border: none; }}
    QFrame[kind="panel"] QTextEdit {{ background: transparent; border: none; }}

    QLineEdit, QSpinBox, QComboBox {{ min-height: 1.6em; }}
    QLineEdit {{
        background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 4px; padding: 1px 6px;
        selection-background-color: {theme.evidence}; selection-color: {theme.text};
    }}
    QLineEdit:focus {{ border-color: {theme.note}; }}
    QLineEdit:read-only {{ background: {theme.ground}; color: {theme.muted}; }}

    QPushButton {{
        background: {theme.raised}; border: 1px solid {theme.border}; border-radius: 4px;
        padding: 5px 10px; min-height: 1.3em;
    }}
    QPushButton:hover {{ border-color: {theme.muted}; }}
    QPushButton:pressed, QPushButton:checked {{ background: {theme.evidence}; }}
    QPushButton:focus {{ border-color: {theme.note}; }}
    QPushButton:disabled {{ background: transparent; color: {theme.muted}; border-color: transparent; }}
    QPushButton[kind="primary"] {{ border-color: {theme.note}; font-weight: 600; }}
    QPushButton[kind="primary"]:disabled {{ border-color: transparent; font-weight: 400; }}
    QPushButton[kind="flat"], QToolButton {{
        background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 3px 8px;
    }}
    QPushButton[kind="flat"]:checked {{ background: {theme.raised}; border-color: {theme.border}; }}
    QPushButton[kind="flat"]:hover, QToolButton:hover {{ background: {theme.raised}; }}
    QPushButton[kind="flat"]:focus, QToolButton:focus {{ border-color: {theme.note}; }}
    QToolButton::menu-indicator {{ image: none; }}

    QFrame[kind="identity"] {{ background: {theme.panel}; border: none; border-bottom: 1px solid {theme.border}; }}
    QFrame[kind="identity"] QPushButton#identity {{ font-weight: 600; text-align: left; }}
    QFrame[kind="identity"][missing="true"] QPushButton#identity {{ color: {theme.warning}; }}
    QFrame[kind="identity"][away="true"] {{ background: {theme.text}; }}
    QFrame[kind="identity"][away="true"] QPushButton, QFrame[kind="identity"][away="true"] QPushButton#identity,
    QFrame[kind="identity"][away="true"] QToolButton,
    QFrame[kind="identity"][away="true"] QLabel {{ color: {theme.ground}; background: transparent; }}

    QFrame[kind="banner"] {{ background: {theme.raised}; border: none; border-left: 4px solid {theme.note}; }}
    QFrame[kind="banner"][severity="critical"] {{ border-left-color: {theme.critical}; }}
    QFrame[kind="banner"][severity="warning"] {{ border-left-color: {theme.warning}; }}

    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}
    QFrame[kind="flag"] {{ background: transparent; border: none; border-left: 3px solid {theme.border}; }}
    QFrame[kind="flag"][severity="critical"] {{ border-left-color: {theme.critical}; }}
    QFrame[kind="flag"][severity="warning"] {{ border-left-color: {theme.warning}; }}
    QFrame[kind="flag"][severity="note"] {{ border-left-color: {theme.note}; }}
    QFrame[kind="flag"][inhand="true"] {{ background: {theme.raised}; border-radius: 2px; }}
    QFrame[kind="flag"] QPushButton {{ padding: 2px 8px; }}
    QPushButton[kind="choice"] {{ text-align: left; }}
    QPushButton[kind="fold"] {{
        background: transparent; border: 1px solid transparent; text-align: left;
        color: {theme.muted}; padding: 3px 8px;
    }}
    QPushButton[kind="fold"]:hover, QPushButton[kind="fold"]:focus {{ border-color: {theme.border}; }}

    QProgressBar {{
        background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 4px;
        max-height: 10px; min-height: 10px;
    }}
    QProgressBar::chunk {{ background: {theme.note}; border-radius: 3px; }}
    QSplitter::handle {{ background: {theme.ground}; }}
    QStatusBar {{ color: {theme.muted}; }}
    QStatusBar::item {{ border: none; }}
    QToolTip {{ color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.border}; }}
    """


def contrast(foreground: str, background: str) -> float:
    """WCAG 2.1 contrast ratio of two colors, 1 to 21."""
    lighter, darker = sorted((_luminance(foreground), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
