"""Which released files were handed in with other content: the instructor's go before them."""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from boxgrader.errors import Refused, listed
from boxgrader.nbgrader_course.reading import open_regular

_PIECE = 1 << 20  # letters


def replaced(folder: Path, released: Mapping[str, Path], *, inside: Path) -> list[str]:
    """Return the files that a learner handed in otherwise than they were released.

    Ends of lines are no difference: systems and platforms change them. What was left out is none
    either, and what is no plain file, such as a link to data that a course shares, is not looked
    at. No more is read than was released.

    Parameters
    ----------
    folder : Path
        Of the notebooks in a submission.
    released : mapping of str to Path
        The instructor's own file at each relative path.
    inside : Path
        The instructor's folder of all submissions: below it, no link is followed.
    """
    return [
        name
        for name, path in sorted(released.items())
        if os.path.lexists(folder / name) and _differs(folder / name, path, inside)
    ]


def _differs(mine: Path, released: Path, inside: Path) -> bool:
    try:
        descriptor = open_regular(mine, inside=inside)
    except Refused:
        return False
    with _text(descriptor) as own, _text(os.open(released, os.O_RDONLY)) as given:
        while (piece := given.read(_PIECE)) == own.read(_PIECE):
            if not piece:
                return False
    return True


def _text(descriptor: int) -> io.TextIOWrapper:
    """Read any bytes as letters, each end of a line as one."""
    return open(descriptor, encoding="latin-1", newline=None)


def said(names: Collection[str]) -> str:
    """Say it of such files, to the learner and to whoever gives the points.

    Examples
    --------
    >>> said(["helpers.py"]).partition(",")[0]
    'helpers.py was used as the course released it'
    >>> said(["a.py", "b.py"]).partition(",")[0]
    '2 files (a.py'
    """
    one = len(names) == 1
    which = listed(names) if one else f"{len(names):,} files ({listed(names)})"
    was, them = ("was", "it") if one else ("were", "them")
    return (
        f"{which} {was} used as the course released {them}, which is not what was handed in. That "
        "costs no points by itself; what an answer needs belongs into the notebook."
    )
