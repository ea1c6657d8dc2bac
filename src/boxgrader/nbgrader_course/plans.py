"""Plans that are kept: the instructor's solution is rehearsed again where anything has changed.

They lie in a table of their own in nbgrader's gradebook. Kept is what there is nothing to say
about: a solution that loses points, or does not give the same each time, is rehearsed each time.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import platform
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import sqlalchemy

from boxgrader.box import bench
from boxgrader.box.readable import searched
from boxgrader.engine.job import Plan
from boxgrader.nbgrader_course.schema import replace_row

TABLE = sqlalchemy.Table(
    "boxgrader_plans",
    sqlalchemy.MetaData(),
    sqlalchemy.Column("assignment", sqlalchemy.String(255), primary_key=True),
    sqlalchemy.Column("notebook", sqlalchemy.String(255), primary_key=True),
    sqlalchemy.Column("digest", sqlalchemy.String(64), nullable=False),
    sqlalchemy.Column("plan", sqlalchemy.Text, nullable=False),
)
_GRADER = str(Path(bench.__file__).parents[1])
_MOST_FILES = 20_000  # of code and data elsewhere; of more, nobody knows whether they changed


class Plans:
    """The plans of an assignment in an open gradebook.

    Parameters
    ----------
    book : Book
    assignment : str
    """

    def __init__(self, book: Any, assignment: str) -> None:
        self._book = book
        self._assignment = assignment

    def find(self, notebook: str, digest: str, files: Mapping[str, bytes]) -> Plan | None:
        """Return the plan of a notebook, if it was made of the same.

        Parameters
        ----------
        notebook, digest : str
        files : mapping of str to bytes
            What lies beside the notebook: what a plan has of it is not kept twice.
        """
        query = sqlalchemy.select(TABLE.c.plan).where(
            TABLE.c.assignment == self._assignment,
            TABLE.c.notebook == notebook,
            TABLE.c.digest == digest,
        )
        text = self._book.nbgrader.db.execute(query).scalar()
        return _read(text, files) if text and digest else None

    def keep(self, notebook: str, digest: str, plan: Plan) -> None:
        """Keep a plan, at once: the next rehearsal may take minutes, and others write meanwhile."""
        if not digest or plan.lost or plan.notes:
            return
        row = {"assignment": self._assignment, "notebook": notebook, "digest": digest}
        replace_row(self._book.nbgrader.db, TABLE, **row, plan=_written(plan))
        self._book.save()


def digest(readable: Iterable[str], *parts: object) -> str:
    """Digest what a plan depends on, or nothing where that is too much to look at.

    Parameters
    ----------
    readable : iterable of str
        Files and folders that the solution may read.
    parts : object
        What else there is, with the same `repr` where it is the same.
    """
    alike = {name: it for name, it in os.environ.items() if bench.ALIKE.fullmatch(name)}
    python = sys.version, sys.executable, platform.machine(), sorted(alike.items())
    files = list(itertools.islice(_files(readable), _MOST_FILES + 1))
    if len(files) > _MOST_FILES:
        return ""
    depends = repr((python, bench.own_box, files, parts))
    return hashlib.sha256(depends.encode("utf-8", "surrogatepass")).hexdigest()


def _files(readable: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Yield what Python imports, and what may be read, with sizes and times.

    Of packages that pip has installed, what it says of each; of others, all files.
    """
    elsewhere = [_GRADER, *readable]
    environment = Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()
    start = [] if sys.flags.safe_path else sys.path[:1]  # the folder of the program
    for place in (Path(it) for it in searched() if it not in start):
        real = place.resolve()
        if any(real.is_relative_to(it) for it in environment):
            there = sorted(place.iterdir()) if place.is_dir() else [place]
            yield from (_told(it) for it in there if it.name.endswith("-info") or not it.is_dir())
        elif not any(it.is_relative_to(real) for it in environment):
            elsewhere.append(str(place))
    for top in dict.fromkeys(elsewhere):
        yield _told(Path(top))
        for here, _, names in os.walk(top):
            yield from (_told(Path(here, name)) for name in sorted(names) if name[-4:] != ".pyc")


def _told(path: Path) -> tuple[str, int, int]:
    """Return what tells whether a file is the same; a folder says that by its files."""
    try:
        status = path.stat()
    except OSError:
        return str(path), -1, 0
    if stat.S_ISDIR(status.st_mode) and not path.name.endswith("-info"):
        return str(path), 0, 0
    return str(path), status.st_size, status.st_mtime_ns


def _written(plan: Plan) -> str:
    values = {field.name: getattr(plan, field.name) for field in fields(plan)}
    return json.dumps({**values, "files": list(plan.files)}, default=sorted)


def _read(text: str, files: Mapping[str, bytes]) -> Plan:
    held = json.loads(text)
    for field in fields(Plan):
        kind = type(field.default)
        if kind in (tuple, frozenset):
            held[field.name] = kind(held[field.name])
    held["unlocked"] = tuple((source, tuple(names)) for source, names in held["unlocked"])
    held["defines"] = {test: tuple(names) for test, names in held["defines"].items()}
    held["files"] = {name: files[name] for name in held["files"]}
    return Plan(**held)
