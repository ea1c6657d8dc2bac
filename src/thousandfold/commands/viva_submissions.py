"""Submissions as answers: each notebook is run in the grader's box, and its last cell prints them.

No learner's code is ever run outside a box: where this machine has none, or a run gives nothing,
answers are read as they are written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.viva_answers import (
    MOST_LETTERS,
    Asks,
    Learner,
    answers_of,
    last_cell,
    learner_of,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from boxgrader import Marks

_TOLD = "viva"  # grade id of the cell that prints
_SECONDS = 60.0  # for a cell
_WHOLE = 300.0  # for a notebook
_NO_BOX = ExplainedError("this machine has no box for learners' code")


def read_learners(
    folder: Path, assignment: str, asks: Asks, students: Collection[str] = ()
) -> list[Learner]:
    """Return what everybody answered; one who cannot be read stops nobody.

    Parameters
    ----------
    folder : Path
        The course, with ``submitted/``.
    assignment : str
        The exercise, as its folder is called.
    asks : Asks
    students : collection of str, optional
        Only these.

    Raises
    ------
    GraderError
        If the course cannot be read, or one of those who are named handed in nothing.
    ExplainedError
        If nobody handed in anything.
    """
    from boxgrader.nbgrader_course.course import course_directory
    from boxgrader.nbgrader_course.finding import found
    from boxgrader.nbgrader_course.selection import chosen

    course = course_directory(folder)
    course.assignment_id = assignment
    works = chosen(students, found(course), assignment)
    if not works:
        where = course.format_path(course.submitted_directory, "NAME", assignment)
        raise ExplainedError(
            f"nobody handed in {assignment}: submissions belong in {where}. Collect them, or name "
            "the folder of the course with --course"
        )
    notebooks = {work.student: _notebook(work, course.ignore) for work in works}
    run = _run(
        course, {name: it for name, it in notebooks.items() if not isinstance(it, str)}, asks
    )
    return [
        Learner(name, answers_of({}, asks, name), it)
        if isinstance(it, str)
        else learner_of(name, _sources(it), run[name], asks)
        for name, it in notebooks.items()
    ]


def _notebook(work: Any, ignore: Collection[str]) -> NotebookNode | str:
    """Return a learner's notebook, or why it cannot be read."""
    from boxgrader.errors import Refused
    from boxgrader.nbgrader_course import submissions
    from boxgrader.nbgrader_course.matching import match
    from boxgrader.nbgrader_course.reading import check_folder

    try:
        if work.refusal:
            raise Refused(work.refusal)
        check_folder(Path(work.folder), inside=work.top)
        found = match(Path(work.folder), [work.assignment], ignore).notebooks
        if work.assignment not in found:
            raise Refused(f"there is no {work.assignment}.ipynb in what was handed in.")
        return submissions.read(found[work.assignment], inside=work.top)
    except Refused as refused:
        text = str(refused)
        return text[:1].upper() + text[1:]
    except OSError as error:
        return f"It cannot be read: {error.strerror}."


def _run(course: Any, notebooks: Mapping[str, NotebookNode], asks: Asks) -> dict[str, Any]:
    """Return what each notebook's last cell printed, or why it was not run; never outside a box."""
    if not notebooks:
        return {}
    if sys.platform != "linux":
        return dict.fromkeys(notebooks, _NO_BOX)
    from boxgrader import BoxError, GraderError, Plan, mark
    from boxgrader.box.namespaces import why_not
    from boxgrader.engine.executors import executor
    from boxgrader.nbgrader_course.assignment import grader

    if why_not():
        return dict.fromkeys(notebooks, _NO_BOX)
    lines = last_cell(asks)
    plan = Plan(points={_TOLD: 0.0}, unwatched=frozenset({_TOLD}))
    try:
        settings = _settings(grader(Path(course.root), course.assignment_id).settings(), course)
        workers = min(os.cpu_count() or 1, len(notebooks))
        with executor(settings, workers, "", len(notebooks)) as (pool, _):
            running = {
                name: pool.submit(mark, _to_run(it, lines), plan, settings=settings)
                for name, it in notebooks.items()
            }
            return {name: _printed(it.result()) for name, it in running.items()}
    except BoxError:
        return dict.fromkeys(notebooks, _NO_BOX)
    except GraderError as error:
        return dict.fromkeys(notebooks, ExplainedError(str(error)))


def _settings(settings: Any, course: Any) -> Any:
    """Return how notebooks are run: as for grading, in less time, and without these lines."""
    from dataclasses import replace

    hidden = (*settings.hidden, str(Path(course.root, "facilitator")))
    return replace(
        settings,
        timeout=min(settings.timeout, _SECONDS),
        whole=min(settings.whole, _WHOLE),
        hidden=hidden,
    )


def _to_run(notebook: NotebookNode, lines: str) -> NotebookNode:
    """Return a learner's code without the tests, and what prints the answers after it."""
    from nbformat.v4 import new_code_cell, new_notebook

    marks = {"grade": True, "locked": True, "solution": False, "schema_version": 3, "points": 0}
    last = {"nbgrader": {**marks, "cell_type": "code", "grade_id": _TOLD}}
    cells = [new_code_cell(source) for source in _sources(notebook)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python"}}
    made: NotebookNode = new_notebook(
        cells=[*cells, new_code_cell(lines, metadata=last)], metadata=kernel
    )
    return made


def _sources(notebook: NotebookNode) -> list[str]:
    """Return the code of a learner's notebook, without cells that are tests."""
    from boxgrader.engine.cells import code, test_of

    return [cell.source for cell in code(notebook) if not test_of(cell)]


def _printed(marks: Marks) -> str:
    """Return the text that the last cell printed."""
    shown = marks.outputs.get(_TOLD, [])
    texts = [str(it["text"]) for it in shown if it.get("name") == "stdout"]
    return "".join(texts)[: MOST_LETTERS + 1]
