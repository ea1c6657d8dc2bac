"""Marks for a live room: one notebook, as `thousandfold grade` marks it, without a gradebook.

The instructor's notebook says which tasks there are. Learners' code runs in the box of the grading
engine and nowhere else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute

from boxgrader import mark
from boxgrader.engine.cells import name_of, test_of
from boxgrader.nbgrader_course.autograde import BoxedAutograde
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.messages import message_of
from boxgrader.nbgrader_course.source import Source
from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import read_cells

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
    some : bool
        Whether it gives any points.
    """

    right: bool
    empty: bool = False
    says: str = ""
    some: bool = False


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
        return {name: cell for cell in self.cells if (name := test_of(cell))}

    def is_meant(self, notebook: NotebookNode) -> bool:
        """Say whether a notebook is one of this exercise, whatever was done to it."""
        names = {name_of(cell) for cell in self.cells} - {""}
        return any(name_of(cell) in names for cell in notebook.cells)

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


class Marker:
    """Marks notebooks with the settings that the course has for grading, but less patience."""

    def __init__(self, exercise: Exercise) -> None:
        config = exercise.course.config
        config.Execute.timeout = _CELL_SECONDS
        config.BoxedAutograde.whole_timeout = _WHOLE_SECONDS
        self._settings = BoxedAutograde(coursedir=exercise.course, config=config).settings()
        kernel = Execute(config=config).kernel_name
        self._source = Source(exercise.course, exercise.assignment, kernel)
        self._exercise = exercise
        self._untouched: dict[str, str] = {}

    def prepare(self) -> None:
        """Learn from the right and the untouched notebook what tests say.

        Raises
        ------
        BoxError
            If this machine gives no box.
        """
        exercise = self._exercise
        self._plan = self._source.plan(exercise.notebook, self._settings)
        released = exercise.course.release_directory
        folder = exercise.course.format_path(released, ".", exercise.assignment)
        path = Path(folder, exercise.path.name)
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
        plan = self._plan
        done = mark(notebook, plan, settings=self._settings)
        late = {reason.test for reason in done.reasons if reason.kind == "late"}
        marks = {}
        for test, most in plan.points.items():
            right, outputs = done.points[test] >= most, done.outputs.get(test, [])
            ours = test in late or any(output.get("ename") in _OURS for output in outputs)
            says = "" if right or ours else message_of(outputs)
            empty = bool(says) and says == self._untouched.get(test)
            marks[test] = Mark(right, empty, says, done.points[test] > 0)
        return marks


def _tasks(cells: Iterable[NotebookNode], headings: Iterable[str]) -> tuple[RoomTask, ...]:
    """Return the tests by the heading that they stand under, in order."""
    found: list[tuple[str, list[str]]] = []
    title = ""
    for cell, heading in zip(cells, headings, strict=True):
        if heading:
            title = re.sub(r" \(\d+ points?\b.*\)$", "", heading)
            found.append((title, []))
        name = test_of(cell)
        if name:
            if not found or not title:
                found.append((name, []))
            found[-1][1].append(name)
    return tuple(RoomTask(title, tuple(tests)) for title, tests in found if tests)


def _parsed(source: str) -> ast.AST:
    try:
        return ast.parse(source)
    except SyntaxError:  # a line for IPython alone
        return ast.Module([], [])
