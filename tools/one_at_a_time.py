"""One build at a time in a folder: a second one says for whom it waits."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

LOCK = ".building.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for one build; wait while another program has it.

    Parameters
    ----------
    folder : Path
        Where what is half done lies; made if it is missing. On Windows nobody is made to wait.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (folder / LOCK).open("a+") as file:
        # A lock of the process: what it starts has no part in it, and it ends when it is killed.
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            print(
                f"Waiting until {_holder(file)} has built in {os.path.relpath(folder)} …",
                flush=True,
            )
            fcntl.lockf(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield


def _holder(file: TextIO) -> str:
    file.seek(0)
    return file.read() or "another program"
