"""Who is in the gradebook, who is in submitted/, and what a report has to say where they differ."""

from __future__ import annotations

from typing import Any

import sqlalchemy
from nbgrader import api
from nbgrader.utils import temp_attrs

from boxgrader.errors import listed, shown
from boxgrader.nbgrader_course.finding import found
from boxgrader.nbgrader_course.results import Learner, Results, learner


def everybody(db_url: str) -> list[Learner]:
    """Return all learners of a gradebook, whether they handed in or not."""
    people = api.Student.__table__
    engine = sqlalchemy.create_engine(db_url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(sqlalchemy.select(people)).all()
    finally:
        engine.dispose()
    return [
        learner(row.id, row.first_name, row.last_name, row.email, row.lms_user_id) for row in rows
    ]


def handed_in(course: Any, assignment: str) -> set[str]:
    """Return whose folder of an assignment is in submitted/."""
    with temp_attrs(course, assignment_id=assignment):
        return {work.student for work in found(course)}


def told(course: Any, results: Results, *, so_far: bool = False) -> list[str]:
    """Say whose points are of before a change, or of work that is gone, and who is not graded.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    results : Results
    so_far : bool
        Whether the points of before a change stand in the table.
    """
    name, count = shown(results.assignment), len(results.outdated)
    graded = {learner.id for learner in results.learners}
    there = handed_in(course, results.assignment)
    notes = []
    if count:
        becomes = "the table has their old points" if so_far else "they are left out until then"
        notes.append(
            f"{name}: something has changed since {count:,} of {len(graded):,} submissions were "
            f"graded ({listed(results.outdated)}). Run `grade {name}`, or let it come to its end; "
            f"{becomes}."
        )
    if there and (gone := graded - there):
        notes.append(
            f"{name}: graded before, and not in submitted/ any more: {len(gone):,} "
            f"({listed(gone)}). Their points stay; `nbgrader db student remove NAME` takes out who "
            "has left."
        )
    if waiting := there - graded - set(results.refused):
        notes.append(
            f"{name}: handed in, and not graded yet: {len(waiting):,} ({listed(waiting)}). Run "
            f"`grade {name}`."
        )
    return notes
