"""What a learner wrote and the checks said, from the graded notebook: text of strangers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from boxgrader.engine.outputs import error_line, explains_itself
from boxgrader.errors import Refused, shown
from boxgrader.nbgrader_course.reading import read_json

_MOST_MESSAGE = 300
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def outcomes(course: Any, assignment: str, learner: str, notebook: str) -> list[tuple[str, str]]:
    """Return each graded cell of an autograded notebook and what its check said, if anything."""
    return [
        (marks["grade_id"], message_of(cell.get("outputs")))
        for cell, marks in _cells(course, assignment, learner, notebook)
        if marks.get("grade")
    ]


def answers(
    course: Any, assignment: str, learner: str, notebook: str
) -> list[tuple[str, bool, str]]:
    """Return what a learner wrote: each cell's grade id, whether it is code, and its text."""
    return [
        (marks["grade_id"], cell.get("cell_type") == "code", _text(cell.get("source")))
        for cell, marks in _cells(course, assignment, learner, notebook)
        if marks.get("solution")
    ]


def _cells(
    course: Any, assignment: str, learner: str, notebook: str
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the cells of an autograded notebook that nbgrader has marked, with their marks."""
    root = Path(course.format_path(course.autograded_directory, ".", ".")).resolve()
    folder = Path(course.format_path(course.autograded_directory, learner, assignment))
    path = folder / f"{notebook}.ipynb"
    try:
        content = read_json(path, inside=root if path.is_relative_to(root) else folder)
    except Refused:
        return []  # Points are in the gradebook; what is read here is a bonus.
    cells = content.get("cells") if isinstance(content, dict) else None
    found = [
        (cell, _marks(cell))
        for cell in (cells if isinstance(cells, list) else [])
        if isinstance(cell, dict)
    ]
    return [(cell, marks) for cell, marks in found if isinstance(marks.get("grade_id"), str)]


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}


def _text(source: Any) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")


def message_of(outputs: Any) -> str:
    """Return what a check said: the last line of an error, or what went to stderr."""
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "error":
            name, says = str(output.get("ename", "")), str(output.get("evalue", ""))
            return _line(says if explains_itself(output) else error_line(name, says))
        if output.get("output_type") == "stream" and output.get("name") == "stderr":
            return _line(_text(output.get("text")))
    return ""


def _line(text: str) -> str:
    """Return the first line that says something, in letters that a page can show."""
    lines = (line.strip() for line in _COLOURS.sub("", text[:10_000]).splitlines())
    return shown(next((line for line in lines if line), ""), _MOST_MESSAGE)
