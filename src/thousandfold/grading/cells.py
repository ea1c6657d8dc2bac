"""What nbgrader says of a notebook's cells, and what a run says back."""

from __future__ import annotations

import hashlib
import sys
from typing import Any, ClassVar

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import CheckCellMetadata, NbGraderPreprocessor

from thousandfold.grading.execution import Cell, Reason, Run
from thousandfold.grading.outputs import error_output

_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": sys.version.split()[0],
}


def code(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def to_run(notebook: NotebookNode) -> tuple[Cell, ...]:
    """Return what is run of a submission."""
    return tuple(Cell(cell.source, test_of(cell)) for cell in code(notebook))


def test_of(cell: NotebookNode) -> str:
    """Return the grade id of a cell that nbgrader scores by running it, or nothing."""
    if utils.is_grade(cell) and not utils.is_solution(cell):
        return str(cell.metadata.nbgrader["grade_id"])
    return ""


def role(cell: NotebookNode) -> str:
    """Say what `planning.plan` has to know of an instructor's cell."""
    if utils.is_solution(cell):
        return "solution"
    test = test_of(cell)
    return f"test:{test}" if test else ""


class Paste(NbGraderPreprocessor):  # type: ignore[misc]
    """Put the outputs of a run where nbgrader's `Execute` would have made them."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Fill in the code cells in order."""
        done: Run = resources["nbgrader"]["run"]
        for number, (cell, outputs, count) in enumerate(
            zip(code(nb), done.outputs, done.counts, strict=True)
        ):
            cell.outputs = [nbformat.from_dict(output) for output in outputs]
            if number in done.late:
                cell.outputs.append(resources["nbgrader"]["late"])
            cell.execution_count = count
        nb.metadata["language_info"] = done.language or _LANGUAGE
        return nb, resources


class CheckMarks(CheckCellMetadata):  # type: ignore[misc]
    """Check nbgrader's marks; those that have passed are not looked at again.

    nbgrader's own checks its schema for each cell, which takes longer than saving the grades.
    """

    _passed: ClassVar[set[bytes]] = set()

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Check the marks of all cells."""
        marks = [(cell.cell_type, cell.metadata.get("nbgrader")) for cell in nb.cells]
        known = hashlib.sha256(repr(marks).encode()).digest()
        if known not in self._passed:
            super().preprocess(nb, resources)
            self._passed.add(known)
        return nb, resources


def check_credit(notebook: NotebookNode, done: Run) -> list[Reason]:
    """Let a test fail that gives more points than there are, fewer than none, or no number.

    nbgrader stops at the first, and gives full marks for the others.
    """
    reasons = []
    for cell, outputs in zip(code(notebook), done.outputs, strict=True):
        results = [it for it in outputs if it["output_type"] == "execute_result"]
        if not (test_of(cell) and results):
            continue
        try:
            utils.get_partial_grade(results[0], float(cell.metadata.nbgrader["points"]))
            if not _at_least_nothing(results[0]["data"]["text/plain"]):
                raise ValueError
        except (ValueError, KeyError):
            text = f"The test {test_of(cell)} gave no number of points that it can give: 0."
            outputs.append(error_output("CreditError", text))
            outputs.remove(results[0])
            reasons.append(Reason("unclear", text, test_of(cell)))
    return reasons


def _at_least_nothing(shown: str) -> bool:
    """Say whether what a test gives is no number below zero, and no number that is none."""
    try:
        return float(shown) >= 0
    except ValueError:
        return True  # a text, which nbgrader takes for success


def score_deleted(notebook: NotebookNode, grades: list[Any]) -> list[Reason]:
    """Give 0 for each graded cell that is not in a notebook.

    Parameters
    ----------
    notebook : NotebookNode
    grades : list of nbgrader.api.Grade
        Of this notebook, in the gradebook.
    """
    there = {
        cell.metadata.nbgrader.get("grade_id")
        for cell in notebook.cells
        if "nbgrader" in cell.metadata and (utils.is_grade(cell) or utils.is_task(cell))
    }
    reasons = []
    for grade in grades:
        if grade.cell.name not in there:
            grade.auto_score = 0
            grade.needs_manual_grade = False
            text = f"The graded cell {grade.cell.name} is not in the notebook and scores 0."
            reasons.append(Reason("deleted", text, grade.cell.name))
    return reasons
