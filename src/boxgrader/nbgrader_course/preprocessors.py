"""Steps of nbgrader's that take what a run in a box has given."""

from __future__ import annotations

import functools
import hashlib
import math
import sys
from datetime import timedelta
from typing import Any, ClassVar

import nbformat
from nbformat import NotebookNode
from nbgrader import api, utils
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    NbGraderPreprocessor,
    OverwriteCells,
)
from sqlalchemy.exc import SQLAlchemyError
from traitlets.utils.importstring import import_item

from boxgrader.engine.cells import code
from boxgrader.engine.job import Reason, Run
from boxgrader.errors import GraderError, GradingError, StepError, clause, shown
from boxgrader.nbgrader_course.submissions import name_cells

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
_MEND_STEP = (
    "That is the instructor's to mend: the step, or c.Autograde.sanitize_preprocessors and "
    "autograde_preprocessors in nbgrader_config.py. Then grade again."
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
            said = clause(str(error).rpartition("instance must be a type, but ")[2])
            raise GradingError(f"The plugin for late submissions: {said}. {_MEND}") from error

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Ask the plugin, and write down what it says; without a due date nobody is late."""
        about = resources["nbgrader"]
        work = about["assignment"], about["student"]
        with api.Gradebook(about["db_url"]) as book:
            # nbgrader adds an extension to a due date that is not there.
            if book.find_submission(*work).assignment.duedate is None:
                notebook = book.find_submission_notebook(about["notebook"], *work)
                if notebook.late_submission_penalty is not None:
                    notebook.late_submission_penalty = None
                    book.db.commit()
                return nb, resources
        try:
            return super().preprocess(nb, resources)  # type: ignore[no-any-return]
        except (GraderError, SQLAlchemyError):
            raise
        except Exception as error:
            raise self._failed(clause(f"{type(error).__name__}: {error}")) from error

    def _check_late_penalty(self, notebook: Any, penalty: Any) -> float:
        if not isinstance(penalty, int | float) or not math.isfinite(penalty):
            raise self._failed(f"it says {shown(repr(penalty))}, which is no number of points")
        return float(super()._check_late_penalty(notebook, penalty))

    def _failed(self, why: str) -> GradingError:
        name = f"{self.plugin_class.__module__}.{self.plugin_class.__qualname__}"
        return GradingError(
            f"The plugin for late submissions, {name}, failed for {self.student_id}: {why}. {_MEND}"
        )


class Overwrite(OverwriteCells):  # type: ignore[misc]
    """Take from the gradebook what learners must not change, and put back what they deleted."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Overwrite the cells; what nbgrader puts back has no names, which the format wants."""
        nb, resources = super().preprocess(nb, resources)
        nb.cells = [nbformat.from_dict(cell) for cell in nb.cells]
        if nb.nbformat_minor >= 5:
            name_cells(nb.cells)
        return nb, resources

    def add_missing_grade_cells(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put back what was deleted; nbgrader's own stops where the cell before is gone, too."""
        source = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        worth = {cell.name: cell.max_score for cell in source.grade_cells}
        answers = {cell.name for cell in source.solution_cells}
        place: int | None = None
        for cell in source.source_cells:
            named = [it.metadata.get("nbgrader", {}).get("grade_id") for it in nb.cells]
            if cell.name in named:
                place = named.index(cell.name) + 1
            elif cell.name in worth:
                is_answer = cell.name in answers
                made = self.missing_cell_transform(cell, worth[cell.name], is_solution=is_answer)
                if place is None:  # a test comes after whatever it may test
                    place = len(nb.cells) if cell.locked else 0
                nb.cells.insert(place, made)
                place += 1
        return nb, resources


# What stands in the place of steps of nbgrader's.
_INSTEAD = {
    AssignLatePenalties: Penalize,
    CheckCellMetadata: CheckMarks,
    OverwriteCells: Overwrite,
}
_NOT_THE_COURSES = ("boxgrader", "nbconvert", "nbgrader")


def register(exporter: Any, chosen: list[Any], made: dict[Any, Any], *, executes: bool) -> None:
    """Give an exporter the steps of a course, some of nbgrader's replaced.

    Parameters
    ----------
    exporter : nbconvert.exporters.Exporter
    chosen : list
        Classes or their names, as the course is configured.
    made : dict
        Steps that serve one notebook after the other; to be filled.
    executes : bool
        Whether what ran in a box takes the place of nbgrader's run.

    Raises
    ------
    GradingError
        If there is no such step.
    """
    exporter._preprocessors = []
    for step in chosen:
        try:
            step = import_item(step) if isinstance(step, str) else step
            step = Paste if step is Execute and executes else _INSTEAD.get(step, step)
            if isinstance(step, type) and _is_alike(step):
                step = made.get(step) or made.setdefault(step, step(parent=exporter))
            exporter.register_preprocessor(step)
        except GraderError:
            raise
        except Exception as error:
            raise GradingError(
                f"The step {_named(step)} of grading cannot be used: {_said(error)}. {_MEND_STEP}"
            ) from error
    exporter._preprocessors = [
        functools.partial(_told, step) if _is_the_courses(type(step)) else step
        for step in exporter._preprocessors
    ]


def _is_the_courses(step: type) -> bool:
    return step.__module__.partition(".")[0] not in _NOT_THE_COURSES


def _is_alike(step: type) -> bool:
    """Say whether a step is the same for each notebook; one with a plugin may be the course's."""
    return not (_is_the_courses(step) or issubclass(step, AssignLatePenalties))


def _told(
    step: Any, nb: NotebookNode, resources: dict[str, Any]
) -> tuple[NotebookNode, dict[str, Any]]:
    """Take a step of the course's own; where it fails, no learner is to blame."""
    try:
        return step(nb, resources)  # type: ignore[no-any-return]
    except (GraderError, MemoryError, SQLAlchemyError):
        raise
    except Exception as error:
        raise StepError(
            f"The course's own step {_named(step)} failed on it: {_said(error)}. {_MEND_STEP}"
        ) from error


def _named(step: Any) -> str:
    if isinstance(step, str):
        return step
    made = step if hasattr(step, "__qualname__") else type(step)
    return f"{made.__module__}.{made.__qualname__}"


def _said(error: Exception) -> str:
    return clause(f"{type(error).__name__}: {error}")


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


def leave_to_a_person(reasons: list[Reason], grades: list[Any]) -> None:
    """Let a test wait for a person where no program can say what it gives."""
    waits = {reason.test for reason in reasons if reason.kind == "waits"}
    for grade in grades:
        if grade.cell.name in waits and grade.manual_score is None:
            grade.needs_manual_grade = True


def overdue(work: Any) -> list[Reason]:
    """Say how late a submission came, and what that costs; nothing of one in time.

    Parameters
    ----------
    work : nbgrader.api.SubmittedAssignment
    """
    if work.timestamp is None or work.assignment.duedate is None:
        return []
    due = work.assignment.duedate + (work.extension or timedelta())
    late = work.timestamp - due
    if late <= timedelta():
        return []
    penalty = sum(notebook.late_submission_penalty or 0 for notebook in work.notebooks)
    cost = f"the penalty is {penalty:g}" if penalty else "no points were taken off"
    text = f"It came {_span(late)} after it was due ({due:%Y-%m-%d %H:%M} UTC); {cost}."
    return [Reason("overdue", text)]


def _span(late: timedelta) -> str:
    """Return a time in the two largest units that say how long it is."""
    hours, minutes = divmod(math.ceil(late.total_seconds() / 60), 60)
    days, rest = divmod(hours, 24)
    if days:
        return f"{days:,} {'day' if days == 1 else 'days'} {rest} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
