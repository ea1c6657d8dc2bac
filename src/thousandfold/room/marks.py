"""Marks for a live room: one notebook, as `thousandfold grade` marks it, without a gradebook.

The instructor's notebook says which tasks there are. Learners' code runs in the box of the grading
engine and nowhere else.
"""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import Execute

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import read_cells
from thousandfold.grading import bench, execution
from thousandfold.grading.autograde import BoxedAutograde
from thousandfold.grading.execution import Cell, Job
from thousandfold.grading.results import course_directory, message_of

# In a live room nobody waits a minute for a loop without an end.
_CELL_SECONDS, _WHOLE_SECONDS = 10, 30
_OURS = ("DeadKernelError", "TamperedError")  # said by the engine about a run, not by a check
_WHOLE_SENTENCE = 20  # letters; what is shorter is a name or a label
_PLACEHOLDER = re.compile(r"\\\{\w*\\\}")


@dataclass(frozen=True)
class RoomTask:
    """What stands under one heading of an exercise and is marked by running it.

    Attributes
    ----------
    title : str
        The heading, or the name of the test where there is no heading.
    tests : tuple of str
        Grade ids.
    """

    title: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """What one test made of one learner's notebook.

    Attributes
    ----------
    right : bool
        Whether it gives all its points.
    empty : bool
        Whether nobody has answered yet: it says what it says of an untouched notebook.
    says : str
        What the test says is wrong, or nothing.
    """

    right: bool
    empty: bool = False
    says: str = ""


class Exercise:
    """One exercise of a course, as its instructor wrote it.

    Attributes
    ----------
    assignment, notebook, title : str
        The names of its folder and its notebook, and its first heading.
    tasks : tuple of RoomTask
    folder : Path
        Where the course keeps what is handed in.
    """

    def __init__(self, course: Path, assignment: str) -> None:
        """Read an exercise.

        Raises
        ------
        ExplainedError
            If the course has no such exercise, or one that a room cannot show.
        """
        self.assignment = assignment
        self.course = course_directory(course)
        self.course.assignment_id = assignment
        source = Path(self.course.format_path(self.course.source_directory, ".", assignment))
        found = sorted(source.glob("*.ipynb"))
        if not found:
            there = sorted(p.parent.name for p in source.parent.glob("*/*.ipynb"))
            raise ExplainedError(
                f"there is no exercise {assignment} in {source.parent}. Name one of these: "
                f"{', '.join(there)}" if there else
                f"there are no exercises in {source.parent}; name the folder of the course with "
                "--course"
            )  # fmt: skip
        if len(found) > 1:
            raise ExplainedError(
                f"{source} holds {len(found)} notebooks; a room shows exercises of one notebook"
            )
        self.path = found[0]
        self.notebook = self.path.stem
        self.folder = Path(self.course.root, self.course.submitted_directory)
        self.cells: NotebookNode = nbformat.read(self.path, as_version=4).cells
        headings = [cell.heading for cell in read_cells(self.path)]
        title = next(filter(None, headings), assignment).removeprefix("Exercise: ")
        self.title = title[:1].upper() + title[1:]
        self.tasks = _tasks(self.cells, headings)
        if not self.tasks:
            raise ExplainedError(f"{self.path} has no task that is marked by running it")

    @property
    def tests(self) -> dict[str, NotebookNode]:
        """The cells that are marked by running them, by grade id."""
        return {name: cell for cell in self.cells if (name := _test(cell))}

    def is_meant(self, notebook: NotebookNode) -> bool:
        """Say whether a notebook is one of this exercise, whatever was done to it."""
        names = {_grade_id(cell) for cell in self.cells} - {""}
        return any(_grade_id(cell) in names for cell in notebook.cells)

    def own_words(self) -> re.Pattern[str]:
        """Return a pattern of the sentences that stand in the instructor's tests.

        These hold nothing that a learner wrote; numbers and calls are filled in by the checks.
        """
        sentences = {
            node.value
            for cell in self.tests.values()
            for node in ast.walk(_parsed(cell.source))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if len(node.value) >= _WHOLE_SENTENCE
        }
        # Without a colon: what a learner's error says comes after one.
        alternatives = (_PLACEHOLDER.sub("[^:]{1,60}", re.escape(text)) for text in sentences)
        return re.compile("|".join(alternatives) or "(?!)")


class Marker(BoxedAutograde):
    """Marks notebooks with the settings that the course has for grading, but less patience."""

    def __init__(self, exercise: Exercise) -> None:
        config = exercise.course.config
        config.Execute.timeout = _CELL_SECONDS
        config.BoxedAutograde.whole_timeout = _WHOLE_SECONDS
        super().__init__(coursedir=exercise.course, config=config)
        self.log.setLevel(logging.CRITICAL)
        self._exercise = exercise
        self._untouched: dict[str, str] = {}

    def prepare(self) -> None:
        """Start a box, and learn from the untouched and the right notebook what tests say.

        Raises
        ------
        BoxError
            If this machine gives no box.
        """
        self._settings = self._choose_settings(Execute(parent=self))
        self._plans = {}
        first = bench.take(self._settings)
        first.wait()
        bench.give_back(first)
        self._plan(self._exercise.assignment, self._exercise.notebook)
        path = Path(
            self.coursedir.format_path(
                self.coursedir.release_directory, ".", self._exercise.assignment
            ),
            self._exercise.path.name,
        )
        if path.is_file():
            untouched = self.mark(nbformat.read(path, as_version=4))
            self._untouched = {name: mark.says for name, mark in untouched.items() if mark.says}

    def mark(self, notebook: NotebookNode) -> dict[str, Mark]:
        """Run a notebook in a box and return what each test made of it.

        Parameters
        ----------
        notebook : NotebookNode
            As `submissions.read` returns it. What the instructor locked is taken from the
            instructor's notebook.
        """
        exercise = self._exercise
        locked = {_grade_id(cell): cell for cell in exercise.cells if _is_locked_code(cell)}
        tests = exercise.tests
        cells = []
        for cell in notebook.cells:
            name = _grade_id(cell)
            if name in locked:
                cells.append(Cell(locked[name].source, name if name in tests else ""))
            elif cell.cell_type == "code":
                cells.append(Cell(cell.source))
        files = {
            name: path.read_bytes()
            for name, path in self._source_files(exercise.assignment).items()
        }
        plan = self._plan(exercise.assignment, exercise.notebook)
        done = execution.run(Job(tuple(cells), self._settings, files, plan))
        marks = {name: Mark(right=False) for name in tests}  # one that was deleted is not right
        for place, (cell, outputs) in enumerate(zip(cells, done.outputs, strict=True)):
            if cell.test:
                late = place in done.late
                marks[cell.test] = self._one(tests[cell.test], cell.test, outputs, late=late)
        return marks

    def _one(
        self, test: NotebookNode, name: str, outputs: list[dict[str, Any]], *, late: bool
    ) -> Mark:
        if late or any(output.get("ename") in _OURS for output in outputs):
            return Mark(right=False)
        ran = nbformat.from_dict({**test, "outputs": outputs})
        points, most = utils.determine_grade(ran)
        if points is not None and points >= most:
            return Mark(right=True)
        says = message_of(outputs)
        return Mark(right=False, empty=bool(says) and says == self._untouched.get(name), says=says)


def _tasks(cells: Iterable[NotebookNode], headings: Iterable[str]) -> tuple[RoomTask, ...]:
    """Return the tests by the heading that they stand under, in order."""
    found: list[tuple[str, list[str]]] = []
    title = ""
    for cell, heading in zip(cells, headings, strict=True):
        if heading:
            title = re.sub(r" \(\d+ points?\b.*\)$", "", heading)
            found.append((title, []))
        name = _test(cell)
        if name:
            if not found or not title:
                found.append((name, []))
            found[-1][1].append(name)
    return tuple(RoomTask(title, tuple(tests)) for title, tests in found if tests)


def _test(cell: NotebookNode) -> str:
    """Return the grade id of a cell that is marked by running it, or nothing."""
    marked = utils.is_grade(cell) and not utils.is_solution(cell) and cell.cell_type == "code"
    return _grade_id(cell) if marked else ""


def _is_locked_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and utils.is_locked(cell))


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _parsed(source: str) -> ast.AST:
    try:
        return ast.parse(source)
    except SyntaxError:  # a line for IPython alone
        return ast.Module([], [])
