"""The grader's own memory: it stays small whatever learners print."""

from __future__ import annotations

import contextlib
import ctypes

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of <malloc.h>
_LARGE_BYTES = 256 << 10


def return_what_is_large() -> None:
    """Let what is large go back to the system as soon as it is not used.

    glibc raises the size from which it does so each time something large is freed. After a class
    that prints megabytes, a grader then holds half as much again, in pieces that nobody can use.
    """
    with contextlib.suppress(AttributeError, OSError):  # another C library decides for itself
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
