"""Whose pages of feedback show what the gradebook holds now.

A page is older than its notebook where that was graded again; points and comments that a person
gives change no file. So what each page was made from is remembered beside the grades.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy
from nbgrader import api
from sqlalchemy import bindparam, select

from boxgrader.nbgrader_course.schema import replace_row

TABLE = sqlalchemy.Table(
    "boxgrader_feedback",
    sqlalchemy.MetaData(),
    sqlalchemy.Column("assignment", sqlalchemy.String(255), primary_key=True),
    sqlalchemy.Column("student", sqlalchemy.String(255), primary_key=True),
    sqlalchemy.Column("digest", sqlalchemy.String(64), nullable=False),
)


@functools.cache  # SQLAlchemy takes longer to put a question together than to ask it
def _questions(one: bool) -> tuple[Any, Any]:
    """Return what asks for the points and for the comments of one learner, or of each."""
    works, mine = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
    assignments = api.Assignment.__table__
    grades, comments = api.Grade.__table__, api.Comment.__table__
    of_this = assignments.c.name == bindparam("assignment")
    if one:
        of_this &= works.c.student_id == bindparam("student")
    asked = []
    for table, shown in (
        (grades, (grades.c.auto_score, grades.c.manual_score, grades.c.extra_credit,
                  grades.c.needs_manual_grade)),
        (comments, (comments.c.auto_comment, comments.c.manual_comment)),
    ):  # fmt: skip
        asked.append(
            select(works.c.student_id, table.c.id, *shown)
            .join_from(table, mine, mine.c.id == table.c.notebook_id)
            .join(works, works.c.id == mine.c.assignment_id)
            .join(assignments, assignments.c.id == works.c.assignment_id)
            .where(of_this)
            .order_by(works.c.student_id, table.c.id)
        )
    return asked[0], asked[1]


def digests(
    session: Any, assignment: str, refused: Mapping[str, object], student: str = ""
) -> dict[str, str]:
    """Digest what pages tell of each graded learner, or of one: two queries, however many.

    That is points and comments, and why what was handed in later was `refused`.
    """
    whose = {"assignment": assignment} | ({"student": student} if student else {})
    made: dict[str, Any] = {}
    for question in _questions(bool(student)):
        for name, *values in session.execute(question, whose):
            digest = made.setdefault(name, hashlib.sha256())
            digest.update(repr(values).encode("utf-8", "replace"))
    for name in made.keys() & refused.keys():
        made[name].update(repr(refused[name]).encode("utf-8", "replace"))
    return {name: digest.hexdigest() for name, digest in made.items()}


def known(session: Any, assignment: str) -> dict[str, str]:
    """Return what the pages of each learner were made from."""
    query = select(TABLE.c.student, TABLE.c.digest).where(TABLE.c.assignment == assignment)
    return {row.student: row.digest for row in session.execute(query)}


def remember(session: Any, assignment: str, student: str, digest: str) -> None:
    """Write down what the pages of a learner were made from."""
    replace_row(session, TABLE, assignment=assignment, student=student, digest=digest)
