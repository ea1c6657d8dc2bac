"""What the sliders of all lessons show, drawn beforehand: one lesson a process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import MappingProxyType

from thousandfold.facilitation.pools import end_with_pool
from thousandfold.player.lesson import CodeCell, Tables, tables_of

Drawn = dict[str, Tables | str]
"""By the name of a cell; a sentence where sliders cannot be drawn beforehand."""


def drawn(
    lessons: Iterable[Path],
    keep: Path,
    also: Mapping[Path, Sequence[CodeCell]] = MappingProxyType({}),
) -> dict[Path, Drawn]:
    """Draw what the sliders of some lessons show.

    Parameters
    ----------
    lessons : iterable of pathlib.Path
        Notebooks of ours.
    keep : pathlib.Path
        A folder for tables; what is there and still holds is not drawn again.
    also : mapping
        Pages that are no lessons, and their sliders.
    """
    # The lesson with most sliders first: whoever draws the last one should not begin last.
    ordered = sorted(lessons, key=lambda path: -path.read_bytes().count(b"explore("))
    pages = {**{path: _cells(path) for path in ordered}, **also}
    with ProcessPoolExecutor(initializer=end_with_pool) as pool:
        made = pool.map(_drawn, pages.values(), [keep] * len(pages))
        return dict(zip(pages, made, strict=True))


def _drawn(cells: Sequence[CodeCell], keep: Path) -> Drawn:
    return dict(tables_of(cells, keep))


def _cells(lesson: Path) -> list[CodeCell]:
    return [
        CodeCell(
            cell["id"],
            "".join(cell["source"]),
            cell["metadata"].get("thousandfold", {}).get("touch", ""),
        )
        for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
