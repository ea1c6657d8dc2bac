"""Enter a submission into the gradebook, before its grades."""

from __future__ import annotations

from typing import Any

from nbgrader import api
from sqlalchemy.exc import IntegrityError

from boxgrader.engine.job import Reason
from boxgrader.errors import UnableError, shown
from boxgrader.nbgrader_course.work import Work
from boxgrader.typed import nbgrader


def enter(gradebook: Any, item: Work, *, create: bool) -> None:
    """Enter a learner and what was handed in, as nbgrader does; what cannot be graded scores 0.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
    item : Work
    create : bool
        Whether a learner who is not in the gradebook is put there.

    Raises
    ------
    UnableError
        If a learner is not there, and is not put there.
    """
    _enter_learner(gradebook, item.student, create)
    stamped = {"timestamp": item.timestamp} if item.stamped else {}
    submission = gradebook.update_or_create_submission(item.assignment, item.student, **stamped)
    for notebook in submission.notebooks:
        if notebook.name in item.broken:
            _tell_broken(notebook, item)
        elif notebook.name in item.missing:
            _score_nothing(notebook)


def _enter_learner(gradebook: Any, student: str, create: bool) -> None:
    """Enter a learner, whose work no other grader enters until this is saved.

    A grader of another assignment may meet the same new learner at the same moment. To write the
    row, though nothing in it changes, lets that one wait.
    """
    session, table = gradebook.db, api.Student.__table__
    keep = table.update().where(table.c.id == student).values(id=student)
    if session.execute(keep).rowcount:
        return
    if not create:
        raise UnableError(
            f"{shown(student)} is not in the gradebook, and c.Autograde.create_student is off. "
            f"Please put the name there with `{nbgrader('db student add')}`, and grade again."
        )
    try:
        with session.begin_nested():
            session.execute(table.insert().values(id=student))
    except IntegrityError:  # it was entered meanwhile
        session.execute(keep)


def _tell_broken(notebook: Any, item: Work) -> None:
    """Leave what a notebook got before; what never got anything scores 0."""
    # What scored nothing the last time, broken or missing then too, has a 0 of ours.
    before = notebook.name in item.kept or any(
        grade.auto_score or grade.manual_score is not None for grade in notebook.grades
    )
    if not before:
        _score_nothing(notebook)
    becomes = "What it got before stays." if before else "Its cells score 0."
    kind = "unable" if notebook.name in item.unable else "broken"
    item.reasons.append(Reason(kind, f"{item.broken[notebook.name]} {becomes}"))


def _score_nothing(notebook: Any) -> None:
    for grade in notebook.grades:
        grade.auto_score, grade.needs_manual_grade = 0, False
