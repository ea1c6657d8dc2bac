"""A folder for what is half done: gone after a run, however that ends.

Ctrl+C, `kill` and a closed terminal take it away, also when they come twice. `kill -9` and a power
cut cannot: the next run of the same tool does that. While a run lasts it holds a lock, which the
system takes from it when it ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

from thousandfold.interrupts import ending

LOCK = ".held"
_TRIES = 100


@contextmanager
def gone_after(what: str) -> Iterator[Path]:
    """Give a new folder to work in.

    Parameters
    ----------
    what : str
        The work, as one word: it stands in the name of the folder, and what a run of the same work
        has left behind is taken away first.
    """
    start = f"thousandfold-{what}-"
    with _Interrupted() as interrupted:
        _take_away_what_was_left(start)
        folder = Path(tempfile.mkdtemp(prefix=start))
        # A signal between the last line of the work and the next one here ends the whole program.
        at_the_end = partial(_take_away, folder)
        atexit.register(at_the_end)
        with _held(folder):
            try:
                try:
                    interrupted.at_once()
                    yield folder
                finally:
                    interrupted.later()
            finally:
                at_the_end()
                atexit.unregister(at_the_end)


class _Interrupted:
    """Raises `KeyboardInterrupt` once, at a signal that ends this program, and in no bad moment.

    Before a folder can be taken away, and while it is, a signal waits until that is over. A
    terminal that is closed says so twice.
    """

    def __init__(self) -> None:
        self._waits = True
        self._told = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # no other gets a signal
            for number in ending():
                self._before[number] = signal.signal(number, self._tell)
        return self

    def _tell(self, number: int, frame: object) -> None:
        if self._waits:
            self._told = True
        else:
            self._waits = True
            raise KeyboardInterrupt

    def at_once(self) -> None:
        self._waits = False
        if self._told:
            self._waits, self._told = True, False
            raise KeyboardInterrupt

    def later(self) -> None:
        self._waits = True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._told and kind is None:
            raise KeyboardInterrupt


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    if sys.platform == "win32":  # no lock there, so nothing that was left is known as such
        yield
        return
    import fcntl

    early = folder / f"{LOCK}.part"  # under its name it is held from the first moment
    with early.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        early.replace(folder / LOCK)
        yield


def _take_away_what_was_left(start: str) -> None:
    """Take away what killed runs have left, and say so; not what is at work or somebody else's."""
    for folder in sorted(Path(tempfile.gettempdir()).glob(f"{start}*")):
        if _left(folder):
            _take_away(folder)
            gone = not folder.exists()
            told = "is taken away" if gone else "cannot be taken away; delete it"
            print(f"An earlier run was killed, and what it left {told}: {folder}", flush=True)


def _left(folder: Path) -> bool:
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            return False
        with (folder / LOCK).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody holds it, or has just begun, or it is none of these folders
        return False
    return True


def _take_away(folder: Path) -> None:
    """Remove a folder in which a step that was stopped may still write for a moment.

    The lock goes last: by it the next run knows what is left, if this one is killed meanwhile.
    """
    for _ in range(_TRIES):
        if _emptied(folder):
            shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        for place, folders, _ in os.walk(folder):
            for name in folders:  # a step may have closed one against itself
                with suppress(OSError):
                    if not Path(place, name).is_symlink():
                        Path(place, name).chmod(0o700)
        time.sleep(0.1)


def _emptied(folder: Path) -> bool:
    """Remove what lies beside the lock, and say whether nothing is left of it."""
    for path in _beside_the_lock(folder):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()
    return not _beside_the_lock(folder)


def _beside_the_lock(folder: Path) -> list[Path]:
    with suppress(OSError):
        return [path for path in folder.iterdir() if path.name != LOCK]
    return []
