"""The files and folders of a submission: no link is followed, and they are not without end."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from boxgrader.errors import Refused, shown

_MOST_ENTRIES = 10_000


def entries(folder: Path, ignore: Collection[str] = ()) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield each file and folder, and what the system says of it. Nothing is opened.

    Parameters
    ----------
    folder : Path
        The submission.
    ignore : collection of str
        Patterns of names that an instructor wants to be left where they are.

    Raises
    ------
    Refused
        If there are too many, or a folder is a link.
    """
    number = 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _ignored(name, ignore))
        number += len(folders) + len(names)
        if number > _MOST_ENTRIES:
            raise Refused(
                f"there are more than {_MOST_ENTRIES:,} files and folders in what was handed in. "
                "Please hand in the notebook and what it reads."
            )
        for name in folders:
            status = Path(here, name).lstat()
            if stat.S_ISLNK(status.st_mode):
                raise Refused(
                    f"{shown(name)} is a link to another folder. "
                    "Please hand in the files themselves."
                )
            yield Path(here, name), status
        for name in sorted(names):
            if not _ignored(name, ignore):
                yield Path(here, name), Path(here, name).lstat()


def _ignored(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
