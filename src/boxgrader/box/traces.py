"""What a process has written to its folders, put back as it was before.

A test is tried in a fork before it counts, and a judge serves one learner after the other: neither
may leave a file that somebody after it reads.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from contextlib import suppress
from dataclasses import dataclass

MOST_TRACED = 64 << 20  # bytes
_MOST_FILES = 2_000
_TICK = 1_000_000_000  # nanoseconds that surely show in the time of a file


class TooMuchError(Exception):
    """The folders hold more than is remembered."""


@dataclass(frozen=True)
class _Held:
    status: tuple[int, ...]
    content: bytes | str | None  # of a file, where a link leads, or nothing for a folder


class Traces:
    """Folders as they stand now.

    Parameters
    ----------
    folders : str
        One does not lie in another.
    most_bytes : int
        Of all files together.

    Raises
    ------
    TooMuchError
        If they hold too much to be remembered.
    """

    def __init__(self, *folders: str, most_bytes: int = MOST_TRACED) -> None:
        self._folders = folders
        left = most_bytes
        self._time = time.time_ns() - _TICK
        self._held: dict[str, _Held] = {}
        for path, status in _entries(folders):
            left -= status.st_size if stat.S_ISREG(status.st_mode) else 0
            if left < 0 or len(self._held) >= _MOST_FILES:
                raise TooMuchError
            self._held[path] = _Held(_identity(status), _content(path, status))
        self._places = _open_files()

    def watch(self) -> None:
        """Notice from now on also who writes to a file what it held: its time is set back."""
        for path, held in self._held.items():
            if stat.S_ISREG(held.status[0]):
                times = held.status[3] - _TICK
                os.utime(path, ns=(times, times))
                self._held[path] = _Held(_identity(os.lstat(path)), held.content)

    def changed(self) -> list[str]:
        """Return the files that were here and have been written to since `watch`."""
        now = {path: _identity(status) for path, status in _entries(self._folders)}
        return [
            path for path, held in self._held.items() if now.get(path, ()) not in ((), held.status)
        ]

    def remove(self) -> None:
        """Put everything back, also how far files that are open have been read."""
        for path, status in reversed(list(_entries(self._folders))):
            if path not in self._held:
                _take_away(path, status)
        for path, held in self._held.items():
            _put_back(path, held, self._time)
        for number, place in self._places.items():
            with suppress(OSError):
                os.lseek(number, place, os.SEEK_SET)


def _entries(folders: tuple[str, ...]) -> list[tuple[str, os.stat_result]]:
    """Return what lies in folders, each folder before what is in it."""
    found = []
    for folder in folders:
        device = os.stat(folder).st_dev
        for here, below, names in os.walk(folder):
            for name in (*below, *names):
                path = f"{here}/{name}"
                with suppress(OSError):
                    status = os.lstat(path)
                    if status.st_dev == device:
                        found.append((path, status))
                    elif name in below:  # a Python environment that the box shows below /tmp
                        below.remove(name)
    return found


def _identity(status: os.stat_result) -> tuple[int, ...]:
    """Return what tells whether something is still the same."""
    if stat.S_ISDIR(status.st_mode):
        return (status.st_mode,)
    return (status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _content(path: str, status: os.stat_result) -> bytes | str | None:
    if stat.S_ISLNK(status.st_mode):
        return os.readlink(path)
    if stat.S_ISREG(status.st_mode):
        with suppress(OSError), open(path, "rb") as file:
            return file.read()
    return None


def _take_away(path: str, status: os.stat_result) -> None:
    with suppress(OSError):
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(path)
        else:
            os.unlink(path)


def _put_back(path: str, held: _Held, known: int) -> None:
    """Make something what it was; a file stays the same one, for whoever has it open."""
    with suppress(OSError):
        try:
            status = os.lstat(path)
            if _identity(status) == held.status and (
                not stat.S_ISREG(status.st_mode)
                or status.st_mtime_ns < known  # the same tick of the clock is no proof
                or _content(path, status) == held.content
            ):
                return
            if stat.S_IFMT(status.st_mode) != stat.S_IFMT(held.status[0]):
                _take_away(path, status)
        except FileNotFoundError:
            pass
        if stat.S_ISDIR(held.status[0]):
            os.makedirs(path, exist_ok=True)
        elif isinstance(held.content, str):
            with suppress(FileNotFoundError):
                os.unlink(path)
            os.symlink(held.content, path)
            return
        elif held.content is not None:
            with open(path, "r+b" if os.path.exists(path) else "wb") as file:
                file.truncate()
                file.write(held.content)
            times = held.status[3]
            os.utime(path, ns=(times, times))
        os.chmod(path, stat.S_IMODE(held.status[0]))


def _open_files() -> dict[int, int]:
    """Return how far each file that is open has been read, by descriptor."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # closed meanwhile, or something that only looks like a file
            if stat.S_ISREG(os.fstat(int(name)).st_mode):
                found[int(name)] = os.lseek(int(name), 0, os.SEEK_CUR)
    return found
