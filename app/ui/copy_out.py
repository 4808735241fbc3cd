"""The one way out of the window: every copy is marked, tidied, receipted, kept out of clipboard histories and cleared.

What a copy holds is decided in app.domain; this puts it on the clipboard.
"""

from __future__ import annotations

import os
import sys
from typing import Literal

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from app.domain.composition import impression_alone, section_count, whole_report
from app.domain.copy_text import for_export, marked, receipt
from app.domain.signing import mark_left
from app.settings import Settings
from app.ui.desk import Desk

# Carries the bare text, so that moving a sentence between our own panels moves no draft marks with it.
_INSIDE = "application/x-radiology-gpt-text"
# Windows' clipboard history and cloud clipboard, and KDE's Klipper, leave out what carries these.
_WINDOWS_HINTS = {
    "ExcludeClipboardContentFromMonitorProcessing": b"\1\0\0\0",
    "CanIncludeInClipboardHistory": b"\0\0\0\0",
    "CanUploadToCloudClipboard": b"\0\0\0\0",
}
_KDE_HINT = "x-kde-passwordManagerHint"


def inside_text(source: QMimeData) -> str | None:
    """The bare text when it comes from this program; else None."""
    return bytes(source.data(_INSIDE).data()).decode() if source.hasFormat(_INSIDE) else None


class CopyOut(QObject):
    """Signals:
    copied: a receipt for the status bar.
    """

    copied = Signal(str)

    def __init__(self, desk: Desk, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._settings = settings
        self._what = ""
        self._clipboard = QGuiApplication.clipboard()
        self._clipboard.dataChanged.connect(self._tell)
        self._clearing = QTimer(self, singleShot=True)
        self._clearing.timeout.connect(self.clear)

    def use(self, settings: Settings) -> None:
        self._settings = settings

    def copy_report(self) -> bool:
        """Put the whole report on the clipboard; False when there is no text."""
        count = section_count(self._desk.present)
        return self._put(whole_report(self._desk.present), f"{count} section{'s' if count != 1 else ''}")

    def copy_impression(self) -> bool:
        """Put the impression alone on the clipboard; False when there is none."""
        return self._put(impression_alone(self._desk.present), "impression")

    def selection(self, bare: str) -> QMimeData:
        """What a copy, cut, drag or X11 selection of part of a text holds."""
        work = self._desk.present
        mark_left(work)
        self._what = "selection"
        return self._mime(bare if work.is_signed else marked(bare), bare)

    def clear(self) -> None:
        """Take our text, and nobody else's, off the clipboard and the X11 selection."""
        self._clearing.stop()
        for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
            if self._holds_ours(mode):
                self._clipboard.clear(mode)

    def _put(self, text: str, what: str) -> bool:
        if not text:
            return False
        self._what = what
        self._clipboard.setMimeData(self._mime(text, text))
        mark_left(self._desk.present)
        self._desk.note_copied(text, whole=what != "impression")
        return True

    def _mime(self, text: str, bare: str) -> QMimeData:
        data = QMimeData()
        data.setText(for_export(text, ascii_only=self._settings.ascii_only, line_ends=self._line_ends()))
        data.setData(_INSIDE, bare.encode())
        if sys.platform == "win32":
            for name, value in _WINDOWS_HINTS.items():
                data.setData(f'application/x-qt-windows-mime;value="{name}"', value)
        else:
            data.setData(_KDE_HINT, b"secret")
        return data

    def _line_ends(self) -> Literal["\n", "\r\n"]:
        chosen = self._settings.line_ends
        if chosen == "auto":
            return "\r\n" if os.linesep == "\r\n" else "\n"
        return "\r\n" if chosen == "crlf" else "\n"

    def _holds_ours(self, mode: QClipboard.Mode) -> bool:
        held = self._clipboard.mimeData(mode)
        # Qt gives none for a mode that the system lacks, whatever its type says.
        return bool(held) and held.hasFormat(_INSIDE)

    def _tell(self) -> None:
        # Asked first: what other programs copy is none of our business, not even its formats.
        what, self._what = self._what, ""
        if not what or not self._holds_ours(QClipboard.Mode.Clipboard):
            return
        work = self._desk.present
        text = self._clipboard.text()
        self.copied.emit(receipt(text, work.study, signed=work.is_signed, what=what))
        if self._settings.clipboard_seconds:
            self._clearing.start(self._settings.clipboard_seconds * 1000)
