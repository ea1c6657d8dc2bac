"""Files and folders taken away for good: a link goes, and what it leads to stays."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

_MINE = stat.S_IRWXU


def remove(path: Path) -> str:
    """Remove what lies at a path.

    Parameters
    ----------
    path : Path
        Whatever it is; nothing if it is gone already.

    Returns
    -------
    str
        Why not all of it is gone; nothing if it is.
    """
    try:
        if stat.S_ISDIR(path.lstat().st_mode):
            _open_up(path)
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return "" if not os.path.lexists(path) else "something else removes it, too"
    except (OSError, RecursionError) as error:
        return str(getattr(error, "strerror", None) or error)
    return ""


def _open_up(folder: Path) -> None:
    """Let folders be emptied that a zip or a program of a learner left closed to their owner."""
    _give_rights(folder)
    for here, folders, _ in os.walk(folder):
        for name in folders:
            _give_rights(Path(here, name))


def _give_rights(folder: Path) -> None:
    status = folder.lstat()
    own = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    if own and status.st_mode & _MINE != _MINE:
        folder.chmod(status.st_mode | _MINE)
