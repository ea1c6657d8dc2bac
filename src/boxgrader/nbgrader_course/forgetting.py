"""One learner taken out of a course: what there is of them, and how it goes.

Files go first and rows last, all rows at once: a run that was stopped leaves the name where the
next one finds it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy
from nbgrader import api
from sqlalchemy import func, select

from boxgrader.errors import GraderError, listed, shown
from boxgrader.nbgrader_course import belongings, files, schema
from boxgrader.nbgrader_course.belongings import Known, spelled
from boxgrader.nbgrader_course.course import settings_around
from boxgrader.nbgrader_course.finding import folders
from boxgrader.nbgrader_course.gradebook import (
    OF_LEARNERS,
    check_there,
    explain,
    lacks,
    one_gradebook,
    place,
)
from boxgrader.nbgrader_course.names import check_assignment, plain, storable
from boxgrader.nbgrader_course.removing import remove

_LOCK = re.compile(r"\.grading-(.+)\.lock")
_WAIT_SECONDS = 30


@dataclass(frozen=True)
class Kept:
    """What there is of one learner.

    Attributes
    ----------
    student : str
    ids : tuple of str
        How the gradebook writes the name; nothing where it does not know it.
    words : tuple of str
        What names the learner in other files: the name, and an e-mail address.
    rows : dict of str to int
        How many rows of the gradebook are about the learner, by what they are.
    pages : tuple of Path
        Feedback that was given to the learner in nbgrader's exchange.
    handed_in : tuple of Path
        What the learner handed in there.
    places : tuple of Path
        In the course.
    """

    student: str
    ids: tuple[str, ...]
    words: tuple[str, ...]
    rows: dict[str, int]
    pages: tuple[Path, ...]
    handed_in: tuple[Path, ...]
    places: tuple[Path, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files and folders, in the order in which they go: what leads to others goes last."""
        return (*self.pages, *self.handed_in, *self.places)


def look(course: Any, student: str) -> Kept:
    """Return what there is of a learner in a course, and in its exchange; nothing is changed.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    student : str
        As the gradebook or the folder writes it, capitals included.

    Raises
    ------
    GraderError
        If there is nothing, or the gradebook cannot be read.
    """
    known = roster(course)
    wanted = spelled(student)
    in_course = belongings.by_learner(course, known)
    exchange = belongings.exchange(course)
    handed_in = belongings.submitted_to(exchange) if exchange else {}
    ids = tuple(sorted(name for name in known.learners if spelled(name) == wanted))
    mine, sent = in_course.get(wanted, []), handed_in.get(wanted, [])
    if not (ids or mine or sent):
        names = {*map(spelled, known.learners), *in_course, *handed_in}
        raise _unknown(course, student, names)
    graded = {*map(spelled, known.learners)} - {wanted}
    others = list(chain.from_iterable(in_course.get(name, []) for name in graded))
    works = [*mine, *sent]
    pages = belongings.pages_in(exchange, works, others, known.notebooks) if exchange else []
    addresses, rows = _counted(course.db_url, ids)
    words = tuple(dict.fromkeys((wanted, *ids, *addresses)))
    return Kept(wanted, ids, words, rows, tuple(pages), tuple(sent), tuple(mine))


def _unknown(course: Any, student: str, names: set[str]) -> GraderError:
    if not names:
        check_there(course.db_url)
    name = shown(storable(student))
    same = [it for it in names if plain(it) == plain(student)]
    near = same or difflib.get_close_matches(spelled(student), names)
    submitted = Path(course.format_path(course.submitted_directory, ".", "."))
    return GraderError(
        f"neither the gradebook nor {submitted} knows {name}. "
        + (f"Near it: {listed(near)}. " if near else "")
        + "Name the learner exactly as it is written there; nothing was removed"
    )


def roster(course: Any) -> Known:
    """Return the learners, assignments and notebooks that a course knows.

    Raises
    ------
    GraderError
        If its gradebook cannot be read.
    """
    there = set(folders(Path(course.format_path(course.source_directory, ".", "."))))
    with _reading(course.db_url) as connection:
        if connection is None:
            return Known((), there)
        tables = set(sqlalchemy.inspect(connection).get_table_names())
        columns = [api.Student.__table__.c.id, *(table.c.student for table in OF_LEARNERS)]
        learners = {
            name
            for column in columns
            if column.table.name in tables
            for name in connection.execute(select(column).distinct()).scalars()
        }
        assignments = set(connection.execute(select(api.Assignment.__table__.c.name)).scalars())
        notebooks = set(connection.execute(select(api.Notebook.__table__.c.name)).scalars())
    return Known(learners, there | assignments, notebooks)


def _counted(db_url: str, ids: tuple[str, ...]) -> tuple[list[str], dict[str, int]]:
    """Return a learner's addresses, and how many rows there are of what."""
    people, works = api.Student.__table__, api.SubmittedAssignment.__table__
    mine = api.SubmittedNotebook.__table__
    with _reading(db_url) as connection:
        if connection is None or not ids:
            return [], {}
        tables = set(sqlalchemy.inspect(connection).get_table_names())

        def count(query: Any) -> int:
            return int(connection.execute(query).scalar_one())

        rows = {
            "submissions": count(
                select(func.count()).select_from(works).where(works.c.student_id.in_(ids))
            )
        }
        grades, comments = api.Grade.__table__, api.Comment.__table__
        said = comments.c.manual_comment.is_not(None) | comments.c.auto_comment.is_not(None)
        for what, table, told in (
            ("points", grades, sqlalchemy.true()),
            ("comments", comments, said),
        ):
            rows[what] = count(
                select(func.count())
                .select_from(table)
                .join(mine, mine.c.id == table.c.notebook_id)
                .join(works, works.c.id == mine.c.assignment_id)
                .where(works.c.student_id.in_(ids), told)
            )
        rows["rows on how it was graded"] = sum(
            count(select(func.count()).select_from(table).where(table.c.student.in_(ids)))
            for table in OF_LEARNERS
            if table.name in tables
        )
        emails = connection.execute(select(people.c.email).where(people.c.id.in_(ids))).scalars()
        return sorted(filter(None, emails)), rows


@contextmanager
def _reading(db_url: str) -> Iterator[sqlalchemy.Connection | None]:
    """Give a gradebook to be read; nothing where there is none, for to open it would make one."""
    try:
        schema.check(db_url, place(db_url))
        if _is_missing(db_url):
            yield None
            return
        engine = sqlalchemy.create_engine(db_url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
    except ModuleNotFoundError as error:
        raise lacks(error) from error
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise GraderError(f"{explain(error, db_url)}; then run this again") from error


def _is_missing(db_url: str) -> bool:
    url = sqlalchemy.make_url(db_url)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()


@contextmanager
def nobody_grades(course: Any, notes: list[str]) -> Iterator[None]:
    """Hold the locks of a course and of all its assignments.

    Raises
    ------
    GraderError
        If one is being graded.
    """
    root = Path(course.root)
    with ExitStack() as held:
        held.enter_context(files.in_turn(root))  # so that nobody begins
        locks = filter(None, (_LOCK.fullmatch(path.name) for path in root.iterdir()))
        for assignment in sorted({*roster(course).assignments, *(lock[1] for lock in locks)}):
            try:
                check_assignment(assignment)
            except GraderError:  # nor does anybody grade one of such a name
                continue
            held.enter_context(files.alone(root, assignment, notes))
        yield


def forget(course: Any, kept: Kept) -> list[str]:
    """Take a learner out: out of the exchange, the course, and at last the gradebook.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        Nobody grades it now (see `nobody_grades`).
    kept : Kept

    Returns
    -------
    list of str
        A sentence on each thing that could not be removed.

    Raises
    ------
    GraderError
        If the gradebook cannot be written: its rows are all still there then.
    """
    left = [
        f"{shown(storable(str(path)), 300)} could not be removed ({why}): remove it by "
        "hand, or have its owner do it"
        for path in kept.paths
        if (why := remove(path))
    ]
    if kept.ids:
        # Of what was replaced earlier: while the name can still be found.
        try:
            _leave_no_trace(course.db_url)
        except GraderError as error:
            raise GraderError(
                f"{error}. Files and folders are gone, and its rows are all there: run the same "
                "command again"
            ) from error
        with one_gradebook(course.db_url, course.course_id) as book:
            book.forget(kept.ids)
            book.save()
        try:
            _leave_no_trace(course.db_url)
        except GraderError as error:
            left.append(
                f"{error}. No row of the gradebook is about the learner any more; `sqlite3 "
                "gradebook.db VACUUM` also writes its file anew"
            )
    return left


def _leave_no_trace(db_url: str) -> None:
    """Write SQLite's file anew: what was deleted or replaced stands in it until then."""
    if sqlalchemy.make_url(db_url).get_backend_name() != "sqlite":
        return
    engine = sqlalchemy.create_engine(
        db_url, isolation_level="AUTOCOMMIT", connect_args={"timeout": _WAIT_SECONDS}
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            kept = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise GraderError(explain(error, db_url)) from error
    finally:
        engine.dispose()
    if kept:  # a file beside it holds what was, as long as somebody reads there
        raise GraderError(f"The gradebook {place(db_url)} is read by another program; close that")


def beyond(course: Any, kept: Kept) -> list[str]:
    """Say what no program here can reach."""
    said = [
        "backups and copies of the course or of its gradebook, in a history of git, too",
        "tables and pages that you uploaded to a learning platform, sent, or saved elsewhere",
        "the learner's own files, and an account on this machine or on a hub",
    ]
    url = sqlalchemy.make_url(course.db_url)
    if url.get_backend_name() != "sqlite":
        said.append(
            "what the database keeps of deleted rows, in its files until VACUUM FULL, and in logs"
        )
    if "plugin_class" in settings_around(course).Authenticator:
        said.append(
            f"the list of the course's members in JupyterHub: take {kept.student} out there"
        )
    return said
