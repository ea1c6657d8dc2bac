"""Which cells say something else than when a person gave points for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from boxgrader.engine.cells import name_of
from boxgrader.errors import Refused
from boxgrader.nbgrader_course.bounds import Bounds
from boxgrader.nbgrader_course.history import Given
from boxgrader.nbgrader_course.submissions import read


def rewritten(
    folder: Path, now: Mapping[str, NotebookNode], by_hand: Iterable[Given], bounds: Bounds
) -> set[str]:
    """Return the cells whose text is not that of the graded notebook, or cannot be compared.

    Parameters
    ----------
    folder : Path
        Holds the graded notebooks: text of strangers, which is read within bounds.
    now : mapping of str to NotebookNode
        What is graded now, by name.
    by_hand : iterable of Given
        What a person gave points for. A task is done in any cell of its notebook.
    bounds : Bounds
        The most that is read.
    """
    given = {one.cell: one for one in by_hand}
    found = set()
    for name in sorted({cell.rpartition("/")[0] for cell in given} & now.keys()):
        before, after = _texts(_read(folder / f"{name}.ipynb", bounds)), _texts(now[name].cells)
        found |= {
            cell
            for cell, one in given.items()
            if cell.rpartition("/")[0] == name
            and not _same(before, after, "" if one.is_task else cell.rpartition("/")[2])
        }
    return found


def _same(before: _Texts, after: _Texts, cell: str) -> bool:
    if not cell:
        return before == after
    mine = [text for name, *text in after if name == cell]
    return bool(mine) and mine == [text for name, *text in before if name == cell]


_Texts = list[tuple[str, str, Any]]


def _texts(cells: Iterable[NotebookNode]) -> _Texts:
    """Return the name of each cell, its text, and the pictures that were put into it."""
    return [(name_of(cell), cell.source, cell.get("attachments")) for cell in cells]


def _read(path: Path, bounds: Bounds) -> Iterable[NotebookNode]:
    try:
        return list(read(path, bounds=bounds).cells)
    except Refused:  # gone, or too large: then a person looks
        return []
