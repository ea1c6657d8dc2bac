"""Who is in the gradebook and handed in nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.utils import temp_attrs

from boxgrader.errors import listed, shown
from boxgrader.nbgrader_course.gradebook import records
from boxgrader.nbgrader_course.misplaced import misplaced
from boxgrader.nbgrader_course.results import Results
from boxgrader.nbgrader_course.roll import everybody


def with_absent(course: Any, results: Results) -> tuple[Results, list[str]]:
    """Return the same results, with 0 for who handed in nothing, and what there is to know of it.

    Whose work was refused, or is not graded yet, has handed in something; so has whose notebook
    lies in another folder.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    results : Results
    """
    handed_in = {learner.id for learner in results.learners}
    handed_in |= records(course.db_url, results.assignment).keys()
    name = shown(results.assignment)
    if not handed_in:
        return results, [f"{name}: nobody's work has been graded, so nobody gets 0 for it"]
    with temp_attrs(course, assignment_id=results.assignment):
        lost = misplaced(course, sorted({task.notebook for task in results.tasks}))
    handed_in |= {it.student for it in lost}
    absent = [
        one
        for one in everybody(course.db_url)
        if one.id not in handed_in and not _folder(course, one.id, results).exists()
    ]
    learners = [*results.learners, *absent]
    scores = [*results.scores, *([0.0] * len(results.tasks) for _ in absent)]
    order = sorted(range(len(learners)), key=lambda n: learners[n].id)
    found = replace(
        results,
        learners=[learners[n] for n in order],
        scores=[scores[n] for n in order],
    )
    notes = [f"{name}: no 0 where a notebook is misplaced. {it.sentence}" for it in lost]
    zero = f"{name}: learners who handed in nothing, and get 0: {len(absent):,}"
    if absent:
        zero += f" ({listed([one.id for one in absent])})"
    return found, [zero, *notes]


def _folder(course: Any, student: str, results: Results) -> Path:
    return Path(course.format_path(course.submitted_directory, student, results.assignment))
