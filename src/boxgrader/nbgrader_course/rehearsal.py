"""What grading an assignment will do, found out on the instructor's own solution alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution, is_task

from boxgrader.box import bench
from boxgrader.box.bench import Settings
from boxgrader.engine.job import Plan
from boxgrader.errors import GraderError, listed, shown
from boxgrader.nbgrader_course import schema
from boxgrader.nbgrader_course.assignment import grader
from boxgrader.nbgrader_course.bounds import Bounds
from boxgrader.nbgrader_course.changes import Changes, changes
from boxgrader.nbgrader_course.configuration import lacking
from boxgrader.nbgrader_course.gradebook import place, sources
from boxgrader.nbgrader_course.source import Source

_MEGABYTE = 1 << 20
_NEAR = 0.5  # of a limit: a learner may need twice what the instructor does


@dataclass(frozen=True)
class Rehearsal:
    """How an assignment will be graded.

    Attributes
    ----------
    assignment : str
    plans : dict of str to Plan
        By notebook.
    by_hand : dict of str to int
        How many cells of each notebook a person reads.
    made : list of str
        Files beside the instructor's notebooks that the solution makes: no learner gets them.
    settings : Settings
    bounds : Bounds
    sizes : dict of str to int
        Bytes of the instructor's notebooks, by name.
    lost : str
        What the solution loses, or nothing.
    notes : tuple of str
        Sentences about the course.
    """

    assignment: str
    plans: dict[str, Plan]
    by_hand: dict[str, int]
    made: list[str]
    settings: Settings
    bounds: Bounds
    sizes: dict[str, int]
    lost: str
    notes: tuple[str, ...]


def rehearse(
    folder: Path,
    assignment: str,
    *,
    db_url: str = "",
    options: dict[str, Any] | None = None,
    timeout: int | None = None,
) -> Rehearsal:
    """Run the instructor's solution as learners' notebooks will be; nothing is written.

    Parameters
    ----------
    folder, assignment, db_url, options, timeout
        As for `grade_assignment`.

    Raises
    ------
    GraderError
        If it cannot be graded.
    """
    converter = grader(folder, assignment, db_url=db_url, options=options, timeout=timeout)
    course = converter.coursedir
    settings = converter.settings()
    folder = Source(course, assignment).folder
    paths = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if not paths:
        raise GraderError(
            f"There is no instructor's notebook of {assignment} to look at: it belongs in {folder}."
        )
    changed = _changes(course, assignment)
    known = sources(course.db_url, assignment)
    tests = {name: {} if name in changed.stale else known.get(name, {}) for name in paths}
    source = Source(course, assignment, Execute(parent=converter).kernel_name, tests)
    try:
        plans, lost = source.plans(settings), source.lost(settings)
    finally:
        bench.close_all()
    notes = [note for plan in plans.values() for note in plan.notes]
    return Rehearsal(
        assignment,
        plans,
        {name: _by_hand(path) for name, path in paths.items()},
        sorted(source.files().keys() - source.released(settings).keys()),
        settings,
        converter.bounds(),
        {name: path.stat().st_size for name, path in paths.items()},
        lost,
        (*_told_of(changed), *dict.fromkeys(notes), *lacking(course)),
    )


class _AtRest(Gradebook):  # type: ignore[misc]
    """A gradebook to look at: nbgrader's own adds the course where it is not there."""

    def check_course(self, course_id: str) -> None:
        """Add nothing."""


def _changes(course: Any, assignment: str) -> Changes:
    """Return what grading would put into the gradebook first."""
    if not schema.version(course.db_url):  # there is none
        return Changes({}, {}, False, "", [])
    schema.check(course.db_url, place(course.db_url))
    with _AtRest(course.db_url) as gradebook:
        return changes(
            GenerateAssignment(coursedir=course, config=course.config), assignment, gradebook
        )


def _told_of(changed: Changes) -> list[str]:
    """Say what is graded in another way than before, if grading starts now."""
    said = [
        f"Changed in {shown(name)}.ipynb since it was put into the gradebook: "
        f"{', '.join(map(shown, cells))}. Grading puts it there, and grades again whom it concerns."
        for name, cells in changed.stale.items()
        if cells
    ]
    return [*said, *changed.notes]


def _by_hand(path: Path) -> int:
    """Count the cells of a notebook that a person gives points for."""
    cells = nbformat.read(path, as_version=4).cells
    return sum(is_task(cell) or (is_grade(cell) and is_solution(cell)) for cell in cells)


def told(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield what there is to say, line by line."""
    for name, plan in rehearsal.plans.items():
        points = sum(plan.points.values())
        by_hand = rehearsal.by_hand[name]
        yield f"{shown(name)}.ipynb: {_count(len(plan.points), 'test')}, {points:g} points" + (
            f", and {_count(by_hand, 'text')} for a person to read" if by_hand else ""
        )
        yield from _tests(plan)
        yield from _limits(plan, rehearsal.settings)
        size, most = rehearsal.sizes[name] / _MEGABYTE, rehearsal.bounds.notebook / _MEGABYTE
        if size > _NEAR * most:
            yield (
                f"  your notebook has {size:,.0f} MB, and a learner's may have {most:,.0f} "
                "(c.BoxedAutograde.most_notebook)"
            )
    given = {name: len(it) for plan in rehearsal.plans.values() for name, it in plan.files.items()}
    if given:
        size = sum(given.values()) / _MEGABYTE
        files = _count(len(given), "file")
        yield (
            f"Learners are given {files} from beside your notebooks ({size:,.1f} MB): "
            f"{listed(given)}."
        )
    if rehearsal.made:
        yield (
            f"Made by your own solution, and so not given to learners: {listed(rehearsal.made)}."
        )
    if rehearsal.lost:
        yield f"Nobody can be graded like this: {rehearsal.lost}."
    else:
        yield "Your own solution gets all the points."


def _tests(plan: Plan) -> Iterator[str]:
    """Say of each test where it runs."""
    apart = [test for test in plan.points if test in plan.judged]
    if apart:
        yield f"  judged where no learner's code runs: {', '.join(apart)}"
    for test in plan.points:
        if test not in plan.judged:
            why = plan.beside.get(test, "the notebook is not in this Python")
            watched = test not in plan.unwatched
            how = "watched for tampering" if watched else "not watched"
            yield f"  beside the learner's code, {how}: {test} ({why})"


def _limits(plan: Plan, settings: Settings) -> Iterator[str]:
    """Say what the solution needs of what a learner may use."""
    memory, most = plan.memory / _MEGABYTE, settings.limits.memory / _MEGABYTE
    slowest = f"  the slowest cell of your solution takes {plan.slowest:.1f} s of"
    if plan.kernel:  # a process of its own, which is ended and not measured
        yield f"{slowest} {settings.timeout:g}"
    else:
        yield (
            f"{slowest} {settings.timeout:g}; it uses {memory:,.0f} MB of memory with Python "
            f"itself, and a learner's may use {most:,.0f} MB besides Python itself"
        )
    if plan.slowest > _NEAR * settings.timeout:
        yield "  that is near the limit: raise it with --timeout or c.ExecutePreprocessor.timeout"
    if memory > most:
        yield "  that is near the limit: raise it with --memory or c.BoxedAutograde.memory"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
