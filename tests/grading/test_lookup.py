"""What nbgrader asks a gradebook of each cell is asked once a notebook, with the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from nbgrader import api

from boxgrader.nbgrader_course.gradebook import one_gradebook

nbgraders_own = api.Gradebook  # under a name that nobody replaces
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader

CELLS = ("test", "essay", "sketch")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of a gradebook with one submission."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with api.Gradebook(url) as book:
        book.add_assignment("one")
        book.add_notebook("page", "one")
        for name in ("test", "essay"):
            book.add_grade_cell(name, "page", "one", max_score=2, cell_type="code")
            book.add_solution_cell(name, "page", "one")
        book.add_task_cell("sketch", "page", "one", max_score=3, cell_type="markdown")
        for name in CELLS:
            book.add_source_cell(name, "page", "one", source=f"# {name}", cell_type="code")
        book.add_student("ann")
        book.add_submission("one", "ann")
    return url


@contextmanager
def statements(engine: Any) -> Iterator[list[str]]:
    """Collect what is asked meanwhile."""
    asked: list[str] = []

    def note(*about: Any) -> None:
        asked.append(about[2])

    sqlalchemy.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sqlalchemy.event.remove(engine, "before_cursor_execute", note)


def test_answers_are_those_of_nbgrader(url: str) -> None:
    here, hers = ("page", "one"), ("page", "one", "ann")
    asked = {
        "find_source_cell": here,
        "find_graded_cell": here,
        "find_grade": hers,
        "find_comment": hers,
    }
    with one_gradebook(url, "course") as book:
        held = book.nbgrader
        for find, place in asked.items():
            for name in CELLS:
                plain = getattr(nbgraders_own, find)
                assert getattr(held, find)(name, *place) is plain(held, name, *place)
            with pytest.raises(api.MissingEntry):
                getattr(held, find)("none", *place)
        points = {name: held.find_grade(name, *hers).max_score for name in CELLS}
        assert points == {"test": 2, "essay": 2, "sketch": 3}


def test_a_cell_more_is_no_question_more(url: str) -> None:
    with one_gradebook(url, "course") as book, statements(book.nbgrader.engine) as asked:
        for name in CELLS:
            assert book.nbgrader.find_grade(name, "page", "one", "ann").max_score
            assert book.nbgrader.find_comment(name, "page", "one", "ann")
        assert len(asked) == 2


def test_a_learners_work_is_found_once(url: str) -> None:
    asked = {
        "find_assignment": ("one",),
        "find_notebook": ("page", "one"),
        "find_submission": ("one", "ann"),
        "find_submission_notebook": ("page", "one", "ann"),
    }
    with one_gradebook(url, "course") as book:
        for find, place in asked.items():
            with statements(book.nbgrader.engine) as questions:
                found = [getattr(book.nbgrader, find)(*place) for _ in range(3)]
            assert len(questions) == 1
            plain = getattr(nbgraders_own, find)
            assert {id(it) for it in found} == {id(plain(book.nbgrader, *place))}


def test_points_are_sent_with_what_comes_next(url: str) -> None:
    with one_gradebook(url, "course") as book, statements(book.nbgrader.engine) as asked:
        for name in CELLS:
            book.nbgrader.find_grade(name, "page", "one", "ann").auto_score = 1
            book.nbgrader.db.commit()
        assert not [it for it in asked if it.startswith("UPDATE")]
        assert book.nbgrader.find_submission("one", "ann").score == 3


def test_what_was_found_holds_for_one_transaction(url: str) -> None:
    with one_gradebook(url, "course") as book:
        book.nbgrader.find_grade("test", "page", "one", "ann").auto_score = 1
        book.undo()
        with sqlalchemy.create_engine(url).begin() as another:
            table = api.Grade.__table__
            another.execute(table.update().values(auto_score=0.5))
        assert book.nbgrader.find_grade("test", "page", "one", "ann").auto_score == 0.5
        book.save()
        assert book.nbgrader.find_grade("test", "page", "one", "ann").auto_score == 0.5
