"""nbgrader's gradebook, which looks up all cells of a notebook at once.

nbgrader's own asks the database for each cell, and for each grade of each learner: sixty questions
a submission, which take longer than the answers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from nbgrader import api
from sqlalchemy import bindparam, select
from sqlalchemy.orm import undefer

_Key = tuple[str, ...]


class Lookup(api.Gradebook):  # type: ignore[misc]
    """A gradebook that remembers what it has found, until the transaction ends."""

    db: Any
    _found: dict[_Key, Any]
    _transaction: Any = None

    def find_assignment(self, name: str) -> Any:
        """Return an assignment."""
        return self._once(super().find_assignment, name)

    def find_notebook(self, name: str, assignment: str) -> Any:
        """Return an instructor's notebook."""
        return self._once(super().find_notebook, name, assignment)

    def find_submission(self, assignment: str, student: str) -> Any:
        """Return what a learner has handed in."""
        return self._once(super().find_submission, assignment, student)

    def find_submission_notebook(self, notebook: str, assignment: str, student: str) -> Any:
        """Return a notebook that a learner has handed in."""
        return self._once(super().find_submission_notebook, notebook, assignment, student)

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Return an instructor's cell."""
        found = self._once(self._sources, notebook, assignment)
        return found.get(name) or super().find_source_cell(name, notebook, assignment)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Return an instructor's cell that gives points."""
        found = self._once(self._graded, notebook, assignment)
        return found.get(name) or super().find_graded_cell(name, notebook, assignment)

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """Return what a learner has for a cell."""
        found = self._once(self._grades, notebook, assignment, student)
        return found.get(grade_cell) or super().find_grade(
            grade_cell, notebook, assignment, student
        )

    def find_comment(self, solution_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """Return what a learner is told about a cell."""
        found = self._once(self._comments, notebook, assignment, student)
        return found.get(solution_cell) or super().find_comment(
            solution_cell, notebook, assignment, student
        )

    def _once(self, look: Callable[..., Any], *place: str) -> Any:
        """Return what there is; looked up once in a transaction."""
        session = self.db()
        if self._transaction is None or session.get_transaction() is not self._transaction:
            self._found = {}
        key = (look.__name__, *place)
        if key not in self._found:
            self._found[key] = look(*place)
        self._transaction = session.get_transaction()
        return self._found[key]

    def _sources(self, notebook: str, assignment: str) -> dict[str, Any]:
        return self._cells(api.SourceCell, notebook, assignment)

    def _graded(self, notebook: str, assignment: str) -> dict[str, Any]:
        tasks = self._cells(api.TaskCell, notebook, assignment)
        return tasks | self._cells(api.GradeCell, notebook, assignment)  # where both have a name

    def _cells(self, kind: Any, notebook: str, assignment: str) -> dict[str, Any]:
        where = {"notebook": notebook, "assignment": assignment}
        return {cell.name: cell for cell in self.db.scalars(_cells_of(kind), where)}

    def _grades(self, *place: str) -> dict[str, Any]:
        return self._given(api.Grade, ("TaskCell", "GradeCell"), *place)

    def _comments(self, *place: str) -> dict[str, Any]:
        return self._given(api.Comment, ("TaskCell", "SolutionCell"), *place)

    def _given(self, what: Any, kinds: tuple[str, str], *place: str) -> dict[str, Any]:
        """Return a learner's grades or comments, by cell; of two kinds, the last goes before."""
        whose = dict(zip(("notebook", "assignment", "student"), place, strict=True))
        rows = self.db.execute(_given_for(what, kinds), whose).all()
        return {name: it for kind in kinds for it, name, of in rows if of == kind}


# Kept, because SQLAlchemy takes longer to put a question together than to ask it.
@functools.cache
def _cells_of(kind: Any) -> Any:
    """Return what asks for the instructor's cells of a notebook."""
    return _of(select(kind).join(api.Notebook, api.Notebook.id == kind.notebook_id))


@functools.cache
def _given_for(what: Any, kinds: tuple[str, str]) -> Any:
    """Return what asks for a learner's grades or comments in a notebook."""
    cells, mine, works = (
        api.BaseCell.__table__, api.SubmittedNotebook, api.SubmittedAssignment
    )  # fmt: skip
    query = (
        select(what, cells.c.name, cells.c.type)
        .join(cells, cells.c.id == what.cell_id)
        .join(mine, mine.id == what.notebook_id)
        .join(works, works.id == mine.assignment_id)
        .join(api.Notebook, api.Notebook.id == mine.notebook_id)
        .where(works.student_id == bindparam("student"), cells.c.type.in_(kinds))
    )
    return _of(query.options(undefer(what.max_score)) if what is api.Grade else query)


def _of(query: Any) -> Any:
    """Return a query for one notebook of one assignment."""
    return query.join(api.Assignment, api.Assignment.id == api.Notebook.assignment_id).where(
        api.Notebook.name == bindparam("notebook"), api.Assignment.name == bindparam("assignment")
    )
