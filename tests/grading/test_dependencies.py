"""What is graded again when something changes, and what is not."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import small_course as small
from nbgrader.api import Gradebook
from small_course import NAME

from boxgrader.box.namespaces import Limits
from boxgrader.errors import GraderError
from boxgrader.nbgrader_course.assignment import Outcome, grade_assignment
from boxgrader.nbgrader_course.autograde import BoxedAutograde
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.dependencies import Dependencies, doubted, same_submission
from boxgrader.nbgrader_course.history import gradings, told
from boxgrader.nbgrader_course.source import Source

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's, of SQLAlchemy

PLUGIN = """
from nbgrader.plugins import BasePlugin
class PerHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return round(total_seconds_late / 3600)
c.AssignLatePenalties.plugin_class = PerHour
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course due at noon; Ann came an hour late, Bob in time, Cleo without a time."""
    folder = small.make(tmp_path_factory.mktemp("course"), {"cleo": small.submission()})
    (folder / "source" / NAME / "data.csv").write_text("1")
    small.release(folder)
    for student, hour in {"ann": 13, "bob": 11}.items():
        notebook = small.hand_in(folder, student, small.submission())
        notebook.with_name("timestamp.txt").write_text(f"2026-02-01 {hour}:00:00 UTC")
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime.datetime(2026, 2, 1, 12))
        for student in ("ann", "bob", "cleo"):
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(NAME, student)
    return folder


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    return small.copy_of(made, tmp_path)


def configure(course: Path, *lines: str) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\n".join(["", *lines, ""]))


def digests(course: Path, *, memory: int = 1024, boxed: bool = True) -> dict[str, str]:
    directory = course_directory(course)
    directory.assignment_id = NAME
    converter = BoxedAutograde(coursedir=directory, config=directory.config)
    source = Source(directory, NAME)
    settings = replace(converter.settings(), limits=Limits(memory=memory << 20), boxed=boxed)
    settings = replace(settings, timeout=settings.timeout + 1)
    with Gradebook(directory.db_url) as gradebook:
        depends = Dependencies(converter, settings, source, gradebook.find_assignment(NAME))
    submitted = course / "submitted"
    return {
        student: depends.digest(student, submitted / student / NAME)
        for student in ("ann", "bob", "cleo")
    }


def due(course: Path, hour: int | None) -> None:
    when = None if hour is None else datetime.datetime(2026, 2, 1, hour)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_assignment(NAME).duedate = when
        gradebook.db.commit()


def extend(course: Path, hours: int) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.grant_extension(NAME, "ann", hours=hours)


def mend(course: Path, name: str, text: str) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_source_cell(name, NAME, NAME).source = text
        gradebook.db.commit()


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


LATE, ALL = {"ann"}, {"ann", "bob", "cleo"}


@pytest.mark.parametrize(
    ("change", "whose"),
    [
        (lambda it: None, set()),
        (lambda it: due(it, 11), LATE),
        (lambda it: due(it, 10), {"ann", "bob"}),
        (lambda it: due(it, 14), LATE),
        (lambda it: due(it, None), LATE),
        (lambda it: extend(it, 2), LATE),
        (lambda it: configure(it, PLUGIN), LATE),
        (lambda it: configure(it, "c.LateSubmissionPlugin.penalty_method = 'zero'"), LATE),
        (lambda it: configure(it, "c.AssignLatePenalties.plugin_class = 'no.such'"), LATE),
        (lambda it: (it / "submitted/bob/ps/timestamp.txt").write_text("2026-02-01 10:00 UTC"),
         {"bob"}),
        (lambda it: (it / "submitted/bob/ps/timestamp.txt").write_text("nobody knows"), {"bob"}),
        (lambda it: small.hand_in(it, "bob", small.submission("share = 0")), {"bob"}),
        (lambda it: (it / "submitted/cleo/ps/extra.txt").write_text("1"), {"cleo"}),
        (lambda it: (it / "source/ps/data.csv").write_text("2"), ALL),
        (lambda it: mend(it, "double", "assert double(3) == 6"), ALL),
        (lambda it: rewrite(it / "source/ps/ps.ipynb", "return 2 * x", "return x + x"), ALL),
        (lambda it: configure(it, "c.OverwriteCells.add_missing_cells = True"), ALL),
        (lambda it: configure(it, "c.Execute.kernel_name = 'ir'"), ALL),
        (lambda it: configure(it, "c.ExecutePreprocessor.allow_errors = False"), ALL),
        (lambda it: configure(it, "c.Autograde.exclude_overwriting = {'ps': ['data.csv']}"), ALL),
        (lambda it: configure(it, "c.ExecutePreprocessor.timeout = 3"), set()),
        (lambda it: configure(it, "c.BoxedAutograde.memory = 3"), set()),
        (lambda it: configure(it, "c.HTMLExporter.theme = 'dark'"), set()),
    ],
)  # fmt: skip
def test_who_is_graded_again(
    course: Path, change: Callable[[Path], object], whose: set[str]
) -> None:
    before = digests(course)
    change(course)
    after = digests(course)
    assert {student for student in before if before[student] != after[student]} == whose


def test_a_plugin_that_was_rewritten_is_another(course: Path) -> None:
    configure(course, PLUGIN)
    before = digests(course)
    rewrite(course / "nbgrader_config.py", "/ 3600", "/ 1800")
    after = digests(course)
    assert {student for student in before if before[student] != after[student]} == LATE


def test_a_limit_is_no_change_and_a_box_is(course: Path) -> None:
    before = digests(course)
    assert digests(course, memory=2048) == before
    assert not set(digests(course, boxed=False).values()) & set(before.values())


def test_what_is_huge_is_known_by_size_and_time(course: Path) -> None:
    """Files of holes are as long as somebody likes, and cost nothing."""
    huge = course / "submitted" / "ann" / NAME / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(1 << 36)
    before = digests(course)["ann"]
    assert before
    with huge.open("r+b") as file:
        file.truncate((1 << 36) + 1)
    assert digests(course)["ann"] != before


def test_a_digest_says_whether_the_work_is_the_same(course: Path) -> None:
    before = digests(course)["ann"]
    due(course, 11)
    after = digests(course)["ann"]
    assert before != after
    assert same_submission(before, after)
    assert same_submission(before, doubted(before))
    assert doubted(before) != before
    small.hand_in(course, "ann", small.submission("share = 0"))
    assert not same_submission(after, digests(course)["ann"])
    assert not same_submission("", "")


def grade(course: Path, **more: object) -> Outcome:
    return grade_assignment(course, NAME, options={"workers": 1}, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("boxes")
def test_a_course_that_changes_loses_nothing_and_leaves_a_trace(course: Path) -> None:
    configure(course, PLUGIN)
    assert "nbgrader db student import" in grade(course).notes[-1]
    url = f"sqlite:///{course}/gradebook.db"
    with Gradebook(url) as gradebook:
        gradebook.update_or_create_student("ann", first_name="Ann", last_name="Lee")
        for student in ("ann", "bob"):
            memo = gradebook.find_grade("memo", NAME, NAME, student)
            memo.manual_score, memo.needs_manual_grade = 3, False
            gradebook.find_comment("memo", NAME, NAME, student).manual_comment = "Well argued."
        override = gradebook.find_grade("share", NAME, NAME, "bob")
        override.manual_score, override.extra_credit, override.needs_manual_grade = 1, 0.5, False
        gradebook.db.commit()

    due(course, 10)  # Bob is late now, and Ann later
    again = grade(course)
    assert [record.student for record in again.records] == ["ann", "bob"]
    assert "nbgrader db student import" not in " ".join(again.notes), "somebody has a name"
    small.hand_in(course, "ann", small.submission("share = 1"))
    path = course / "source" / NAME / f"{NAME}.ipynb"
    rewrite(path, "double(21) == 42", "double(21) == 43")
    rewrite(path, "return 2 * x", "return 2 * x + (x == 21)")
    assert len(grade(course).records) == 3
    small.hand_in(course, "bob", "Dear instructor")
    assert [record.status for record in grade(course).records] == ["refused"]

    with Gradebook(url) as gradebook:
        memo = gradebook.find_grade("memo", NAME, NAME, "bob")
        assert (memo.manual_score, memo.needs_manual_grade) == (3, False), "nothing to confirm"
        override = gradebook.find_grade("share", NAME, NAME, "bob")
        assert (override.score, override.needs_manual_grade) == (1.5, False)
        memo = gradebook.find_grade("memo", NAME, NAME, "ann")
        assert (memo.manual_score, memo.needs_manual_grade) == (3, False), "it says the same"
        assert gradebook.find_student("ann").last_name == "Lee"
        for student in ("ann", "bob"):
            assert gradebook.find_comment("memo", NAME, NAME, student).comment == "Well argued."
    steps = [
        (one.status, {cell: (one.before[cell].given if cell in one.before else None, now.given)
                      for cell, now in one.after.items() if one.before.get(cell) != now})
        for one in gradings(url, NAME, "bob")
    ]  # fmt: skip
    assert steps == [
        ("graded", {"ps/double": (None, 2), "ps/share": (None, 2)}),
        ("graded", {"ps/late penalty": (None, -1)}),
        ("graded", {"ps/double": (2, 0)}),
        ("refused", {}),
    ]
    with Gradebook(url) as gradebook:
        gradebook.find_grade("memo", NAME, NAME, "bob").manual_score = 2
        gradebook.db.commit()
    *_, last, by_hand = gradings(url, NAME, "bob")
    assert (by_hand.before["ps/memo"].given, by_hand.after["ps/memo"].given) == (3, 2)
    assert told(by_hand)[1:] == ["    ps/memo: 3 before, 2 after"]
    assert last.before == last.after
    again, refused = last.reasons
    assert again.text == "Graded again, for a change of: what was handed in."
    assert "is not a notebook" in refused.text
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", last.time)

    small.hand_in(course, "bob", small.submission())
    assert len(grade(course).unchanged) == 2
    with Gradebook(url) as gradebook:  # as formgrader does when a student is removed
        gradebook.remove_submission(NAME, "cleo")
    assert [record.student for record in grade(course).records] == ["cleo"]


def test_a_gradebook_of_before_has_no_trace(course: Path) -> None:
    assert gradings(f"sqlite:///{course}/gradebook.db", NAME, "ann") == []


@pytest.mark.usefixtures("boxes")
def test_a_source_that_is_gone_is_no_reason_to_stop(course: Path) -> None:
    """The gradebook says all that plain nbgrader needs."""
    shutil.rmtree(course / "source" / NAME)
    assert {record.status for record in grade(course).records} == {"graded"}
    (course / "source" / NAME).mkdir()
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for student in ("ann", "bob", "cleo"):
            gradebook.remove_submission(NAME, student)
        gradebook.remove_assignment(NAME)
    with pytest.raises(GraderError, match="holds no notebook"):
        grade(course)
