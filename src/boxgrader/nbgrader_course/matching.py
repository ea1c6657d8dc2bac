"""Which file of a submission is which notebook of the assignment.

Browsers, learning platforms, other systems and zip files change names: `hw (1).ipynb`,
`ann_123_hw-1.ipynb`, `hw/hw.ipynb`. A file is taken for a notebook where only one can be meant.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from boxgrader.errors import shown
from boxgrader.nbgrader_course.names import plain
from boxgrader.nbgrader_course.walking import entries

NOTEBOOK = re.compile(r"(.+)\.ipynb(?:\.txt|\.json)?", re.IGNORECASE | re.DOTALL)
_DEEPEST = 4  # names on the way, the file's own included


@dataclass(frozen=True)
class Match:
    """What was found in a submission.

    Attributes
    ----------
    root : Path
        The folder of its notebooks: what lies there is beside them.
    notebooks : dict of str to Path
        By what the assignment calls them.
    renamed : list of str
        A sentence on each that has another name or place.
    left : list of str
        What looks like a notebook, too, and was not taken.
    others : list of str
        The other files.
    """

    root: Path
    notebooks: dict[str, Path]
    renamed: list[str]
    left: list[str]
    others: list[str]


def match(folder: Path, known: Collection[str], ignore: Collection[str]) -> Match:
    """Find the notebooks of an assignment in a submission, the nearest and best named first.

    Parameters
    ----------
    folder : Path
    known : collection of str
        The notebooks of the assignment.
    ignore : collection of str
        Patterns of names, as nbgrader has them.

    Raises
    ------
    Refused
        If there are too many files.
    """
    files = list(files_of(folder, ignore))
    notebooks = [path for path in files if NOTEBOOK.fullmatch(path.name)]
    meant = {path: it for path in notebooks if (it := _meant(path.name, known))}
    taken: dict[str, Path] = {}
    for name in known:
        choices = sorted(
            (len(path.parts), worse, path) for path, (it, worse) in meant.items() if it == name
        )
        best = [path for *rank, path in choices if rank == [*choices[0][:2]]]
        if len(best) == 1:
            taken[name] = best[0]
    left = [
        str(path)
        for path in notebooks
        if path not in taken.values() and (path in meant or len(path.parts) == 1)
    ]
    places = {path.parent for path in taken.values()}
    return Match(
        root=folder / places.pop() if len(places) == 1 else folder,
        notebooks={name: folder / path for name, path in taken.items()},
        renamed=[
            f"{shown(str(path))} was read as {name}.ipynb."
            for name, path in taken.items()
            if unicodedata.normalize("NFC", str(path))
            != unicodedata.normalize("NFC", f"{name}.ipynb")
        ],
        left=left,
        others=[str(path) for path in files if path not in notebooks],
    )


def files_of(folder: Path, ignore: Collection[str]) -> Iterator[Path]:
    """Yield the files of a submission, from its folder, but for what programs put there."""
    for path, status in entries(folder, ignore):
        found = path.relative_to(folder)
        near = len(found.parts) <= _DEEPEST and not stat.S_ISDIR(status.st_mode)
        if near and not any(part.startswith((".", "__MACOSX")) for part in found.parts):
            yield found


def _meant(file: str, known: Collection[str]) -> tuple[str, int] | None:
    """Return which notebook a file's name means, and how far it is from its name; or none."""
    exact = [name for name in known if file == f"{name}.ipynb"]
    if exact:
        return exact[0], 0
    stem = plain(NOTEBOOK.sub(r"\1", file))
    same = [name for name in known if plain(name) == stem]
    if same:
        return (same[0], 1) if len(same) == 1 else None
    within = [name for name in known if _stands_in(plain(name), stem)]
    longest = [
        name
        for name in within
        if not any(other != name and plain(name) in plain(other) for other in within)
    ]
    return (longest[0], 2) if len(longest) == 1 else None


def _stands_in(name: str, stem: str) -> bool:
    """Say whether a name stands in another as words of their own: hw in hw (1), not in hw10."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", stem) is not None
