"""Put an assignment into the gradebook, where it is not, or has changed since."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells
from traitlets.utils.importstring import import_item

from boxgrader.errors import GraderError, shown
from boxgrader.nbgrader_course import autotests
from boxgrader.nbgrader_course.changes import changes
from boxgrader.nbgrader_course.gradebook import one_gradebook

# nbgrader knows what to say in five languages.
_NO_STUB = re.compile(r"language '(\w+)' has not been specified in ClearSolutions\.code_stub")
_EXCEPTION = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Entry|Old|New): \S")


def new_tests(coursedir: Any, config: Any, assignment: str) -> dict[str, dict[str, str]]:
    """Return what `release` would change where learners have points: see `Changes.tests`.

    Raises
    ------
    GraderError
        As `release`.
    """
    converter = GenerateAssignment(coursedir=coursedir, config=config)
    with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
        return changes(converter, assignment, book.nbgrader).tests


def release(coursedir: Any, config: Any, assignment: str) -> list[str]:
    """Put the assignment into the gradebook, where it is not, or has changed since.

    What learners are given, the instructor releases: that stays as it is.

    Returns
    -------
    list of str
        What the instructor has to know of cells that learners' notebooks do not hold, or still do.

    Raises
    ------
    GraderError
        If nbgrader cannot, or must not: points that learners have would be lost.
    """
    converter = GenerateAssignment(coursedir=coursedir, config=config)
    with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
        found = changes(converter, assignment, book.nbgrader)
        told = autotests.known(book.nbgrader, assignment)
        book.undo()
        if found.concerned:
            # First: a run that ends before all are graded again leaves points of two versions.
            book.doubt(assignment)
            book.save()
    if found.stale:
        _generate(converter, assignment)
    if found.templates != told:
        with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
            autotests.remember(book.nbgrader, assignment, found.templates)
            book.save()
    return found.notes


def notebooks(coursedir: Any, assignment: str) -> list[str]:
    """Return the notebooks of an assignment that is in the gradebook."""
    with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
        return [it.name for it in book.nbgrader.find_assignment(assignment).notebooks]


class _SaveChanged(SaveCells):  # type: ignore[misc]
    """Save also where learners handed in and cells without points were added or removed.

    nbgrader refuses that, as a graded cell would lose somebody's points.
    """

    def _create_notebook(self, nb: NotebookNode) -> None:
        try:
            known = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        except MissingEntry:
            known = None
        if known is not None and known.submissions:
            self._keep_and_add(known)
            known.kernelspec = json.dumps(nb.metadata.get("kernelspec", {}))
        super()._create_notebook(nb)

    def _keep_and_add(self, known: Any) -> None:
        place = self.notebook_id, self.assignment_id
        sources = {cell.name: cell for cell in known.source_cells}
        answers = {cell.name for cell in known.solution_cells}
        for name in self.new_source_cells.keys() - sources:
            self.gradebook.add_source_cell(name, *place, **self.new_source_cells[name])
        for name in self.new_solution_cells.keys() - answers:
            cell = self.gradebook.add_solution_cell(name, *place)
            self.gradebook.db.flush()
            self.gradebook.db.add_all(
                Comment(cell_id=cell.id, notebook_id=submitted.id)
                for submitted in known.submissions
            )
        for name in sources.keys() - self.new_source_cells.keys():
            self.new_source_cells[name] = {"source": sources[name].source}
        self.new_solution_cells |= {name: {} for name in answers - self.new_solution_cells.keys()}
        self.gradebook.db.commit()
        self.gradebook.db.expire_all()


def _generate(converter: GenerateAssignment, assignment: str) -> None:
    """Let nbgrader release the assignment."""
    steps = [import_item(it) if isinstance(it, str) else it for it in converter.preprocessors]
    converter.preprocessors = [_SaveChanged if step is SaveCells else step for step in steps]
    converter.force = converter.create_assignment = True
    with (
        tempfile.TemporaryDirectory(prefix="release-") as made_here,
        utils.temp_attrs(
            converter.coursedir,
            assignment_id=assignment,
            notebook_id="*",
            release_directory=made_here,
        ),
    ):
        level = converter.log.level
        converter.log.setLevel(logging.ERROR)  # only there it says why
        made = utils.capture_log(converter)
        converter.log.setLevel(level)
    if not made["success"]:
        raise GraderError(f"nbgrader cannot release {assignment}: {_why(made)}")


def _why(made: dict[str, Any]) -> str:
    """Return what nbgrader says first: what follows speaks of tracebacks above."""
    if unknown := _NO_STUB.search(str(made.get("log", ""))):
        stubs = {
            "python": "# YOUR CODE HERE\nraise NotImplementedError()",
            unknown[1]: "# YOUR CODE HERE",
        }
        return (
            f"it does not know what learners find in place of an answer in {unknown[1]}. Add to "
            f"nbgrader_config.py: c.ClearSolutions.code_stub = {stubs}"
        )
    lines = [line.strip() for line in f"{made.get('log', '')}\n{made['error']}".splitlines()]
    said = [line for line in lines if _EXCEPTION.match(line)]
    return shown((said or [line for line in lines if line])[0], 500)
