"""What the checks said to a learner, from the graded notebook: text of strangers."""

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
    root = Path(course.format_path(course.autograded_directory, ".", ".")).resolve()
    folder = Path(course.format_path(course.autograded_directory, learner, assignment))
    path = folder / f"{notebook}.ipynb"
    try:
        content = read_json(path, inside=root if path.is_relative_to(root) else folder)
    except Refused:
        return []  # Points are in the gradebook; a message is a bonus.
    cells = content.get("cells") if isinstance(content, dict) else None
    return [
        (marks["grade_id"], message_of(cell.get("outputs")))
        for cell in (cells if isinstance(cells, list) else [])
        if isinstance(cell, dict) and (marks := _marks(cell)) and isinstance(marks["grade_id"], str)
    ]


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) and marks.get("grade") and "grade_id" in marks else {}


def message_of(outputs: Any) -> str:
    """Return what a check said: the last line of an error, or what went to stderr."""
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "error":
            name, says = str(output.get("ename", "")), str(output.get("evalue", ""))
            return _line(says if explains_itself(output) else error_line(name, says))
        if output.get("output_type") == "stream" and output.get("name") == "stderr":
            text = output.get("text", "")
            return _line("".join(map(str, text)) if isinstance(text, list) else str(text))
    return ""


def _line(text: str) -> str:
    """Return the first line that says something, in letters that a page can show."""
    lines = (line.strip() for line in _COLOURS.sub("", text[:10_000]).splitlines())
    return shown(next((line for line in lines if line), ""), _MOST_MESSAGE)
