"""Marks for a live room: one notebook, as `thousandfold grade` marks it, without a gradebook.

The instructor's notebook says which tasks there are. Learners' code runs in the box of the grading
engine and nowhere else.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from boxgrader.engine.cells import name_of, seen_lines, test_of
from boxgrader.engine.outputs import error_output, explains_itself, failing_line
from boxgrader.errors import BoxError
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.messages import message_of
from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Cell, read_cells

if TYPE_CHECKING:
    from boxgrader import Plan

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
    cell : str
        The name of the cell that holds the heading, as formats and plans name it.
    """

    title: str
    tests: tuple[str, ...]
    cell: str = ""


@dataclass(frozen=True)
class Mark:
    """What one test made of one learner's notebook.

    Attributes
    ----------
    points, most : float
        What it gives, and the most that it can give.
    empty : bool
        Whether nobody has answered yet: it says what it says of an untouched notebook.
    says : str
        What the test says is wrong, or nothing.
    """

    points: float
    most: float = 1.0
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
                f"there are no exercises with their answers in {source.parent}, and the room marks "
                "by these; a learner's folder has none. Run this in the folder of the course, or "
                "name it with --course"
            )  # fmt: skip
        if len(found) > 1:
            raise ExplainedError(
                f"{source} holds {len(found)} notebooks; a room shows exercises of one notebook"
            )
        self.path = found[0]
        self.notebook = self.path.stem
        self.folder = Path(self.course.root, self.course.submitted_directory)
        self.cells: NotebookNode = nbformat.read(self.path, as_version=4).cells
        described = read_cells(self.path)
        title = next((cell.heading for cell in described if cell.heading), assignment)
        title = title.removeprefix("Exercise: ")
        self.title = title[:1].upper() + title[1:]
        self.tasks = _tasks(self.cells, described)
        if not self.tasks:
            raise ExplainedError(f"{self.path} has no task that is marked by running it")

    @property
    def tests(self) -> dict[str, NotebookNode]:
        """The cells that are marked by running them, by grade id."""
        return {name: cell for cell in self.cells if (name := test_of(cell))}

    def held(self, notebook: NotebookNode) -> float:
        """Return the share of this exercise's tests that a notebook holds, whatever was done to it.

        Names such as ``memo`` and ``rule`` stand in several exercises; most of the tests do not.
        """
        there = {name_of(cell) for cell in notebook.cells}
        return len(there & self.tests.keys()) / len(self.tests)

    def is_meant(self, notebook: NotebookNode) -> bool:
        """Say whether a notebook is one of this exercise: it holds most of its tests."""
        return self.held(notebook) > 0.5

    def limited(self, names: Collection[str]) -> tuple[RoomTask, ...]:
        """Return the tasks that are named; all of them where no name is given.

        Parameters
        ----------
        names : collection of str
            Of cells, as a format names them, or grade ids. A task that a person reads, such as
            ``"memo-task"``, may be among them.

        Raises
        ------
        ExplainedError
            If a name is none of this exercise, or no task is left.
        """
        known = {str(cell.get("id", "")) for cell in self.cells} | set(map(name_of, self.cells))
        unknown = sorted(set(names) - known)
        found = tuple(it for it in self.tasks if not names or {it.cell, *it.tests} & set(names))
        if unknown or not found:
            wrong = f"no task {unknown[0]!r}" if unknown else "no such task that can be checked"
            there = ", ".join(task.cell or task.title for task in self.tasks)
            raise ExplainedError(f"{self.assignment} has {wrong}; its tasks are: {there}")
        return found

    @cached_property
    def own_words(self) -> re.Pattern[str]:
        """A pattern of the sentences that stand in the instructor's tests.

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
        from nbgrader.preprocessors import ClearHiddenTests, Execute

        from boxgrader.nbgrader_course.autograde import BoxedAutograde
        from boxgrader.nbgrader_course.source import Source

        config = exercise.course.config
        config.Execute.timeout = _CELL_SECONDS
        config.BoxedAutograde.whole_timeout = _WHOLE_SECONDS
        self._settings = BoxedAutograde(coursedir=exercise.course, config=config).settings()
        kernel = Execute(config=config).kernel_name
        self._source = Source(exercise.course, exercise.assignment, kernel)
        hides = ClearHiddenTests(config=config)
        self._hidden = hides.begin_test_delimeter, hides.end_test_delimeter
        self._exercise = exercise
        self._plan: Plan
        self._untouched: dict[str, str] = {}

    def prepare(self) -> None:
        """Learn from the right and the untouched notebook what tests say.

        Raises
        ------
        BoxError
            If this machine gives no box.
        """
        if sys.platform != "linux":  # said before a box is tried, in ways that are not there
            from boxgrader.box.namespaces import why_not

            raise BoxError(why_not())
        exercise = self._exercise
        self._plan = self._source.plan(exercise.notebook, self._settings)
        released = exercise.course.release_directory
        folder = exercise.course.format_path(released, ".", exercise.assignment)
        path = Path(folder, exercise.path.name)
        if path.is_file():
            untouched = self._run(nbformat.read(path, as_version=4))
            self._untouched = {test: _said(shown) for test, (_, shown) in untouched.items()}

    def mark(self, notebook: NotebookNode) -> dict[str, Mark]:
        """Run a notebook in a box and return what each test made of it.

        Parameters
        ----------
        notebook : NotebookNode
            As `submissions.read` returns it. What the instructor locked is taken from the
            instructor's notebook.
        """
        marks = {}
        for test, (points, outputs) in self._run(notebook).items():
            said = _said(outputs)
            empty = bool(said) and said == self._untouched.get(test)
            says = self._told(test, outputs)
            marks[test] = Mark(points, self._plan.points[test], empty, says)
        return marks

    def _run(self, notebook: NotebookNode) -> dict[str, tuple[float, list[dict[str, Any]]]]:
        """Return the points of each test, and what it shows that may be a reason for them."""
        from boxgrader import mark

        done = mark(notebook, self._plan, settings=self._settings)
        late = {reason.test for reason in done.reasons if reason.kind == "late"}
        found = {}
        for test, most in self._plan.points.items():
            points, outputs = done.points[test], done.outputs.get(test, [])
            ours = test in late or any(output.get("ename") in _OURS for output in outputs)
            found[test] = points, [] if points >= most or ours else outputs
        return found

    def _told(self, test: str, outputs: list[dict[str, Any]]) -> str:
        """Return what a test says to learners: an error, and nothing that it printed or logged.

        What a hidden line of it says in an error is told where it is meant to be read: a hint, or a
        sentence that the instructor wrote. Of others, such as those of ``assertEqual``, which holds
        the answer, the name is told.
        """
        error = _error(outputs)
        if error is None:
            return ""
        exercise = self._exercise
        seen = seen_lines(exercise.tests[test].source, *self._hidden)
        meant = exercise.own_words.fullmatch(message_of([_as_hint(error)]))
        if meant or explains_itself(error) or failing_line(error, seen) is not None:
            return message_of([error])
        return str(error.get("ename", ""))


def _error(outputs: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    return next((output for output in outputs if output.get("output_type") == "error"), None)


def _said(outputs: list[dict[str, Any]]) -> str:
    """Return by what one knows again what a test said, which may be no learner's to read."""
    error = _error(outputs)
    return message_of([error] if error else outputs)


def _as_hint(error: dict[str, Any]) -> dict[str, Any]:
    """Return an error that says its sentence alone, without its name."""
    return error_output("", str(error.get("evalue", "")))


def _tasks(cells: Iterable[NotebookNode], described: Iterable[Cell]) -> tuple[RoomTask, ...]:
    """Return the tests by the heading that they stand under, in order."""
    found: list[tuple[str, str, list[str]]] = []
    title = ""
    for cell, description in zip(cells, described, strict=True):
        if description.heading:
            title = re.sub(r" \(\d+ points?\b.*\)$", "", description.heading)
            found.append((title, description.name, []))
        name = test_of(cell)
        if name:
            if not found or not title:
                found.append((name, description.name, []))
            found[-1][2].append(name)
    return tuple(RoomTask(title, tuple(tests), cell) for title, cell, tests in found if tests)


def _parsed(source: str) -> ast.AST:
    try:
        return ast.parse(source)
    except SyntaxError:  # a line for IPython alone
        return ast.Module([], [])
