"""One setting as a field of the dialog, made from its declaration."""

from __future__ import annotations

from dataclasses import Field
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.ui.pieces import label


class SettingField(QWidget):
    """Attributes:
    name: of the setting; `value` reads what stands in the field.
    """

    def __init__(self, declared: Field[Any], value: object, locked: bool) -> None:
        super().__init__()
        self.name = declared.name
        about = declared.metadata
        self._has_none = declared.default is None
        self._input = _make_input(about, value)
        self._input.setAccessibleName(about["label"])
        self._input.setAccessibleDescription(about["help"])
        self._input.setEnabled(not locked)
        explained = label("Set by the administrator of this PC." if locked else about["help"], "muted")
        explained.setWordWrap(True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 6)
        inside.setSpacing(2)
        inside.addWidget(self._input)
        inside.addWidget(explained)

    @property
    def value(self) -> Any:
        field = self._input
        if isinstance(field, QCheckBox):
            return field.isChecked()
        if isinstance(field, QComboBox):
            return field.currentData()
        if isinstance(field, QSpinBox):
            return None if self._has_none and field.value() == field.minimum() else field.value()
        return field.text().strip()


def _make_input(about: Any, value: object) -> QCheckBox | QComboBox | QSpinBox | QLineEdit:
    if isinstance(value, bool):
        switch = QCheckBox(str(about["label"]))
        switch.setChecked(value)
        return switch
    if about["choices"]:
        return _choices(about["choices"], value)
    if about["span"]:
        return _number(about, value)
    line = QLineEdit(str(value))
    line.setPlaceholderText(about["empty"])
    return line


def _choices(choices: dict[object, str], value: object) -> QComboBox:
    box = QComboBox()
    for choice, text in choices.items():
        box.addItem(text, choice)
    box.setCurrentIndex(max(0, box.findData(value)))
    return box


def _number(about: Any, value: object) -> QSpinBox:
    low, high = about["span"]
    box = QSpinBox()
    # One step below the lowest number stands for "not set".
    box.setRange(low - 1 if about["empty"] else low, high)
    box.setSpecialValueText((about["empty"] or about["zero"]).capitalize())
    box.setGroupSeparatorShown(True)
    box.setValue(value if isinstance(value, int) else low - 1)
    return box
