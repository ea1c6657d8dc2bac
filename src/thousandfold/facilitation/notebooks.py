"""What a learner saved: notebooks, with the module that each belongs to, and flights."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

from thousandfold.errors import ExplainedError

MOST_NOTEBOOKS = 300
MOST_FLIGHTS = 20

_STEM = re.compile(r"\d\d(?:_[a-z0-9]+)+")


def saved_notebooks(folder: Path) -> Iterator[Path]:
    """Yield the notebooks in a folder and the folders in it; what was saved last comes last.

    Raises
    ------
    ExplainedError
        If there are so many that this is no learner's folder.
    """
    yield from (path for path, _ in dated_notebooks(folder))


def dated_notebooks(folder: Path) -> Iterator[tuple[Path, float]]:
    """Yield what `saved_notebooks` does, each with the time at which it was saved.

    Raises
    ------
    ExplainedError
        If there are so many that this is no learner's folder.
    """
    yield from _saved(folder, re.compile(r".*\.ipynb"), MOST_NOTEBOOKS, "notebooks")


def saved_flights(folder: Path) -> Iterator[Path]:
    """Yield the flights in a folder and the folders in it; what was saved last comes last.

    Raises
    ------
    ExplainedError
        If there are so many that this is no learner's folder.
    """
    fits = re.compile(r"flight-.*\.json")
    yield from (path for path, _ in _saved(folder, fits, MOST_FLIGHTS, "flights"))


def _saved(
    folder: Path, fits: re.Pattern[str], most: int, what: str
) -> Iterator[tuple[Path, float]]:
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if not fits.fullmatch(name):
                continue
            status = path.lstat()  # asked once: in a browser each answer takes its time
            if stat.S_ISREG(status.st_mode):
                found.append((path, status.st_mtime))
        if len(found) > most:
            raise ExplainedError(
                f"{folder} holds more than {most} {what}; name the folder in which one learner "
                "worked"
            )
    yield from sorted(found, key=itemgetter(1))


def version_of(notebook: Mapping[str, Any]) -> str:
    """Return what changes when an author changes the cells of a notebook, run or not."""
    cells = [(cell.get("id"), cell.get("source")) for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def stem_of(path: Path) -> str:
    """Return the module a file belongs to, also for ``06_communication-Copy1.ipynb``."""
    found = _STEM.match(path.stem)
    return found[0] if found else path.stem[:60]
