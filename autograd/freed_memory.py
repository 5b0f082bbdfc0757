"""Freed memory stays with the process, where the C library can be told so.

A training step frees and takes the same arrays again and again. Given back to the system in between, each page of them
must be fetched and cleared anew: a fifth of a step's time.
"""

from __future__ import annotations

import ctypes
import os
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
KEPT, LARGEST = 256 * 2**20, 32 * 2**20
"""Bytes that may stay unused at the heap's end, and the size from which arrays come from the system, the most glibc
allows."""

STEERED_BY = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> bool:
    """Let glibc keep up to KEPT bytes of freed memory for arrays below LARGEST bytes, in the whole process.

    Returns whether it was told so: not where another C library is at work, nor where the user has set one of the
    variables STEERED_BY.
    """
    if not sys.platform.startswith("linux") or any(name in os.environ for name in STEERED_BY):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(MMAP_THRESHOLD, LARGEST) and mallopt(TRIM_THRESHOLD, KEPT))
