"""nbgrader's gradebook, which looks up all cells of a notebook at once.

nbgrader's own asks the database for each cell, and for each grade of each learner: sixty questions
a submission, which take longer than the answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbgrader import api
from sqlalchemy import select
from sqlalchemy.orm import undefer

_Key = tuple[str, ...]


class Lookup(api.Gradebook):  # type: ignore[misc]
    """A gradebook that remembers what it has found, until the transaction ends."""

    db: Any
    _found: dict[_Key, dict[str, Any]]
    _transaction: Any = None

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Return an instructor's cell."""
        return self._in(self._sources, notebook, assignment).get(name) or super().find_source_cell(
            name, notebook, assignment
        )

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Return an instructor's cell that gives points."""
        return self._in(self._graded, notebook, assignment).get(name) or super().find_graded_cell(
            name, notebook, assignment
        )

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """Return what a learner has for a cell."""
        return self._in(self._grades, notebook, assignment, student).get(
            grade_cell
        ) or super().find_grade(grade_cell, notebook, assignment, student)

    def find_comment(self, solution_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """Return what a learner is told about a cell."""
        return self._in(self._comments, notebook, assignment, student).get(
            solution_cell
        ) or super().find_comment(solution_cell, notebook, assignment, student)

    def _in(self, look: Callable[..., dict[str, Any]], *place: str) -> dict[str, Any]:
        """Return what there is by name; looked up once in a transaction."""
        session = self.db()
        if self._transaction is None or session.get_transaction() is not self._transaction:
            self._found = {}
        key = (look.__name__, *place)
        if key not in self._found:
            self._found[key] = look(*place)
        self._transaction = session.get_transaction()
        return self._found[key]

    def _sources(self, notebook: str, assignment: str) -> dict[str, Any]:
        held = api.SourceCell
        query = select(held).join(api.Notebook, api.Notebook.id == held.notebook_id)
        return {cell.name: cell for cell in self.db.scalars(_of(query, notebook, assignment))}

    def _graded(self, notebook: str, assignment: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind in (api.TaskCell, api.GradeCell):  # the latter first, where both have a name
            query = select(kind).join(api.Notebook, api.Notebook.id == kind.notebook_id)
            found |= {cell.name: cell for cell in self.db.scalars(_of(query, notebook, assignment))}
        return found

    def _grades(self, notebook: str, assignment: str, student: str) -> dict[str, Any]:
        options = [undefer(api.Grade.max_score)]
        kinds = ("TaskCell", "GradeCell")
        return self._given(api.Grade, kinds, options, notebook, assignment, student)

    def _comments(self, notebook: str, assignment: str, student: str) -> dict[str, Any]:
        kinds = ("TaskCell", "SolutionCell")
        return self._given(api.Comment, kinds, [], notebook, assignment, student)

    def _given(
        self, what: Any, kinds: tuple[str, str], options: list[Any], *place: str
    ) -> dict[str, Any]:
        """Return a learner's grades or comments, by cell; of two kinds, the last goes before."""
        notebook, assignment, student = place
        cells, mine, works = (
            api.BaseCell.__table__, api.SubmittedNotebook, api.SubmittedAssignment
        )  # fmt: skip
        query = (
            select(what, cells.c.name, cells.c.type)
            .join(cells, cells.c.id == what.cell_id)
            .join(mine, mine.id == what.notebook_id)
            .join(works, works.id == mine.assignment_id)
            .join(api.Notebook, api.Notebook.id == mine.notebook_id)
            .where(works.student_id == student, cells.c.type.in_(kinds))
            .options(*options)
        )
        rows = self.db.execute(_of(query, notebook, assignment)).all()
        return {name: it for kind in kinds for it, name, of in rows if of == kind}


def _of(query: Any, notebook: str, assignment: str) -> Any:
    """Return a query for one notebook of one assignment."""
    return query.join(api.Assignment, api.Assignment.id == api.Notebook.assignment_id).where(
        api.Notebook.name == notebook, api.Assignment.name == assignment
    )
