"""Whether somebody sits here: after some minutes without key or mouse the reader is away, until the first key."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

_SIGNS_OF_LIFE = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.MouseMove)


class Away(QObject):
    """Signals:
    left: nobody was here for the set time.
    returned: the first key since.
    """

    left = Signal()
    returned = Signal()

    def __init__(self, application: QCoreApplication, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_away = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._leave)
        self.use(minutes)
        application.installEventFilter(self)

    def use(self, minutes: float) -> None:
        self._timer.start(round(minutes * 60_000))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _SIGNS_OF_LIFE:
            if not self._is_away:
                self._timer.start()
            elif kind is QEvent.Type.KeyPress:
                self._is_away = False
                self._timer.start()
                self.returned.emit()
        return False

    def _leave(self) -> None:
        self._is_away = True
        self.left.emit()
