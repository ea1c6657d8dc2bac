"""What lies beside the instructor's notebook: laid down once, and shown in every box.

Each notebook gets copies that it may change, as nbgrader gives them. They count against no limit of
the learner's: what is larger than a learner may write is a link, and can be read only.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHOWN = "/released"  # where a box shows the folder of all of them

_lock = threading.Lock()
_laid: list[tuple[Mapping[str, bytes], Released]] = []
_folders: list[tempfile.TemporaryDirectory[str]] = []  # removed when this process ends


@dataclass(frozen=True)
class Released:
    """Files that are laid down.

    Attributes
    ----------
    name : str
        Of their folder; nothing if there are none.
    sizes : tuple of int
        Bytes of each.
    entries : int
        Files and folders.
    """

    name: str = ""
    sizes: tuple[int, ...] = ()
    entries: int = 0

    def room(self, largest: int) -> int:
        """Return how many bytes the copies take, if none is made of what is larger than that."""
        return sum(size for size in self.sizes if size <= largest)


def folder() -> Path:
    """Return the folder of all that is laid down; nobody else comes to it but through a box."""
    with _lock:
        if not _folders:
            _folders.append(tempfile.TemporaryDirectory(prefix="released-"))
            shown = Path(_folders[0].name, "shown")
            shown.mkdir()
            shown.chmod(0o755)
        return Path(_folders[0].name, "shown")


def lay(files: Mapping[str, bytes]) -> Released:
    """Lay files down by relative path, if they do not lie there already."""
    if not files:
        return Released()
    above = folder()
    with _lock:
        for known, laid in _laid:
            if known == files:
                return laid
        place = above / str(len(_laid))
        for name, content in files.items():
            write(place / name, content)
        entries = 0
        for here, _, names in os.walk(place):
            Path(here).chmod(0o755)
            entries += 1 + len(names)
        laid = Released(place.name, tuple(map(len, files.values())), entries)
        _laid.append((files, laid))
        return laid


def write(path: Path, content: bytes) -> None:
    """Write a file that everybody may read, and run if it is a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755 if content.startswith(b"#!") else 0o644)


def copy(place: Path, largest: int) -> None:
    """Copy what lies there into the working folder, but for what is larger."""
    for source in sorted(place.rglob("*")):  # a folder before what lies in it
        target = source.relative_to(place)
        if source.is_dir():
            target.mkdir()
        elif source.stat().st_size > largest:
            target.symlink_to(source)
        else:
            shutil.copy(source, target)
