"""One process at a time saves a team's game; who comes in the same moment is refused."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from thousandfold.errors import ExplainedError


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Keep other processes from saving a game between reading what is there and writing anew.

    The system lets go of a lock when its process ends, however it ends. In a browser there are no
    locks, and Python is one process.

    Parameters
    ----------
    path : path
        The file of the game. The lock is a hidden file beside it, which goes in the end (on
        Windows it stays, and locks nothing).

    Raises
    ------
    ExplainedError
        If another process is saving this game just now.
    """
    place = path.with_name(f".{path.name}.lock")
    if sys.platform == "emscripten" or (file := _opened(place)) is None:
        yield
        return
    with file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            raise _busy(path) from None
        except OSError:
            pass  # a disk without locks; what the file holds is compared all the same
        if not _is_still(place, file):
            raise _busy(path)  # whoever held it is done, and a third may hold the next one
        try:
            yield
        finally:
            with suppress(OSError):  # Windows keeps what is open
                place.unlink()  # before it is let go: later it may be somebody else's


def _opened(place: Path) -> BinaryIO | None:
    """Open the file of a lock; None where nothing can be written, which saving will tell."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.open("ab")
    except OSError:
        return None


def _lock(file: BinaryIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_still(place: Path, file: BinaryIO) -> bool:
    """Return whether a lock has not been taken away between opening and locking it."""
    try:
        return os.path.samestat(place.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _busy(path: Path) -> ExplainedError:
    return ExplainedError(
        f"another window is flying a round of {path.name} just now. Nothing was flown here; open "
        "the game again to go on from the file"
    )
