"""What the cells of a notebook are to grading, by the marks in their metadata.

nbgrader's editor makes these marks; see "nbgrader cell metadata" in its documentation.
"""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode


def code(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def name_of(cell: NotebookNode) -> str:
    """Return the grade id of a cell, or nothing."""
    return str(_marks(cell).get("grade_id", ""))


def is_solution(cell: NotebookNode) -> bool:
    """Say whether a learner writes in a cell."""
    return bool(_marks(cell).get("solution"))


def is_locked(cell: NotebookNode) -> bool:
    """Say whether a cell is the instructor's, whatever a learner wrote there."""
    marks = _marks(cell)
    return not marks.get("solution") and bool(marks.get("grade") or marks.get("locked"))


def test_of(cell: NotebookNode) -> str:
    """Return the grade id of a cell that is scored by running it, or nothing."""
    scored = _marks(cell).get("grade") and not is_solution(cell) and cell.cell_type == "code"
    return name_of(cell) if scored else ""


def is_skipped(cell: NotebookNode) -> bool:
    """Say whether a cell is not to be run, by nbclient's tag; a test always is."""
    return "skip-execution" in cell.metadata.get("tags", ()) and not test_of(cell)


def points_of(cell: NotebookNode) -> float:
    """Return the most points that a cell gives."""
    return float(_marks(cell).get("points") or 0)


def visible(source: str, first: str, last: str, instead: str = "") -> str:
    """Return what learners have of a test.

    Parameters
    ----------
    source : str
    first, last : str
        What the lines hold in which a hidden part begins and ends.
    instead : str
        What a comment says in the place of each part; nothing leaves none.
    """
    lines = source.split("\n")
    seen = seen_lines(source, first, last)
    kept = []
    for place, line in enumerate(lines):
        if place in seen:
            kept.append(line)
        elif first in line and instead:
            before = line.partition(first)[0]
            comment = before if before.strip() and not re.search(r"\w", before) else "# "
            kept.append(comment + instead)
    return "\n".join(kept)


def seen_lines(source: str, first: str, last: str) -> dict[int, str]:
    """Return the lines of a test that learners have, by place, counted from 0; see `visible`."""
    seen, inside = {}, False
    for place, line in enumerate(source.split("\n")):
        if first in line or last in line:
            inside = first in line
        elif not inside:
            seen[place] = line
    return seen


def _marks(cell: NotebookNode) -> dict[str, Any]:
    marks: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return marks
