"""A course that cannot be graded ends in one sentence that says what to do."""

from __future__ import annotations

import errno
import fcntl
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import small_course as small
from small_course import NAME

from boxgrader.nbgrader_course.files import alone
from thousandfold.cli import main

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's, of SQLAlchemy


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.release(small.make(tmp_path_factory.mktemp("course"), {"ann": small.submission()}))


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    return small.copy_of(released, tmp_path)


def grade(course: Path, capsys: pytest.CaptureFixture[str], command: str = "grade") -> str:
    """Return the one sentence that stands on stderr."""
    assert main([command, NAME, "--course", str(course)]) == 1
    told = capsys.readouterr().err.strip()
    assert "\n" not in told
    assert "Traceback" not in told
    assert ".." not in told
    return told


def sql(course: Path, *statements: str) -> None:
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        for statement in statements:
            gradebook.execute(statement)


OLDER = [
    "UPDATE alembic_version SET version_num = '282d30a0218e'",
    "DROP TABLE course",
]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda it: (it / "gradebook.db").write_text("student,points\nann,3\n" * 99),
         "another kind of file; move it away, or name the right one with --db"),
        (lambda it: ((it / "gradebook.db").unlink(), (it / "gradebook.db").mkdir()),
         "cannot be opened; look whether its folder is there and may be written"),
        (lambda it: (it / "gradebook.db").write_bytes(
            (it / "gradebook.db").read_bytes()[:4096] + bytes(8192)),
         "is damaged; put a copy of it in its place"),
        (lambda it: sql(it, *OLDER), "made by an older nbgrader. .*`nbgrader db upgrade`"),
        (lambda it: sql(it, "UPDATE alembic_version SET version_num = 'abc'"),
         "made by a newer nbgrader .*`pip install --upgrade nbgrader`"),
        (lambda it: sql(it, "DELETE FROM alembic_version", "ALTER TABLE student DROP lms_user_id"),
         "of another nbgrader; copy it as a backup, and run `nbgrader db upgrade`"),
        (lambda it: configure(it, "c.CourseDirectory.db_url = 'nothing'"), "no address of a"),
        (lambda it: (it / f".grading-{NAME}.lock").mkdir(),
         "folder of the course, .*, cannot be written .*and run this again"),
        (lambda it: configure(it, "c.BoxedAutograde.memory ="), "config.py stops: SyntaxError"),
        (lambda it: configure(it, "import not_installed_here"), "ModuleNotFoundError: No module"),
        (lambda it: configure(it, "c.BoxedAutograde.memory = 'much'"),
         "has a setting that cannot be used: .*memory.*Mend it"),
        (lambda it: configure(it, "c.CourseDirectory.root = 7"), "stops: TraitError"),
        (lambda it: (it / "source" / NAME / f"{NAME}.ipynb").write_text("{"), "cannot be read"),
    ],
)  # fmt: skip
def test_it_is_said_what_to_do(
    course: Path,
    change: Callable[[Path], object],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(course)
    told = grade(course, capsys)
    assert re.search(says, told), told


def configure(course: Path, line: str) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"{line}\n")


def test_a_gradebook_of_another_version_is_left_as_it_was(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql(course, *OLDER)
    before = (course / "gradebook.db").read_bytes()
    grade(course, capsys)
    assert (course / "gradebook.db").read_bytes() == before


def test_names_that_differ_in_case_are_two(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "source" / NAME).rename(course / "source" / NAME.upper())
    (course / "submitted" / "ann" / NAME).rename(course / "submitted" / "ann" / "other")
    assert "there is no assignment ps; there are PS" in grade(course, capsys)


def test_where_a_disk_gives_no_locks_the_class_is_graded_and_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(file: object, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", without)
    notes: list[str] = []
    with alone(tmp_path, NAME, notes):
        (note,) = notes
        assert "gives no locks (No locks available): see to it that nobody else grades ps" in note


def test_a_report_of_such_a_gradebook(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (course / "gradebook.db").write_text("student,points\nann,3\n" * 99)
    assert "another kind of file" in grade(course, capsys, "report")


@pytest.mark.parametrize("more", [[], ["--check"]])
def test_a_folder_without_a_course_is_told_and_left_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    (tmp_path / "notes.txt").touch()
    assert main(["grade", NAME, "--course", str(tmp_path), *more]) == 1
    said = capsys.readouterr().err
    assert f"There is no course in {tmp_path}: no nbgrader_config.py, no source/, no submit" in said
    assert "with --course" in said
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
