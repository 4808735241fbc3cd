"""How fast this PC reads its memory: the roof over drafting, which reads all weights for every token.

It does not know models.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
import threading
from time import perf_counter

# Larger than any PC processor's caches, small enough for a PC with 4 GB.
_BYTES = 512 << 20
_WRITTEN, _SOUGHT = 1, 2
_PASSES = 6


def read_bandwidth(threads: int, size: int = _BYTES) -> float:
    """Bytes per second that so many threads read together; the best of some passes, for others only use the PC too.

    Measured with the C library's memchr, which looks through memory for a byte that is not there.
    """
    memory = mmap.mmap(-1, size)
    address = ctypes.addressof(view := ctypes.c_char.from_buffer(memory))
    # A page that was never written is one page of zeros for all, and would be read from the cache.
    ctypes.memset(address, _WRITTEN, size)
    best = max(_one_pass(address, size, threads) for _ in range(_PASSES))
    del view
    memory.close()
    return best


def _one_pass(address: int, size: int, threads: int) -> float:
    library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
    look = library.memchr
    look.argtypes, look.restype = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t], ctypes.c_void_p
    share = size // threads
    readers = [
        threading.Thread(target=look, args=(address + number * share, _SOUGHT, share)) for number in range(threads)
    ]
    began = perf_counter()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return share * threads / (perf_counter() - began)
