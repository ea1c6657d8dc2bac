"""Which version of nbgrader a gradebook was made for, and what this program adds to it.

Other graders may add the same at the same moment: two of one course, or of two assignments.
"""

from __future__ import annotations

import functools
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy
from nbgrader import api
from nbgrader.dbutil import ALEMBIC_DIR

from boxgrader.errors import GraderError
from boxgrader.typed import nbgrader

_REVISION = re.compile(r"^(down_)?revision = ['\"](\w+)['\"]", re.MULTILINE)


# From a learner's work to its parts, nbgrader's tables have no index: formgrader takes 4.4 s to
# list 2,000 learners, and 0.5 s with these.
_INDEXED = (
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
    ("submitted_notebook", "assignment_id"),
    ("submitted_assignment", "student_id"),
)


_MADE_ALREADY = (sqlalchemy.exc.IntegrityError, sqlalchemy.exc.ProgrammingError)


def add_table(engine: Any, table: sqlalchemy.Table) -> None:
    """Make a table, if it is not there."""
    try:
        table.create(engine, checkfirst=True)
    except sqlalchemy.exc.DatabaseError:
        if not sqlalchemy.inspect(engine).has_table(table.name):
            raise


def replace_row(session: Any, table: sqlalchemy.Table, **row: Any) -> None:
    """Write a row in the place of the one with the same primary key."""
    same = sqlalchemy.and_(*(column == row[column.name] for column in table.primary_key))
    session.execute(table.delete().where(same))
    try:
        with session.begin_nested():
            session.execute(table.insert().values(**row))
    except sqlalchemy.exc.IntegrityError:  # another grader wrote it meanwhile
        session.execute(table.update().where(same).values(**row))


def add_indexes(engine: Any) -> None:
    """Let a gradebook find the parts of a learner's work without reading everybody's."""
    there = sqlalchemy.inspect(engine)
    for table, column in _INDEXED:
        name = f"boxgrader_{table}"
        if any(index["name"] == name for index in there.get_indexes(table)):
            continue  # PostgreSQL would lock the table even then
        statement = sqlalchemy.text(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})")
        # Each by itself, so that graders never wait for each other; the first one makes it.
        with suppress(*_MADE_ALREADY), engine.begin() as connection:
            connection.execute(statement)


@functools.cache
def _revisions() -> dict[str, str]:
    """Return each version that the installed nbgrader knows, and the one before it."""
    found = {}
    for path in Path(ALEMBIC_DIR, "versions").glob("*.py"):
        named = {bool(down): name for down, name in _REVISION.findall(path.read_text("utf-8"))}
        found[named[False]] = named.get(True, "")
    return found


def newest() -> str:
    """Return the version of a gradebook that the installed nbgrader makes."""
    known = _revisions()
    (head,) = known.keys() - set(known.values())
    return head


# nbgrader asks a program for it whenever it makes a gradebook: that takes a second, and the program
# has to stand on PATH.
api.get_alembic_version = newest


def check(db_url: str, place: str) -> None:
    """Look at the version of a gradebook, if it is there, before nbgrader adds tables to it.

    Parameters
    ----------
    db_url : str
    place : str
        What to call it.

    Raises
    ------
    GraderError
        If it is for another version of nbgrader.
    """
    found = version(db_url)
    if found in ("", newest()):
        return
    if found in _revisions():
        raise GraderError(
            f"The gradebook {place} was made by an older nbgrader. Copy it as a backup, run "
            f"`{nbgrader('db upgrade')}` in the folder of the course, and run this again."
        )
    raise GraderError(
        f"The gradebook {place} was made by a newer nbgrader than the one that is installed here. "
        "`pip install --upgrade nbgrader`, and run this again."
    )


def version(db_url: str) -> str:
    """Return the version of a gradebook; nothing where there is none, or it does not say."""
    url = sqlalchemy.make_url(db_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return ""  # to look would make one
    engine: Any = sqlalchemy.create_engine(url)
    try:
        if not sqlalchemy.inspect(engine).has_table("alembic_version"):
            return ""
        with engine.connect() as connection:
            found = connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version"))
            return str(found.scalar() or "")
    finally:
        engine.dispose()
