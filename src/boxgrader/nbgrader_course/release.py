"""Put an assignment into the gradebook, where it is not, or has changed since."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import CheckCellMetadata, InstantiateTests, SaveCells
from traitlets.utils.importstring import import_item

from boxgrader.errors import GraderError, shown
from boxgrader.nbgrader_course import autotests
from boxgrader.nbgrader_course.gradebook import one_gradebook

# nbgrader knows what to say in five languages.
_NO_STUB = re.compile(r"language '(\w+)' has not been specified in ClearSolutions\.code_stub")
_EXCEPTION = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Entry|Old|New): \S")


@dataclass(frozen=True)
class _Cells:
    """The marked cells of a notebook, as the gradebook has them."""

    sources: dict[str, tuple[str, bool, str, str]]
    points: dict[str, float]
    graded: frozenset[tuple[str, str]]  # with what is graded: a test, an answer, a task
    answers: frozenset[str]
    kernel: dict[str, Any]


def release(coursedir: Any, config: Any, assignment: str) -> list[str]:
    """Put the assignment into the gradebook, where it is not, or has changed since.

    Returns
    -------
    list of str
        What the instructor has to know of cells that learners' notebooks do not hold, or still do.

    Raises
    ------
    GraderError
        If nbgrader cannot, or must not: points that learners have would be lost.
    """
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    paths = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
        known, handed_in = _known(book.nbgrader, assignment)
        released = autotests.known(book.nbgrader, assignment)
        book.undo()
    if not paths:
        if known:
            return []  # the gradebook says all that is needed
        raise GraderError(
            f"{folder} holds no notebook, and the gradebook does not know {assignment}: put the "
            "instructor's notebook there, with solutions and tests, and run this again."
        )
    converter = GenerateAssignment(coursedir=coursedir, config=config)
    now = {name: _as_saved(path, converter, assignment) for name, path in paths.items()}
    notes = []
    if handed_in:
        _check_notebooks(folder, set(known), set(now))
        for name, cells in now.items():
            if cells:
                _check_graded(name, known[name], cells)
                notes += _moved(name, known[name], cells)
    templates = autotests.digest(paths.values())
    same = known.keys() == now.keys() and released in ("", templates)
    if not same or not all(_same(known[name], cells) for name, cells in now.items()):
        _generate(converter, assignment)
    if templates != released:
        with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
            autotests.remember(book.nbgrader, assignment, templates)
            book.save()
    return notes


def notebooks(coursedir: Any, assignment: str) -> list[str]:
    """Return the notebooks of an assignment that is in the gradebook."""
    with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
        return [it.name for it in book.nbgrader.find_assignment(assignment).notebooks]


def _known(gradebook: Any, assignment: str) -> tuple[dict[str, _Cells], bool]:
    """Return what the gradebook has of each notebook, and whether somebody handed in."""
    try:
        found = gradebook.find_assignment(assignment)
    except MissingEntry:
        return {}, False
    known = {}
    for notebook in found.notebooks:
        answers = frozenset(cell.name for cell in notebook.solution_cells)
        known[notebook.name] = _Cells(
            {
                cell.name: (cell.cell_type, bool(cell.locked), cell.source, cell.checksum or "")
                for cell in notebook.source_cells
            },
            {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]},
            frozenset(
                {(cell.name, _kind(cell.name in answers)) for cell in notebook.grade_cells}
                | {(cell.name, "task") for cell in notebook.task_cells}
            ),
            answers,
            json.loads(notebook.kernelspec or "{}"),
        )
    return known, found.num_submissions > 0


def _kind(is_answer: bool) -> str:
    return "answer" if is_answer else "test"


def _as_saved(path: Path, converter: GenerateAssignment, assignment: str) -> _Cells | None:
    """Return what nbgrader would save of an instructor's notebook; nothing if only it knows."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat stops in many ways
        said = shown(" ".join(str(error).split()), 200)
        raise GraderError(
            f"{path} is the instructor's notebook, and cannot be read ({said}). Open it in "
            "JupyterLab, or take an earlier copy; nobody was graded."
        ) from error
    try:
        return _cells(_converted(notebook, path, converter, assignment))
    except Exception:  # whatever is wrong with it, nbgrader says when it releases
        return None


def _converted(
    notebook: NotebookNode, path: Path, converter: GenerateAssignment, assignment: str
) -> NotebookNode:
    about = {"assignment": assignment, "notebook": path.stem, "student": ".", "db_url": ""}
    resources = {"nbgrader": about, "metadata": {"path": str(path.parent)}}
    for step in converter.preprocessors:
        step = import_item(step) if isinstance(step, str) else step
        if step is SaveCells:
            return notebook
        if step not in (InstantiateTests, CheckCellMetadata):
            notebook, resources = step(parent=converter)(notebook, resources)
    return notebook


def _cells(notebook: NotebookNode) -> _Cells:
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    graded = [cell for cell in marked if utils.is_grade(cell)]
    tasks = [cell for cell in marked if utils.is_task(cell)]
    answers = [cell for cell in marked if utils.is_solution(cell)]
    saved = [
        cell for cell in marked if utils.is_locked(cell) or cell in [*graded, *tasks, *answers]
    ]
    return _Cells(
        {
            _name(cell): (
                cell.cell_type,
                utils.is_locked(cell),
                cell.source,
                cell.metadata.nbgrader.get("checksum") or "",
            )
            for cell in saved
        },
        {_name(cell): float(cell.metadata.nbgrader["points"]) for cell in [*graded, *tasks]},
        frozenset(
            {(_name(cell), _kind(cell in answers)) for cell in graded}
            | {(_name(cell), "task") for cell in tasks}
        ),
        frozenset(map(_name, answers)),
        dict(notebook.metadata.get("kernelspec", {})),
    )


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.nbgrader["grade_id"])


def _same(known: _Cells, now: _Cells | None) -> bool:
    """Say whether the gradebook has all of a notebook as it is now."""
    if now is None:
        return False
    sources = {
        name: source if autotests.MARK not in source[2] else known.sources.get(name)
        for name, source in now.sources.items()
    }
    return (
        {name: known.sources.get(name) for name in sources} == sources
        and known.points == now.points
        and known.graded == now.graded
        and known.answers >= now.answers
        and known.kernel == now.kernel
    )


def _check_notebooks(folder: Path, known: set[str], now: set[str]) -> None:
    added, gone = _listed(now - known), _listed(known - now)
    if gone:
        raise GraderError(
            f"{gone} of {folder} is gone, and learners have handed it in: nbgrader cannot remove a "
            "notebook then, or rename it. Put it back under its name; where it shall not count "
            "any more, give its cells 0 points. Nobody was graded."
        )
    if added:
        raise GraderError(
            f"{added} is new in {folder}, and learners have handed in without it: nbgrader cannot "
            "add a notebook then. Make it an assignment of its own. Nobody was graded."
        )


def _check_graded(name: str, known: _Cells, now: _Cells) -> None:
    added = sorted({cell for cell, _ in now.graded - known.graded})
    gone = sorted({cell for cell, _ in known.graded - now.graded})
    if not added and not gone:
        return
    said = []
    if added:
        said.append(
            f"{_listed(added)} in {name}.ipynb is new, and what learners handed in does not hold "
            "it: nbgrader cannot add a graded cell then. Put what it tests into a test that is "
            "there, or make it an assignment of its own."
        )
    if gone:
        said.append(
            f"{_listed(gone)} in {name}.ipynb is gone or graded in another way, and learners have "
            "points for it: nbgrader cannot remove it then. Put it back as it was; where it shall "
            "not count any more, give it 0 points."
        )
    raise GraderError(" ".join([*said, "Nobody was graded."]))


def _moved(name: str, known: _Cells, now: _Cells) -> list[str]:
    """Tell what learners' notebooks do not hold, or still do, of cells without points."""
    notes = []
    graded = {cell for cell, _ in known.graded | now.graded}
    added = _listed(now.sources.keys() - known.sources.keys() - graded)
    gone = _listed(known.sources.keys() - now.sources.keys() - graded)
    if added:
        notes.append(
            f"{added} in {name}.ipynb is new; what was handed in before does not hold it. What a "
            "test needs of it has to stand in the test."
        )
    if gone:
        notes.append(
            f"{gone} in {name}.ipynb is gone; it stays in what learners have, and runs there as "
            "before."
        )
    return notes


def _listed(names: Iterable[str]) -> str:
    return ", ".join(shown(name) for name in sorted(names))


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
    with utils.temp_attrs(converter.coursedir, assignment_id=assignment, notebook_id="*"):
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
