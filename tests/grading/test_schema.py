"""The tables of a gradebook: their version, and how a large class is found in them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from nbgrader.dbutil import ALEMBIC_DIR
from synthetic import gradebook

from boxgrader.errors import GradingError
from boxgrader.nbgrader_course import schema
from boxgrader.nbgrader_course.gradebook import one_gradebook


@pytest.mark.parametrize(
    ("table", "query"),
    [
        ("grade", "SELECT * FROM grade WHERE notebook_id = 'x'"),
        ("comment", "SELECT * FROM comment WHERE notebook_id = 'x'"),
        ("submitted_notebook", "SELECT * FROM submitted_notebook WHERE assignment_id = 'x'"),
        ("submitted_assignment", "SELECT * FROM submitted_assignment WHERE student_id = 'x'"),
    ],
)
def test_nobodys_work_is_read_to_find_one_learners(table: str, query: str, tmp_path: Path) -> None:
    """In a gradebook that nbgrader made, too."""
    gradebook(tmp_path, {"ann": [1, 2, 3]})
    with one_gradebook(f"sqlite:///{tmp_path}/gradebook.db", "course"):
        pass
    with sqlite3.connect(tmp_path / "gradebook.db") as book:
        (step,) = book.execute(f"EXPLAIN QUERY PLAN {query}")
    assert step[-1].startswith(f"SEARCH {table} USING INDEX boxgrader_{table} ")


def test_a_locked_gradebook_is_nobodys_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader says of a learner whose points cannot be written that there is no such entry."""
    monkeypatch.setattr("boxgrader.nbgrader_course.gradebook._WAIT_MILLISECONDS", 1)
    gradebook(tmp_path, {"ann": [1, 2, 3]})
    with one_gradebook(f"sqlite:///{tmp_path}/gradebook.db", "course") as book:
        book.undo()
        other = sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GradingError, match="locked by another program; close it"):
            book.nbgrader.add_student("bob")
        other.close()
        book.undo()
        book.nbgrader.add_student("bob")
        book.save()


def test_the_newest_version_is_read_as_nbgraders_program_reads_it() -> None:
    from alembic.script import ScriptDirectory

    assert schema.newest() == ScriptDirectory(str(ALEMBIC_DIR)).get_current_head()
