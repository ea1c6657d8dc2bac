"""A course with one small assignment, and what strangers may hand in for it."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from patience import patience

import boxgrader.nbgrader_course.gradebook  # nbgrader then makes one without a program  # noqa: F401
from boxgrader.nbgrader_course.course import course_directory

NAME = "ps"

_CONFIG = """
import os, sys
c = get_config()
c.CourseDirectory.course_id = "small"
c.CourseDirectory.root = {root!r}
c.Execute.timeout = {timeout}
# Of nbgrader's own kernels.
c.Execute.startup_timeout = {startup}
c.Execute.iopub_timeout = {shown}
"""


def marked(cell: NotebookNode, grade_id: str, points: float = 0, **flags: bool) -> NotebookNode:
    marks = {"grade": False, "solution": False, "locked": False, "task": False}
    marks |= {"grade_id": grade_id, "schema_version": 3, **flags}
    if points:
        marks["points"] = points
    cell.metadata["nbgrader"] = marks
    return cell


def instructors(cells: Iterable[tuple[str, str]]) -> NotebookNode:
    """Make a notebook of sources: each a ``"solution"``, a ``"test:name"``, or neither."""
    made = new_notebook()
    for source, kind in cells:
        made.cells.append(new_code_cell(source))
        if kind == "solution":
            marked(made.cells[-1], f"answer-{len(made.cells)}", solution=True)
        elif kind:
            marked(made.cells[-1], kind.removeprefix("test:"), 1, grade=True, locked=True)
    return made


def source() -> NotebookNode:
    """Two tests, one with partial credit, and a text that a person reads."""
    cells = [
        new_code_cell("import math\nprint('ready')"),
        marked(
            new_code_cell(
                "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\nshare = 1\n"
                "### END SOLUTION"
            ),
            "answer", solution=True,
        ),
        marked(
            new_code_cell(
                "assert double(2) == 4, 'double(2) should be 4'\n"
                "### BEGIN HIDDEN TESTS\nassert double(21) == 42\n### END HIDDEN TESTS"
            ),
            "double", 2, grade=True, locked=True,
        ),
        marked(new_code_cell("round(4 * share, 1)"), "share", 4, grade=True, locked=True),
        marked(new_markdown_cell("Write here."), "memo", 3, grade=True, solution=True),
    ]  # fmt: skip
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3", "language": "python", "display_name": "Python 3",
    }  # fmt: skip
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return notebook


def submission(answer: str = "def double(x):\n    return 2 * x\nshare = 0.5") -> NotebookNode:
    """Return a notebook as a learner hands it in."""
    notebook = copy.deepcopy(source())
    notebook.cells[1].source = answer
    notebook.cells[2].source = "assert double(2) == 4, 'double(2) should be 4'"
    notebook.cells[4].source = "My memo."
    return notebook


def without(grade_id: str) -> NotebookNode:
    """Return a submission in which a cell was deleted."""
    notebook = submission()
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") != grade_id
    ]
    return notebook


def with_copy() -> NotebookNode:
    """Return a submission in which a graded cell is there twice."""
    notebook = submission()
    notebook.cells.append(copy.deepcopy(notebook.cells[2]))
    notebook.cells[-1]["id"] = "copy"
    return notebook


HONEST = {
    "right": submission(),
    "wrong": submission("def double(x):\n    return x\nshare = 0.25"),
    "prints": submission(
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\n"
        "def double(x):\n    print('called')\n    return 2 * x\nshare = 0.5\ndisplay(share)\n[1, 2]"
    ),
    "stops": submission("share = 1\n1 / 0"),
    "warns": submission(
        "import warnings\ndef double(x):\n    warnings.warn('old')\n    return 2 * x\nshare = 0"
    ),
    "nothing": submission(""),
}


def make(folder: Path, students: dict[str, NotebookNode | str]) -> Path:
    """Make the course, with what was handed in."""
    write(folder / "source" / NAME / f"{NAME}.ipynb", source())
    _configure(folder)
    for student, notebook in students.items():
        hand_in(folder, student, notebook)
    return folder


def _configure(folder: Path) -> None:
    bounds = {"timeout": 5, "startup": 60, "shown": 4}
    waits = {name: round(patience(seconds)) for name, seconds in bounds.items()}
    (folder / "nbgrader_config.py").write_text(_CONFIG.format(root=str(folder), **waits))


def release(folder: Path) -> Path:
    """Release the assignment of a course, with nbgrader: its gradebook knows it then."""
    from nbgrader.apps import NbGraderAPI

    course = course_directory(folder)
    made = NbGraderAPI(coursedir=course, config=course.config).generate_assignment(NAME)
    assert made["success"], made
    return folder


def copy_of(
    course: Path, folder: Path, students: dict[str, NotebookNode | str] | None = None
) -> Path:
    """Copy a course with all that was released and graded in it, and let more hand in."""
    shutil.copytree(course, folder, dirs_exist_ok=True)
    _configure(folder)
    for student, notebook in (students or {}).items():
        hand_in(folder, student, notebook)
    return folder


def hand_in(folder: Path, student: str, notebook: NotebookNode | str) -> Path:
    """Put a notebook, or whatever it is, into the place of a submission."""
    return write(folder / "submitted" / student / NAME / f"{NAME}.ipynb", notebook)


def write(path: Path, notebook: NotebookNode | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
    path.write_text(text, encoding="utf-8")
    return path
