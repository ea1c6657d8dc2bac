"""What each grading changed: a trace for whoever appeals, and for whoever has to answer.

It is a table of its own in nbgrader's gradebook, written in the transaction that writes the grades.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy
from nbgrader import api
from sqlalchemy import bindparam, select

from boxgrader.engine.job import Reason
from boxgrader.errors import shown

TABLE = sqlalchemy.Table(
    "boxgrader_history",
    sqlalchemy.MetaData(),
    sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True),
    sqlalchemy.Column("assignment", sqlalchemy.String(255), nullable=False, index=True),
    sqlalchemy.Column("student", sqlalchemy.String(255), nullable=False),
    sqlalchemy.Column("time", sqlalchemy.String(32), nullable=False),
    sqlalchemy.Column("status", sqlalchemy.String(16), nullable=False),
    sqlalchemy.Column("before", sqlalchemy.Text, nullable=False),
    sqlalchemy.Column("after", sqlalchemy.Text, nullable=False),
    sqlalchemy.Column("reasons", sqlalchemy.Text, nullable=False),
)
LATE = "late penalty"
GONE = "taken out of the gradebook"


class Points(NamedTuple):
    """What stands in the gradebook for a cell, and whether a person has to look at it.

    What a person gave for an earlier text counts, as in formgrader, until somebody looks again.
    """

    given: float | None
    waits: bool = False


_NONE = Points(0.0)


@dataclass(frozen=True)
class Given:
    """What a learner has for a graded cell.

    Attributes
    ----------
    cell : str
    auto, manual : float or None
        Points of the test, and by a person.
    extra : float
    waits : bool
        Whether a person has to give points, or to confirm them.
    is_task : bool
        Whether it is done in whatever cells a learner likes.
    """

    cell: str
    auto: float | None
    manual: float | None
    extra: float
    waits: bool
    is_task: bool = False

    @property
    def points(self) -> Points:
        """As nbgrader adds them up."""
        return Points(standing(self.auto, self.manual, self.extra), self.waits)


@dataclass(frozen=True)
class Grading:
    """One time that a submission was graded, or refused.

    Attributes
    ----------
    student : str
    time : str
        In UTC; nothing for what was changed since.
    status : str
    before, after : dict of str to Points
        By cell.
    reasons : tuple of Reason
    """

    student: str
    time: str
    status: str
    before: dict[str, Points]
    after: dict[str, Points]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Regrading:
    """What became of the points of somebody who had some.

    Attributes
    ----------
    student : str
    before, after : float
        The sums; points by hand count until a person gives others.
    asks : tuple of str
        The cells that waited for nobody, and wait for a person now.
    """

    student: str
    before: float
    after: float
    asks: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything of it is another than before."""
        return self.before != self.after or bool(self.asks)


def standing(auto: float | None, manual: float | None, extra: float | None) -> float | None:
    """Return the points that nbgrader counts for a cell; None where nobody gave any."""
    given = auto if manual is None else manual
    return None if given is None else given + (extra or 0.0)


@functools.cache  # SQLAlchemy takes longer to put a question together than to ask it
def _questions() -> tuple[Any, Any]:
    """Return what asks for the points of a learner, and for the penalties."""
    grades, cells, notebooks = api.Grade.__table__, api.BaseCell.__table__, api.Notebook.__table__
    works, mine = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
    assignments = api.Assignment.__table__
    of_this = assignments.c.name == bindparam("assignment")
    of_this &= works.c.student_id == bindparam("student")
    graded = (
        select(grades.c.id, notebooks.c.name, cells.c.name.label("cell"), cells.c.type)
        .add_columns(grades.c.auto_score, grades.c.manual_score)
        .add_columns(grades.c.extra_credit, grades.c.needs_manual_grade)
        .join_from(grades, cells, cells.c.id == grades.c.cell_id)
        .join(mine, mine.c.id == grades.c.notebook_id)
        .join(notebooks, notebooks.c.id == mine.c.notebook_id)
        .join(works, works.c.id == mine.c.assignment_id)
        .join(assignments, assignments.c.id == works.c.assignment_id)
        .where(of_this)
        .order_by(notebooks.c.name, cells.c.name)
    )
    late = (
        select(mine.c.id, notebooks.c.name, mine.c.late_submission_penalty)
        .join_from(mine, works, works.c.id == mine.c.assignment_id)
        .join(notebooks, notebooks.c.id == mine.c.notebook_id)
        .join(assignments, assignments.c.id == works.c.assignment_id)
        .where(of_this, mine.c.late_submission_penalty > 0)
    )
    return graded, late


def given(session: Any, assignment: str, student: str) -> dict[str, Given]:
    """Return what a learner has now, by the id of the grade."""
    whose = {"assignment": assignment, "student": student}
    graded, late = _questions()
    found = {}
    for row in session.execute(graded, whose):
        cell = f"{row.name}/{row.cell}"
        points = row.auto_score, row.manual_score, row.extra_credit or 0.0
        waits, is_task = bool(row.needs_manual_grade), row.type == "TaskCell"
        found[row.id] = Given(cell, *points, waits, is_task)
    for key, name, penalty in session.execute(late, whose):
        found[key] = Given(f"{name}/{LATE}", -penalty, None, 0.0, waits=False)
    return found


def confirm(
    session: Any, before: dict[str, Given], after: dict[str, Given], rewritten: Collection[str]
) -> dict[str, Given]:
    """Ask nobody to confirm points by hand where neither the cell nor its test says anything new.

    nbgrader asks whenever it grades again.

    Returns
    -------
    dict of str to Given
        What the learner has then.
    """
    table = api.Grade.__table__
    same = [
        key
        for key, now in after.items()
        if now.manual is not None
        and now.cell not in rewritten
        and (was := before.get(key)) is not None
        and (was.auto, was.manual, was.waits) == (now.auto, now.manual, False)
    ]
    if same:
        session.execute(table.update().where(table.c.id.in_(same)).values(needs_manual_grade=False))
    return after | {key: replace(after[key], waits=False) for key in same}


def regraded(student: str, before: dict[str, Given], after: dict[str, Given]) -> Regrading | None:
    """Return what became of somebody's points; nothing at a first grading."""
    had, has = _points(before), _points(after)
    if all(points.given is None for points in had.values()):
        return None
    asks = tuple(cell for cell, it in had.items() if not it.waits and has.get(cell, _NONE).waits)
    return Regrading(student, _total(had), _total(has), asks)


def append(
    session: Any,
    about: tuple[str, str, str],
    before: dict[str, Given],
    after: dict[str, Given],
    reasons: Iterable[Reason],
) -> None:
    """Write down a grading, to be saved with its grades; `about` is assignment, student, status."""
    assignment, student, status = about
    session.execute(
        TABLE.insert().values(
            assignment=assignment,
            student=student,
            time=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
            status=status,
            before=json.dumps(_points(before)),
            after=json.dumps(_points(after)),
            reasons=json.dumps([asdict(reason) for reason in reasons]),
        )
    )


def _points(given: dict[str, Given]) -> dict[str, Points]:
    return {one.cell: one.points for one in given.values()}


def gradings(db_url: str, assignment: str, student: str) -> list[Grading]:
    """Return every time that a submission was graded, from a gradebook at rest.

    What a person has changed since comes last, with the status ``"by hand"``, or `GONE` where the
    gradebook has no work of the learner any more.
    """
    engine = sqlalchemy.create_engine(db_url)
    of_this = (TABLE.c.assignment == assignment) & (TABLE.c.student == student)
    try:
        if not sqlalchemy.inspect(engine).has_table(TABLE.name):
            return []
        with engine.connect() as connection:
            rows = connection.execute(TABLE.select().where(of_this).order_by(TABLE.c.id))
            found = [_grading(row) for row in rows]
            now = _points(given(connection, assignment, student))
            if found and found[-1].after != now:
                status = "by hand" if now else GONE
                found.append(Grading(student, "", status, found[-1].after, now, ()))
            return found
    finally:
        engine.dispose()


def together(found: Iterable[Grading]) -> list[tuple[Grading, ...]]:
    """Return gradings, those in one that follow each other and were refused for the same."""
    groups: list[tuple[Grading, ...]] = []
    for grading in found:
        if groups and grading.status == "refused" and _alike(groups[-1][0], grading):
            groups[-1] += (grading,)
        else:
            groups.append((grading,))
    return groups


def _alike(one: Grading, other: Grading) -> bool:
    texts = [[it.text for it in each.reasons if it.kind != "again"] for each in (one, other)]
    return (one.status, one.after, texts[0]) == (other.status, other.after, texts[1])


def told(grading: Grading, *repeated: Grading) -> list[str]:
    """Return what a grading gave and changed, in lines; and how often that was the same.

    Examples
    --------
    >>> before, after = {"t": Points(0.0)}, {"t": Points(2.0)}
    >>> told(Grading("ann", "2026-03-01 12:00:00", "graded", before, after, ()))
    ['2026-03-01 12:00:00 UTC  graded: 0 points before, 2 after', '    t: 0 before, 2 after']
    >>> first, last = (Grading("bob", time, "refused", {}, {}, ()) for time in "12")
    >>> told(first), told(first, last)
    (['1 UTC  refused: 0 points'], ['1 UTC to 2 UTC  refused, 2 times: 0 points'])
    """
    before, after = grading.before, grading.after
    if grading.status == GONE:
        return [f"since then  {GONE}: {_sum(before)} points before, none after"]
    changed = sorted(
        cell for cell in before.keys() | after if before.get(cell, _NONE) != after.get(cell, _NONE)
    )
    points = f"{_sum(after)} points"
    if grading.status == "refused" and before:
        points = f"what was there stays, {points}"
    elif before:
        points = f"{_sum(before)} points before, {_sum(after)} after"
    when = f"{grading.time} UTC" if grading.time else "since then"
    times = ""
    if repeated:
        when, times = f"{when} to {repeated[-1].time} UTC", f", {len(repeated) + 1:,} times"
    first = f"{when}  {grading.status}{times}: {points}"
    waiting = sum(points.waits for points in after.values())
    lines = [first + (f"; cells that wait for a person: {waiting}" if waiting else "")]
    if before:
        lines += [
            f"    {shown(cell)}: {_said(before.get(cell, _NONE))} before, "
            f"{_said(after.get(cell, _NONE))} after"
            for cell in changed
        ]
    return lines + [f"    {shown(reason.text, 500)}" for reason in grading.reasons]


def _sum(points: dict[str, Points]) -> str:
    return f"{sum(it.given or 0.0 for it in points.values()):g}"


def _total(points: dict[str, Points]) -> float:
    """Return what nbgrader adds up: whoever is late enough has 0, and not less."""
    return max(0.0, sum(it.given or 0.0 for it in points.values()))


def _said(points: Points) -> str:
    if points.given is None:
        return "waiting"
    return f"{points.given:g}{' (waiting)' if points.waits else ''}"


def _grading(row: Any) -> Grading:
    reasons = tuple(Reason(**reason) for reason in json.loads(row.reasons))
    before, after = (
        {cell: Points(*it) for cell, it in json.loads(text).items()}
        for text in (row.before, row.after)
    )
    return Grading(row.student, row.time, row.status, before, after, reasons)
