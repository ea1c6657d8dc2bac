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
    places = {tuple(one.cell.rsplit("/", 1)): one for one in by_hand}
    texts = {
        name: (_texts(_read(folder / f"{name}.ipynb", bounds)), _texts(now[name].cells))
        for name in {notebook for notebook, _ in places} & now.keys()
    }
    return {
        one.cell
        for (notebook, cell), one in places.items()
        if notebook in texts and not _same(*texts[notebook], "" if one.is_task else cell)
    }


def _same(before: _Texts, after: _Texts, cell: str) -> bool:
    """Say whether one cell is as it was; without a name, whether all are."""
    mine = [text for text in after if text[0] == cell or not cell]
    return bool(mine) and mine == [text for text in before if text[0] == cell or not cell]


_Texts = list[tuple[str, str, Any]]


def _texts(cells: Iterable[NotebookNode]) -> _Texts:
    """Return the name of each cell, its text, and the pictures that were put into it."""
    return [(name_of(cell), cell.source, cell.get("attachments")) for cell in cells]


def _read(path: Path, bounds: Bounds) -> Iterable[NotebookNode]:
    try:
        return list(read(path, bounds=bounds).cells)
    except Refused:  # gone, or too large: then a person looks
        return []
