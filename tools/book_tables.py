"""What the sliders of all lessons show, drawn beforehand: one lesson a process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from thousandfold.player.lesson import CodeCell, Tables, tables_of

Drawn = dict[str, Tables | str]
"""By the name of a cell; a sentence where sliders cannot be drawn beforehand."""


def drawn(lessons: Iterable[Path], keep: Path) -> dict[Path, Drawn]:
    """Draw what the sliders of some lessons show.

    Parameters
    ----------
    lessons : iterable of pathlib.Path
        Notebooks of ours.
    keep : pathlib.Path
        A folder for tables; what is there and still holds is not drawn again.
    """
    # The lesson with most sliders first: whoever draws the last one should not begin last.
    ordered = sorted(lessons, key=lambda path: -path.read_bytes().count(b"explore("))
    with ProcessPoolExecutor() as pool:
        return dict(zip(ordered, pool.map(_drawn, ordered, [keep] * len(ordered)), strict=True))


def _drawn(lesson: Path, keep: Path) -> Drawn:
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    code = [
        CodeCell(
            cell["id"],
            "".join(cell["source"]),
            cell["metadata"].get("thousandfold", {}).get("touch", ""),
        )
        for cell in cells
        if cell["cell_type"] == "code"
    ]
    return dict(tables_of(code, keep))
