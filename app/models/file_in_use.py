"""A model file that is computed from: it lies in memory as a window on the disk, so whoever writes to it changes what
the model says.

It does not know what the file holds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import ModelAltered, ModelMissing


@dataclass(frozen=True)
class FileInUse:
    """A file as it was when its use began."""

    path: Path
    _status: os.stat_result

    @staticmethod
    def begin(path: Path) -> FileInUse:
        """Raises ModelMissing."""
        try:
            return FileInUse(path, path.stat())
        except OSError:
            raise ModelMissing(path) from None

    def check(self) -> None:
        """Whether it is still the same; another file in its place, or none, leaves what is in use as it was.

        Raises:
            ModelAltered: it was written to since.
        """
        try:
            now = self.path.stat()
        except OSError:
            return
        is_in_its_place = os.path.samestat(now, self._status)
        if is_in_its_place and (now.st_size, now.st_mtime_ns) != (self._status.st_size, self._status.st_mtime_ns):
            raise ModelAltered(self.path)
