"""nbgrader's gradebook, opened once and written in one transaction for each submission.

nbgrader's own code opens a gradebook for each step and commits after each grade; `one_gradebook`
gives all of it the same one, whose commits wait for `save`. What was graded, from which files, and
what there is to say about it is recorded in a table of its own, in the same transaction.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy
from nbgrader import api
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from boxgrader.engine.job import Reason
from boxgrader.errors import GraderError, GradingError, clause
from boxgrader.nbgrader_course import page_digests, schema
from boxgrader.nbgrader_course.dependencies import doubted, is_doubted, same_submission
from boxgrader.nbgrader_course.history import TABLE as HISTORY
from boxgrader.nbgrader_course.history import Given, Regrading, append, confirm, given, regraded
from boxgrader.nbgrader_course.lookup import Lookup
from boxgrader.nbgrader_course.plans import TABLE as PLANS
from boxgrader.typed import nbgrader

_WAIT_MILLISECONDS = 30_000

_TABLE = sqlalchemy.Table(
    "boxgrader",
    sqlalchemy.MetaData(),
    sqlalchemy.Column("assignment", sqlalchemy.String(255), primary_key=True),
    sqlalchemy.Column("student", sqlalchemy.String(255), primary_key=True),
    sqlalchemy.Column("digest", sqlalchemy.String(64), nullable=False),
    sqlalchemy.Column("status", sqlalchemy.String(16), nullable=False),
    sqlalchemy.Column("reasons", sqlalchemy.Text, nullable=False),
)

OF_LEARNERS = (_TABLE, HISTORY, page_digests.TABLE)  # our tables that name learners


@dataclass(frozen=True)
class Record:
    """What became of one submission.

    Attributes
    ----------
    student : str
    status : str
        ``"graded"``, ``"refused"`` (nothing was run, no grade was written), or ``"tampered"``
        (graded, and an instructor should look at it).
    reasons : tuple of Reason
        What there is to say about it.
    digest : str
        Of everything that the grades depend on.
    """

    student: str
    status: str
    reasons: tuple[Reason, ...] = field(default=())
    digest: str = ""

    @property
    def outdated(self) -> bool:
        """Whether it was to be graded again, and is not yet: what it has is of before a change."""
        return is_doubted(self.digest)


class _Held(Lookup):
    """A gradebook that nobody but its owner closes, or commits."""

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(db_url, course_id)
        self.db.remove()
        sqlalchemy.event.listen(self.engine, "connect", _patient)
        self.engine.dispose()
        self.db = scoped_session(
            sessionmaker(class_=_Waiting, autoflush=True, bind=self.engine, future=True)
        )
        for table in (_TABLE, HISTORY, PLANS, page_digests.TABLE):
            schema.add_table(self.engine, table)
        schema.add_indexes(self.engine)

    def close(self) -> None:
        """Stay open."""


class _Waiting(Session):
    """A session whose commits wait for the whole submission."""

    def commit(self) -> None:
        """Send what was changed, and keep the transaction open; points go with what comes next."""
        kinds = {*map(type, self.new), *map(type, self.dirty), *map(type, self.deleted)}
        if kinds <= {api.Grade, api.Comment}:  # nbgrader commits after each
            return
        try:
            self.flush()
        except sqlalchemy.exc.OperationalError as error:  # nbgrader would blame the learner
            raise _stopped(error, str(self.get_bind().engine.url)) from error


def _patient(connection: Any, _: Any) -> None:
    """Let SQLite wait while formgrader writes."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute(f"PRAGMA busy_timeout = {_WAIT_MILLISECONDS}")


class Book:
    """The gradebook of a course while submissions of it are graded."""

    def __init__(self, held: _Held) -> None:
        self.nbgrader = held
        self._before: dict[tuple[str, str], dict[str, Given]] = {}
        self._rewritten: dict[tuple[str, str], set[str]] = {}

    def save(self) -> None:
        """Commit everything since the last time."""
        session = self.nbgrader.db()
        Session.commit(session)
        session.expunge_all()

    def undo(self) -> None:
        """Forget everything since the last time."""
        try:
            self.nbgrader.db.rollback()
        except sqlalchemy.exc.InvalidRequestError:  # somebody stopped us in the middle of a commit
            self.nbgrader.db.close()
        self.nbgrader.db().expunge_all()

    def tests(self, assignment: str) -> dict[str, dict[str, str]]:
        """Return the notebooks of an assignment by name, the sources of each by grade id."""
        try:
            found = self.nbgrader.find_assignment(assignment)
        except api.MissingEntry:
            raise GraderError(
                f"No assignment with ID '{assignment}' exists in the database: put its notebooks "
                f"into the course, and run `{nbgrader(f'generate_assignment {assignment}')}`."
            ) from None
        tests = {
            notebook.name: {cell.name: cell.source for cell in notebook.source_cells}
            for notebook in found.notebooks
        }
        self.save()
        return tests

    def names(self) -> int:
        """Return how many students have a name."""
        table = api.Student.__table__
        named = (table.c.first_name != "") | (table.c.last_name != "")
        query = sqlalchemy.select(sqlalchemy.func.count()).select_from(table).where(named)
        return int(self.nbgrader.db.execute(query).scalar_one())

    def above(self, assignment: str) -> list[tuple[str, float, list[str]]]:
        """Return the cells for which a person gave more than there is: name, most, and to whom."""
        works, mine = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
        grades, cells, notebooks = (it.__table__ for it in (api.Grade, api.BaseCell, api.Notebook))
        tests, tasks = api.GradeCell.__table__, api.TaskCell.__table__
        most = sqlalchemy.func.coalesce(tests.c.max_score, tasks.c.max_score)
        query = (
            sqlalchemy.select(cells.c.id, cells.c.name, most, works.c.student_id)
            .join_from(grades, cells, cells.c.id == grades.c.cell_id)
            .outerjoin(tests, tests.c.id == cells.c.id)
            .outerjoin(tasks, tasks.c.id == cells.c.id)
            .join(notebooks, notebooks.c.id == cells.c.notebook_id)
            .join(api.Assignment, api.Assignment.id == notebooks.c.assignment_id)
            .join(mine, mine.c.id == grades.c.notebook_id)
            .join(works, works.c.id == mine.c.assignment_id)
            .where(api.Assignment.name == assignment, grades.c.manual_score > most)
            .order_by(cells.c.name, cells.c.id)
        )
        found: dict[str, tuple[str, float, list[str]]] = {}
        for cell, name, points, student in self.nbgrader.db.execute(query):
            found.setdefault(cell, (name, points, []))[2].append(student)
        return list(found.values())

    def watch(self, assignment: str, student: str, digest: str) -> list[Given]:
        """Remember what a learner has, before it is written anew.

        Returns
        -------
        list of Given
            What a person gave points for, if the learner has handed in other files since.
        """
        before = given(self.nbgrader.db, assignment, student)
        self._before[assignment, student] = before
        self._rewritten.pop((assignment, student), None)
        if same_submission(self._digest(assignment, student), digest):
            return []
        return [one for one in before.values() if one.manual is not None]

    def reread(self, assignment: str, student: str, rewritten: set[str]) -> None:
        """Let a person confirm the points by hand of cells that say something else now."""
        self._rewritten[assignment, student] = rewritten
        if rewritten:
            # The text to compare with is replaced next: who is interrupted then has to ask again.
            self.save()

    def record(self, assignment: str, record: Record, again: str = "") -> Regrading | None:
        """Write what became of a submission, and what that changed, to be saved with its grades.

        Parameters
        ----------
        assignment : str
        record : Record
        again : str, optional
            Why it was graded again: for its history alone.

        Returns
        -------
        Regrading or None
            What became of the points of who had some.
        """
        student, session = record.student, self.nbgrader.db
        after = given(session, assignment, student)
        before = self._before.pop((assignment, student), after)
        after = confirm(session, before, after, self._rewritten.pop((assignment, student), ()))
        reasons = (Reason("again", again), *record.reasons) if again else record.reasons
        append(session, (assignment, student, record.status), before, after, reasons)
        schema.replace_row(
            session,
            _TABLE,
            assignment=assignment,
            student=student,
            digest=record.digest,
            status=record.status,
            reasons=json.dumps([asdict(reason) for reason in record.reasons]),
        )
        return None if record.status == "refused" else regraded(student, before, after)

    def doubt(self, assignment: str, students: Collection[str] | None = None) -> None:
        """Let submissions be graded again, whatever becomes of this grader; by default, all."""
        for record in self.records(assignment).values():
            if students is None or record.student in students:
                same = _of(assignment, record.student)
                digest = doubted(record.digest)
                self.nbgrader.db.execute(_TABLE.update().where(same).values(digest=digest))

    def forget(self, students: Collection[str]) -> None:
        """Take learners out of all tables, to be saved at once; nothing of them stays in a file."""
        session = self.nbgrader.db
        if self.nbgrader.engine.dialect.name == "sqlite":
            session.execute(sqlalchemy.text("PRAGMA secure_delete = ON"))
        for student in students:
            with suppress(api.MissingEntry):
                self.nbgrader.remove_student(student)
            for table in OF_LEARNERS:
                session.execute(table.delete().where(table.c.student == student))

    def _digest(self, assignment: str, student: str) -> str:
        query = sqlalchemy.select(_TABLE.c.digest).where(_of(assignment, student))
        return self.nbgrader.db.execute(query).scalar() or ""

    def records(self, assignment: str) -> dict[str, Record]:
        """Return what became of each submission of an assignment, by student."""
        rows = self.nbgrader.db.execute(_TABLE.select().where(_TABLE.c.assignment == assignment))
        return {row.student: _record(row) for row in rows}


def _of(assignment: str, student: str) -> Any:
    return (_TABLE.c.assignment == assignment) & (_TABLE.c.student == student)


def records(db_url: str, assignment: str) -> dict[str, Record]:
    """Return what became of each submission, by student, from a gradebook at rest."""
    engine = sqlalchemy.create_engine(db_url)
    try:
        if not sqlalchemy.inspect(engine).has_table(_TABLE.name):
            return {}
        with engine.connect() as connection:
            rows = connection.execute(_TABLE.select().where(_TABLE.c.assignment == assignment))
            return {row.student: _record(row) for row in rows}
    finally:
        engine.dispose()


def record(session: Any, assignment: str, student: str) -> Record | None:
    """Return what became of a submission; nothing where this program has not graded it."""
    if not sqlalchemy.inspect(session.connection()).has_table(_TABLE.name):
        return None
    row = session.execute(_TABLE.select().where(_of(assignment, student))).first()
    return _record(row) if row else None


def sources(db_url: str, assignment: str) -> dict[str, dict[str, str]]:
    """Return the cells of each notebook of an assignment, by grade id, from a gradebook at rest."""
    url = sqlalchemy.make_url(db_url)
    if url.drivername.startswith("sqlite") and not Path(url.database or "").is_file():
        return {}
    assignments, notebooks = api.Assignment.__table__, api.Notebook.__table__
    cells, held = api.BaseCell.__table__, api.SourceCell.__table__
    query = (
        sqlalchemy.select(notebooks.c.name, cells.c.name, held.c.source)
        .join_from(held, cells, cells.c.id == held.c.id)
        .join(notebooks, notebooks.c.id == cells.c.notebook_id)
        .join(assignments, assignments.c.id == notebooks.c.assignment_id)
        .where(assignments.c.name == assignment)
    )
    engine = sqlalchemy.create_engine(db_url)
    found: dict[str, dict[str, str]] = {}
    try:
        with engine.connect() as connection:
            for notebook, cell, source in connection.execute(query):
                found.setdefault(notebook, {})[cell] = source
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise GraderError(explain(error, db_url)) from error
    finally:
        engine.dispose()
    return found


def _record(row: Any) -> Record:
    reasons = tuple(Reason(**reason) for reason in json.loads(row.reasons))
    return Record(row.student, row.status, reasons, row.digest)


@contextmanager
def one_gradebook(db_url: str, course_id: str) -> Iterator[Book]:
    """Open a gradebook, and give it to all of nbgrader's code that opens the same one.

    Raises
    ------
    GraderError
        If it cannot be opened or written: locked, on a full disk, or not a gradebook.
    """
    original = api.Gradebook
    held = None
    users: list[Any] = []
    try:
        schema.check(db_url, place(db_url))
        held = _Held(db_url, course_id)

        def gradebook(url: str, *args: Any, **keywords: Any) -> Any:
            return held if url == db_url else original(url, *args, **keywords)

        users = [
            module
            for module in list(sys.modules.values())
            if getattr(module, "__dict__", {}).get("Gradebook") is original
        ]
        for module in users:
            module.Gradebook = gradebook
        yield Book(held)
    except ModuleNotFoundError as error:
        raise lacks(error) from error
    except sqlalchemy.exc.DatabaseError as error:
        raise _stopped(error, db_url) from error
    finally:
        for module in users:
            module.Gradebook = original
        if held is not None:
            held.db.remove()
            held.engine.dispose()


def lacks(error: ModuleNotFoundError) -> GraderError:
    """Return what to say where the driver of a database is not installed."""
    return GraderError(
        f"a gradebook there needs {error.name}; pip install 'boxgrader[cluster]' brings it"
    )


def _stopped(error: sqlalchemy.exc.SQLAlchemyError, db_url: str) -> GradingError:
    return GradingError(
        f"{explain(error, db_url)}. What was done before stands: run the same command again "
        "afterwards."
    )


def check_there(db_url: str) -> None:
    """Refuse a file that is not there: to open it would make an empty one.

    Raises
    ------
    GraderError
        If there is no gradebook.
    """
    path = db_url.removeprefix("sqlite:///")
    if path != db_url and not Path(path).is_file():
        raise GraderError(
            f"there is no gradebook {path}; grade the assignment first, or name the folder of the "
            "course with --course or the gradebook with --db"
        )


def explain(error: sqlalchemy.exc.SQLAlchemyError, db_url: str) -> str:
    """Say in a sentence why a gradebook cannot be used."""
    said = str(getattr(error, "orig", error)).strip().splitlines()[0]
    upgrade = nbgrader("db upgrade")
    told = next(
        (told.format(upgrade) for words, told in _TOLD.items() if words in said),
        f"cannot be used: {clause(said)}",
    )
    return f"The gradebook {place(db_url)} {told}"


# By what a database says.
_TOLD = {
    "deadlock": "was written by several graders at once",
    "locked": "is locked by another program; close it",
    "locking protocol": "is on a disk that gives no locks; move the course to another",
    "not a database": "is another kind of file; move it away, or name the right one with --db",
    "malformed": "is damaged; put a copy of it in its place",
    "disk I/O": "is on a disk that is full or fails; make room",
    "full": "is on a disk that is full; make room",
    "readonly": "may not be written; change its permissions",
    "read-only": "may not be written; change its permissions",
    "unable to open": "cannot be opened; look whether its folder is there and may be written",
    "no such table": "is none of nbgrader's; name the right one with --db",
    "no such column": "is of another nbgrader; copy it as a backup, and run `{}`",
}


def place(db_url: str) -> str:
    """Return the address of a gradebook as it may be shown.

    Raises
    ------
    GraderError
        If it is none.
    """
    try:
        return sqlalchemy.make_url(db_url).render_as_string(hide_password=True)
    except sqlalchemy.exc.ArgumentError as error:
        raise GraderError(
            f"{db_url} is no address of a gradebook; write sqlite:////FOLDER/gradebook.db or "
            "postgresql://USER@HOST/NAME"
        ) from error
