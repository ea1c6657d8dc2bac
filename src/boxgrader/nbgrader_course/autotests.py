"""Tests that nbgrader writes from a template: what stands in the gradebook does not say which."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy

from boxgrader.nbgrader_course.schema import add_table, replace_row

MARK = "AUTOTEST"  # nbgrader puts tests there, and runs the solution for them

_TABLE = sqlalchemy.Table(
    "boxgrader_autotests",
    sqlalchemy.MetaData(),
    sqlalchemy.Column("assignment", sqlalchemy.String(255), primary_key=True),
    sqlalchemy.Column("digest", sqlalchemy.String(64), nullable=False),
)


def digest(paths: Iterable[Path]) -> str:
    """Digest the cells in which nbgrader puts tests; nothing where there are none.

    Parameters
    ----------
    paths : iterable of Path
        The instructor's notebooks; all can be read.
    """
    found = [
        cell.source
        for path in sorted(paths)
        for cell in nbformat.read(path, as_version=4).cells
        if MARK in cell.source
    ]
    return hashlib.sha256(repr(found).encode("utf-8", "replace")).hexdigest() if found else ""


def known(gradebook: Any, assignment: str) -> str:
    """Return the digest of the cells that were released; nothing where that is not known."""
    if not sqlalchemy.inspect(gradebook.engine).has_table(_TABLE.name):
        return ""
    query = sqlalchemy.select(_TABLE.c.digest).where(_TABLE.c.assignment == assignment)
    return gradebook.db.execute(query).scalar() or ""


def remember(gradebook: Any, assignment: str, digest: str) -> None:
    """Write down the digest of the cells that are released now."""
    add_table(gradebook.engine, _TABLE)
    replace_row(gradebook.db, _TABLE, assignment=assignment, digest=digest)
