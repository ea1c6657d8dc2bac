"""Steps of nbgrader's that take what a run in a box has given."""

from __future__ import annotations

import hashlib
import math
import sys
from typing import Any, ClassVar

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    NbGraderPreprocessor,
)
from sqlalchemy.exc import SQLAlchemyError
from traitlets.utils.importstring import import_item

from boxgrader.engine.cells import code
from boxgrader.engine.execution import Reason, Run
from boxgrader.errors import GraderError, GradingError, shown

_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": sys.version.split()[0],
}
_MEND = (
    "Mend it, or c.AssignLatePenalties.plugin_class in nbgrader_config.py, and grade again: what "
    "was graded before is kept."
)


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


class Penalize(AssignLatePenalties):  # type: ignore[misc]
    """Take points off what came late. Where the course's plugin fails, no learner is to blame."""

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except Exception as error:
            said = str(error).rpartition("instance must be a type, but ")[2]
            raise GradingError(f"The plugin for late submissions: {said}. {_MEND}") from error

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Ask the plugin, and write down what it says."""
        try:
            return super().preprocess(nb, resources)  # type: ignore[no-any-return]
        except (GraderError, SQLAlchemyError):
            raise
        except Exception as error:
            raise self._failed(f"{type(error).__name__}: {shown(str(error), 300)}") from error

    def _check_late_penalty(self, notebook: Any, penalty: Any) -> float:
        if not isinstance(penalty, int | float) or not math.isfinite(penalty):
            raise self._failed(f"it says {shown(repr(penalty))}, which is no number of points")
        return float(super()._check_late_penalty(notebook, penalty))

    def _failed(self, why: str) -> GradingError:
        name = f"{self.plugin_class.__module__}.{self.plugin_class.__qualname__}"
        return GradingError(
            f"The plugin for late submissions, {name}, failed for {self.student_id}: {why}. {_MEND}"
        )


# What stands in the place of steps of nbgrader's.
INSTEAD = {CheckCellMetadata: CheckMarks, AssignLatePenalties: Penalize}


def steps(chosen: list[Any], *, executes: bool) -> list[Any]:
    """Return the steps of a course, those of nbgrader's replaced that a box takes the place of."""
    named = [import_item(step) if isinstance(step, str) else step for step in chosen]
    return [Paste if step is Execute and executes else INSTEAD.get(step, step) for step in named]


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
