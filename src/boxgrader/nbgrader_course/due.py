"""What being late needs, and where it is missing: a due date, and a time of each submission."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy
from nbgrader import api

from boxgrader.errors import listed, shown
from boxgrader.nbgrader_course.gradebook import Book, Record
from boxgrader.nbgrader_course.timestamps import NAME
from boxgrader.typed import nbgrader


def untold(course: Any, book: Book, assignment: str, records: Collection[Record]) -> Iterator[str]:
    """Say why nobody is late, where a course means somebody to be.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    book : Book
    assignment : str
    records : collection of Record
        What became of submissions: whose time cannot be read has been told.
    """
    due = book.nbgrader.find_assignment(assignment).duedate
    if due is None and (setting := _policy(course.config)):
        yield (
            f"Coming late costs points here ({setting}), but {shown(assignment)} has no due date, "
            f"so nobody is late. `{nbgrader('db assignment add')} {shown(assignment)} --duedate "
            "'2026-02-01 12:00 UTC'` sets one; then grade again."
        )
    if due is None:
        return
    unread = {it.student for it in records if any(one.kind == "timestamp" for one in it.reasons)}
    works, assignments = api.SubmittedAssignment.__table__, api.Assignment.__table__
    query = (
        sqlalchemy.select(works.c.student_id)
        .join(assignments, assignments.c.id == works.c.assignment_id)
        .where(assignments.c.name == assignment, works.c.timestamp.is_(None))
    )
    if timeless := set(book.nbgrader.db.scalars(query)) - unread:
        yield (
            f"{shown(assignment)} is due {due:%Y-%m-%d %H:%M} UTC, and {len(timeless):,} handed in "
            f"without a {NAME}: they count as in time ({listed(timeless)}). It lies beside the "
            "notebook and holds a line such as 2026-02-01 13:00:00 UTC."
        )


def _policy(config: Any) -> str:
    """Return the setting by which a course takes points off; nothing where it takes none."""
    if "plugin_class" in config.get("AssignLatePenalties", {}):
        return "c.AssignLatePenalties.plugin_class"
    method = config.get("LateSubmissionPlugin", {}).get("penalty_method", "none")
    return "" if method == "none" else "c.LateSubmissionPlugin.penalty_method"
