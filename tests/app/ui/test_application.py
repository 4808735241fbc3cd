"""What the whole application rests on."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QLabel


def test_qt_for_python_counts_references_rightly(qtbot) -> None:
    """With PySide6 6.12.0 every call that returns nothing loses a reference to None until Python 3.11 aborts."""
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(1000):
        label.setText("x")
    assert sys.getrefcount(None) > before - 500
