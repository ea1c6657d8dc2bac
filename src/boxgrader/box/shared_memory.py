"""Memory that processes share: in the box it lies in a file, because nobody could count it else.

Pages of a shared mapping that has no file belong to no process once it has dropped them. The box
refuses such mappings; what Python makes of one is put into a file, and shared as well.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from typing import Any


class Counted(mmap.mmap):
    """What `mmap.mmap` is in the box."""

    def __new__(cls, fileno: int, length: int, *args: Any, **keywords: Any) -> Counted:
        """Map a file, where there is none a new one."""
        if fileno != -1 or keywords.get("access") == mmap.ACCESS_COPY:
            return super().__new__(cls, fileno, length, *args, **keywords)
        flags = args[0] if args else keywords.pop("flags", mmap.MAP_SHARED)
        if not flags & mmap.MAP_SHARED:
            return super().__new__(cls, fileno, length, flags, *args[1:], **keywords)
        flags &= ~mmap.MAP_ANONYMOUS
        with tempfile.TemporaryFile() as file:
            os.posix_fallocate(file.fileno(), 0, length)  # else want of room would be a crash
            if "access" in keywords:
                return super().__new__(cls, file.fileno(), length, **keywords)
            return super().__new__(cls, file.fileno(), length, flags, *args[1:], **keywords)


def count() -> None:
    """Let this process, and all that it forks, map memory in files."""
    mmap.mmap = Counted  # type: ignore[misc]
