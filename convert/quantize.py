"""llama.cpp's own quantization, in a child process: its asserts end a process, and a child can be stopped.

It does not know cards. Run as: python -m convert.quantize SOURCE TARGET TYPE
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from app.domain.errors import QuantizationFailed

# llama.cpp's file types (llama.h, `llama_ftype`).
FILE_TYPES = {"Q4_K_M": 15, "Q5_K_M": 17, "Q6_K": 18}
# ggml.h, GGML_LOG_LEVEL_ERROR
ERROR_LEVEL = 4
_STEP = re.compile(r"^\[\s*(\d+)/\s*(\d+)\]\s+(\S+)")
_REPORTED = re.compile(r"^progress (\d\.\d+) (.*)$")


def quantize_file(source: Path, target: Path, quantization: str, report: Callable[[float, str], None]) -> None:
    """Quantize a float16 GGUF file.

    Raises:
        QuantizationFailed: llama.cpp refused or died.
    """
    command = [sys.executable, "-I", "-m", "convert.quantize", str(source), str(target), quantization]
    last = ""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as child:
        try:
            for line in child.stderr or ():
                if match := _REPORTED.match(line):
                    report(float(match[1]), match[2])
                else:
                    last = line.strip() or last
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise QuantizationFailed(quantization, last or f"llama.cpp ended with code {child.returncode}")


def _quantize_here(source: Path, target: Path, quantization: str) -> int:
    import llama_cpp

    from app.engine.binding import open_library

    open_library()
    # Kept in a name of its own for as long as llama.cpp may call it.
    log = llama_cpp.llama_log_callback(_say)
    llama_cpp.llama_log_set(log, ctypes.c_void_p())
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = FILE_TYPES[quantization]
    return int(llama_cpp.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.byref(params)))


def _say(level: int, text: bytes, _: ctypes.c_void_p) -> None:
    """Turn llama.cpp's "[ 3/ 272] blk.0.attn_q.weight …" into a line of progress; pass errors on."""
    line = text.decode("utf-8", "replace")
    if match := _STEP.match(line):
        done, total, name = int(match[1]), int(match[2]), match[3]
        sys.stderr.write(f"progress {done / total:.3f} quantizing {name.removesuffix('.weight')}\n")
    elif level == ERROR_LEVEL:
        sys.stderr.write(line)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(_quantize_here(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
