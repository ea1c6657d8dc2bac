"""Marks where nothing can be run: what a saved notebook says that its checks have said.

Nothing is believed: learners can write into a notebook what they like, and the board says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from boxgrader.engine.cells import test_of
from boxgrader.nbgrader_course import submissions
from boxgrader.nbgrader_course.messages import message_of
from boxgrader.nbgrader_course.reading import read_json
from thousandfold.room.marks import Exercise, Mark

_HINT = "Hint. "  # how a check begins what it shows while somebody works
_OPEN = re.compile(r"\S+ has no answer yet:")


class Reported:
    """Reads what the checks said to learners, in the notebooks that they hand in. It runs nothing.

    The checks that learners have see whether an answer is filled in and fits; whether it is right
    only the hidden ones know. So full points mean *filled in*.
    """

    def __init__(self, exercise: Exercise) -> None:
        self._tests = list(exercise.tests)

    def prepare(self) -> None:
        """Make ready, which needs nothing."""

    def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
        """Return what each test has said, by what is saved with it.

        Parameters
        ----------
        notebook : NotebookNode
            From `read`.
        """
        said = {name: _mark(cell) for cell in notebook.cells if (name := test_of(cell))}
        return {test: said.get(test, _UNANSWERED) for test in self._tests}


def read(path: Path, *, inside: Path) -> NotebookNode:
    """Read a submitted notebook as `submissions.read` does, and what its tests have shown.

    Raises
    ------
    Refused
        With a sentence for the learner.
    """
    notebook = submissions.read(path, inside=inside)
    content = read_json(path, inside=inside)
    cells = content.get("cells") if isinstance(content, dict) else None
    # Of several copies of a cell the last one counts, as there.
    saved = {_grade_id(cell): cell for cell in (cells if isinstance(cells, list) else [])}
    for cell in notebook.cells:
        name = test_of(cell)
        if name and name in saved:
            cell.outputs = _outputs(saved[name])
            cell.execution_count = saved[name].get("execution_count")
    return notebook


_UNANSWERED = Mark(0.0, empty=True)
_ALL_HIDDEN = Mark(0.0, most=0.0, empty=True)


def _mark(cell: NotebookNode) -> Mark:
    if not cell.source.strip():
        return _ALL_HIDDEN
    says = _said(cell.outputs)
    if _OPEN.match(says) or not (says or cell.outputs or type(cell.execution_count) is int):
        return _UNANSWERED
    return Mark(0.0, says=says) if says else Mark(1.0)


def _said(outputs: list[dict[str, Any]]) -> str:
    """Return what a check said is to be mended, or nothing."""
    for output in outputs:
        text = _text(output)
        if text.startswith(_HINT):
            return message_of([_as_stderr(text.removeprefix(_HINT))])
    return message_of(outputs)


def _as_stderr(text: str) -> dict[str, str]:
    return {"output_type": "stream", "name": "stderr", "text": text}


def _text(output: dict[str, Any]) -> str:
    data = output.get("data")
    text = data.get("text/plain") if isinstance(data, dict) else ""
    return "".join(map(str, text)) if isinstance(text, list) else str(text or "")


def _grade_id(cell: Any) -> str:
    metadata = cell.get("metadata") if isinstance(cell, dict) else None
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""


def _outputs(cell: dict[str, Any]) -> list[dict[str, Any]]:
    outputs = cell.get("outputs")
    given = outputs if isinstance(outputs, list) else []
    return [output for output in given if isinstance(output, dict)]
