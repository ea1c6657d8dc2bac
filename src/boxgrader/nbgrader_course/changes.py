"""What has changed of an assignment since the gradebook was told of it, and what that asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy
from nbformat import NotebookNode
from nbgrader import api, utils
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import CheckCellMetadata, InstantiateTests, SaveCells
from traitlets.utils.importstring import import_item

from boxgrader.errors import GraderError, clause, listed, shown
from boxgrader.nbgrader_course import autotests


@dataclass(frozen=True)
class _Cells:
    """The marked cells of a notebook, as the gradebook has them."""

    sources: dict[str, tuple[str, bool, str, str]]
    points: dict[str, float]
    graded: frozenset[tuple[str, str]]  # with what is graded: a test, an answer, a task
    answers: frozenset[str]
    kernel: dict[str, Any]


@dataclass(frozen=True)
class Changes:
    """What has changed since the gradebook was told.

    Attributes
    ----------
    stale : dict of str to list of str
        The notebooks that are not in the gradebook as they are; which of their cells it has in
        another way.
    tests : dict of str to dict
        The cells of all notebooks as the gradebook is to have them, by name and grade id, where
        something has changed and learners have points; nothing where only nbgrader knows.
    concerned : bool
        Whether that is known to be more than a matter of form: all points are of before it.
    templates : str
        A digest of the cells in which nbgrader puts tests.
    notes : list of str
        What the instructor has to know of cells that learners' notebooks do not hold, or still do.
    """

    stale: dict[str, list[str]]
    tests: dict[str, dict[str, str]]
    concerned: bool
    templates: str
    notes: list[str]


def changes(converter: GenerateAssignment, assignment: str, gradebook: Any) -> Changes:
    """Compare an assignment with what the gradebook knows of it; nothing is written.

    Raises
    ------
    GraderError
        If points that learners have would be lost, or an instructor's notebook cannot be read.
    """
    course = converter.coursedir
    folder = Path(course.format_path(course.source_directory, ".", assignment))
    paths = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    known, handed_in = _known(gradebook, assignment)
    if not paths:
        if known:  # the gradebook says all that is needed
            return Changes({}, {}, False, autotests.known(gradebook, assignment), [])
        raise GraderError(
            f"{folder} holds no notebook, and the gradebook does not know {assignment}: put the "
            "instructor's notebook there, with solutions and tests, and run this again."
        )
    now = {name: _as_saved(path, converter, assignment) for name, path in paths.items()}
    notes = []
    if handed_in:
        _check_notebooks(folder, set(known), set(now))
        for name, cells in now.items():
            if cells:
                _check_graded(name, known[name], cells)
                notes += _moved(name, known[name], cells)
                notes += _worth(name, known[name], cells, _by_hand(gradebook, assignment, name))
    templates = autotests.digest(paths.values())
    everything = known.keys() != now.keys() or autotests.known(gradebook, assignment) not in (
        "",
        templates,
    )
    stale = {
        name: _different(known[name], cells) if name in known and cells else []
        for name, cells in now.items()
        if everything or not _same(known[name], cells)
    }
    tests = _tests(now) if stale and handed_in else {}
    return Changes(stale, tests, any(now[name] for name in stale), templates, notes)


def _tests(now: dict[str, _Cells | None]) -> dict[str, dict[str, str]]:
    found = {}
    for name, cells in now.items():
        sources = {cell: it[2] for cell, it in cells.sources.items()} if cells else {}
        if not cells or any(autotests.MARK in source for source in sources.values()):
            return {}
        found[name] = sources
    return found


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
        said = clause(error, 200)
        raise GraderError(
            f"{path} is the instructor's notebook, and cannot be read ({said}). Open it in "
            "JupyterLab, or take an earlier copy; nobody was graded."
        ) from error
    try:
        nbformat.validate(notebook)
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


def _different(known: _Cells, now: _Cells) -> list[str]:
    """Return the cells of both that are not as the gradebook has them."""
    return [
        name
        for name, source in now.sources.items()
        if name in known.sources
        and autotests.MARK not in source[2]
        and (source, now.points.get(name)) != (known.sources[name], known.points.get(name))
    ]


def _check_notebooks(folder: Path, known: set[str], now: set[str]) -> None:
    added, gone = listed(now - known), listed(known - now)
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
            f"{listed(added)} in {name}.ipynb is new, and what learners handed in does not hold "
            "it: nbgrader cannot add a graded cell then. Put what it tests into a test that is "
            "there, or make it an assignment of its own."
        )
    if gone:
        said.append(
            f"{listed(gone)} in {name}.ipynb is gone or graded in another way, and learners have "
            "points for it: nbgrader cannot remove it then. Put it back as it was; where it shall "
            "not count any more, give it 0 points."
        )
    raise GraderError(" ".join([*said, "Nobody was graded."]))


def _by_hand(gradebook: Any, assignment: str, notebook: str) -> dict[str, set[str]]:
    """Return who has points by a person for each cell of a notebook."""
    grades, cells, notebooks = (it.__table__ for it in (api.Grade, api.BaseCell, api.Notebook))
    works, mine = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
    query = (
        sqlalchemy.select(cells.c.name, works.c.student_id)
        .join_from(grades, cells, cells.c.id == grades.c.cell_id)
        .join(notebooks, notebooks.c.id == cells.c.notebook_id)
        .join(mine, mine.c.id == grades.c.notebook_id)
        .join(works, works.c.id == mine.c.assignment_id)
        .join(api.Assignment, api.Assignment.id == notebooks.c.assignment_id)
        .where(api.Assignment.name == assignment, notebooks.c.name == notebook)
        .where(grades.c.manual_score.is_not(None))
    )
    found: dict[str, set[str]] = {}
    for cell, student in gradebook.db.execute(query):
        found.setdefault(cell, set()).add(student)
    return found


def _worth(name: str, known: _Cells, now: _Cells, given: dict[str, set[str]]) -> list[str]:
    """Tell for which cells the points by a person stay as they were, and the most there is not."""
    return [
        f"The points of {shown(cell)} in {name}.ipynb were {known.points[cell]:g} and are "
        f"{points:g}. "
        f"{_have(given[cell])} points by hand from before: look at these ({listed(given[cell])})."
        for cell, points in now.points.items()
        if cell in given and points != known.points.get(cell, points)
    ]


def _have(students: set[str]) -> str:
    return "1 learner has" if len(students) == 1 else f"{len(students):,} learners have"


def _moved(name: str, known: _Cells, now: _Cells) -> list[str]:
    """Tell what learners' notebooks do not hold, or still do, of cells without points."""
    notes = []
    graded = {cell for cell, _ in known.graded | now.graded}
    added = listed(now.sources.keys() - known.sources.keys() - graded)
    gone = listed(known.sources.keys() - now.sources.keys() - graded)
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
