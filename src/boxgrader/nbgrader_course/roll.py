"""Who is in the gradebook, who is in submitted/, and what a report has to say where they differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy
from nbgrader import api
from nbgrader.utils import temp_attrs

from boxgrader.errors import GraderError, listed, shown
from boxgrader.nbgrader_course.finding import handed_in
from boxgrader.nbgrader_course.gradebook import explain
from boxgrader.nbgrader_course.misplaced import misplaced
from boxgrader.nbgrader_course.results import Learner, Results, learner, read_results
from boxgrader.typed import typed


def everybody(db_url: str) -> list[Learner]:
    """Return all learners of a gradebook, whether they handed in or not.

    Raises
    ------
    GraderError
        If it cannot be read.
    """
    people = api.Student.__table__
    engine = sqlalchemy.create_engine(db_url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(sqlalchemy.select(people)).all()
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise GraderError(f"{explain(error, db_url)}; then run this again") from error
    finally:
        engine.dispose()
    return [
        learner(row.id, row.first_name, row.last_name, row.email, row.lms_user_id) for row in rows
    ]


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
        becomes = "stand in the table as they were" if so_far else "are left out until then"
        notes.append(
            f"{name}: {count:,} of {len(graded):,} submissions were to be graded again and are not "
            f"yet ({listed(results.outdated)}). Run `{typed(f'grade {name}')}`, or "
            f"let it come to its end; their points {becomes}."
        )
    if there and (gone := graded - there):
        notes.append(
            f"{name}: graded before, and not in submitted/ any more: {len(gone):,} "
            f"({listed(gone)}). Their points stay; `{typed('forget NAME')}` takes out who has left."
        )
    if waiting := there - graded - set(results.refused):
        notes.append(
            f"{name}: handed in, and not graded yet: {len(waiting):,} ({listed(waiting)}). Run "
            f"`{typed(f'grade {name}')}`."
        )
    return notes


def why_no_history(course: Any, assignment: str, student: str) -> str:
    """Say why nothing is written down of how somebody's work was graded.

    Raises
    ------
    GraderError
        If there is no gradebook, or no such assignment in it.
    """
    results = read_results(course, assignment, messages=False)
    what, who = shown(assignment), shown(student)
    if student in {learner.id for learner in results.learners}:
        return f"{who} has points for {what} that another program gave: formgrader shows them"
    if student in handed_in(course, assignment):
        return f"{what} of {who} is not graded yet: run `{typed(f'grade {what}')}`"
    with temp_attrs(course, assignment_id=assignment):
        lost = [it.sentence for it in misplaced(course) if it.student == student]
    folder = Path(course.format_path(course.submitted_directory, student, assignment))
    if lost:
        return lost[0].rstrip(".")
    if student in {learner.id for learner in everybody(course.db_url)} or folder.parent.is_dir():
        return f"{who} handed in nothing for {what}: there is no folder {folder}"
    return (
        f"neither the gradebook nor {folder.parents[1]} knows {who}: look how the name is written "
        "there"
    )
