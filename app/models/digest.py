"""SHA-256 of model files: how a card, an adapter and a base recognize each other.

It does not know what is in the files.
"""

from __future__ import annotations

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    """The file's SHA-256, 64 hex digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def base_sha256(path: Path) -> str:
    """What a card calls `base_sha256`.

    Of a file, its SHA-256; of a folder, the SHA-256 over the hex digests of its safetensors files in the order of their
    names. Raises OSError.
    """
    if not path.is_dir():
        return file_sha256(path)
    digests = "".join(file_sha256(weights) for weights in sorted(path.glob("*.safetensors")))
    return hashlib.sha256(digests.encode()).hexdigest()
