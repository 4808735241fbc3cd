"""Opening a model file: whatever is wrong with it is said within a second, before native code sees it.

It does not know which models are installed.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.domain.errors import ModelEmpty, ModelMissing, ModelNotGguf, ModelUnreadable
from app.models.gguf_format import MAGIC, GgufHeader
from app.models.gguf_parse import Cursor, parse
from app.models.llama_contract import check

BUFFER_BYTES = 1 << 18


def read_header(path: Path) -> GgufHeader:
    """The checked header of a LLaMA-family GGUF file.

    Raises:
        ModelMissing, ModelEmpty, ModelUnreadable: there is no such file, nothing in it, or no right to read it.
        ModelNotGguf: a file of another kind, or no regular file.
        ModelTruncated: counts, lengths or offsets do not fit the file, or parts are missing.
        ModelUnsupported: a GGUF file that is not a LLaMA model this app can run.
    """
    try:
        status = path.stat()
        # A pipe or a device could block for ever when opened.
        if not stat.S_ISREG(status.st_mode):
            raise ModelNotGguf(path)
        if not status.st_size:
            raise ModelEmpty(path)
        with path.open("rb", buffering=BUFFER_BYTES) as file:
            size = os.fstat(file.fileno()).st_size
            if file.read(len(MAGIC)) != MAGIC:
                raise ModelNotGguf(path)
            header = parse(Cursor(file, path, size, position=len(MAGIC)))
        check(header)
    except (FileNotFoundError, NotADirectoryError):
        raise ModelMissing(path) from None
    except OSError as error:
        raise ModelUnreadable(path, error.strerror or type(error).__name__) from None
    return header
