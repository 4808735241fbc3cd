"""The settings dialog, made from the settings' declaration: a new setting appears here by itself."""

from __future__ import annotations

from dataclasses import fields, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QKeySequenceEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.settings import LoadedSettings, Settings
from app.ui.keys import COMMANDS, key_problems, keys_of
from app.ui.pieces import label, named
from app.ui.setting_field import SettingField


class SettingsDialog(QDialog):
    """Signals:
    chosen: the new Settings.
    """

    chosen = Signal(object)

    def __init__(self, loaded: LoadedSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.resize(680, 560)
        self._settings = loaded.settings
        self._fields: list[SettingField] = []
        self._keys: dict[str, QKeySequenceEdit] = {}
        tabs = named(QTabWidget(), "Sections of the settings")
        declared = [one for one in fields(Settings) if one.metadata["section"]]
        for section in dict.fromkeys(one.metadata["section"] for one in declared):
            form = _form()
            for one in declared:
                if one.metadata["section"] == section:
                    field = SettingField(one, getattr(self._settings, one.name), one.name in loaded.locked)
                    self._fields.append(field)
                    is_switch = isinstance(one.default, bool)
                    form.addRow("" if is_switch else one.metadata["label"], field)
            tabs.addTab(_page(form), section)
        tabs.addTab(self._make_keys_page("keys" in loaded.locked), "Keys")
        self._problem = label("", "warning")
        self._problem.setWordWrap(True)
        self._problem.hide()
        buttons = QDialogButtonBox()
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setAccessibleName("Cancel")
        save = buttons.addButton("Save", QDialogButtonBox.ButtonRole.AcceptRole)
        save.setAccessibleName("Save the settings")
        save.setDefault(True)
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._save)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 12, 14, 12)
        inside.addWidget(tabs, 1)
        inside.addWidget(self._problem)
        inside.addWidget(buttons)

    def edited(self) -> Settings:
        """The settings as they stand in the fields."""
        return replace(
            self._settings, **{field.name: field.value for field in self._fields}, keys=self._remapped_keys()
        )

    def _save(self) -> None:
        settings = self.edited()
        problems = key_problems(settings.keys)
        self._problem.setText("\n".join(problem.sentence for problem in problems))
        self._problem.setVisible(bool(problems))
        if not problems:
            self.chosen.emit(settings)
            self.accept()

    def _remapped_keys(self) -> dict[str, str]:
        remapped: dict[str, str] = {}
        for command in COMMANDS:
            text = self._keys[command.name].keySequence().toString(QKeySequence.SequenceFormat.PortableText)
            usual = keys_of(command, {})
            if text != (usual[0].toString(QKeySequence.SequenceFormat.PortableText) if usual else ""):
                remapped[command.name] = text
        return remapped

    def _make_keys_page(self, locked: bool) -> QWidget:
        form = _form()
        if locked:
            form.addRow(label("Set by the administrator of this PC.", "muted"))
        for command in COMMANDS:
            held = keys_of(command, self._settings.keys)
            edit = QKeySequenceEdit(held[0] if held else QKeySequence(), maximumSequenceLength=1)
            edit.setClearButtonEnabled(True)
            edit.setAccessibleName(f"Key for: {command.label}")
            edit.setEnabled(not locked)
            form.addRow(command.label, edit)
            self._keys[command.name] = edit
        return _page(form)


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(16, 14, 16, 8)
    form.setHorizontalSpacing(18)
    form.setVerticalSpacing(8)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return form


def _page(form: QFormLayout) -> QScrollArea:
    page = QWidget()
    page.setLayout(form)
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
