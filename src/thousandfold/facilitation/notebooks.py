"""What a learner saved: notebooks, with the module that each belongs to, and flights."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

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
    yield from _saved(folder, re.compile(r".*\.ipynb"), MOST_NOTEBOOKS, "notebooks")


def saved_flights(folder: Path) -> Iterator[Path]:
    """Yield the flights in a folder and the folders in it; what was saved last comes last.

    Raises
    ------
    ExplainedError
        If there are so many that this is no learner's folder.
    """
    yield from _saved(folder, re.compile(r"flight-.*\.json"), MOST_FLIGHTS, "flights")


def _saved(folder: Path, fits: re.Pattern[str], most: int, what: str) -> Iterator[Path]:
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if fits.fullmatch(name) and not path.is_symlink() and path.is_file():
                found.append(path)
        if len(found) > most:
            raise ExplainedError(
                f"{folder} holds more than {most} {what}; name the folder in which one learner "
                "worked"
            )
    yield from sorted(found, key=lambda path: path.stat().st_mtime)


def stem_of(path: Path) -> str:
    """Return the module a file belongs to, also for ``06_communication-Copy1.ipynb``."""
    found = _STEM.match(path.stem)
    return found[0] if found else path.stem[:60]
