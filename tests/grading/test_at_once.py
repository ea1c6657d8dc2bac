"""Several assignments of one course, graded at the same moment in several terminals."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

import at_once
import pytest
from nbgrader.api import Gradebook

from boxgrader.nbgrader_course import assignment
from boxgrader.nbgrader_course.release import release

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(600),
]


def test_graders_meet_the_same_new_learners_in_a_new_gradebook(tmp_path: Path) -> None:
    names = ["ps1", "ps2", "ps3"]
    students = {f"s{m}": f"share = {m / 10}" for m in range(3)}
    course = at_once.make_several(tmp_path / "course", names, students)
    at_once.grade([name, "--course", str(course)] for name in names)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for name in names:
            for m in range(3):
                grade = book.find_grade("share", name, name, f"s{m}")
                assert grade.auto_score == pytest.approx(4 * m / 10)
        assert len(book.students) == 3


def test_a_gradebook_is_told_of_an_assignment_by_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = at_once.make_several(tmp_path / "course", ["ps"], {"ann": "share = 1"})
    asked = []

    def told(*given: Any) -> list[str]:
        with (course / ".grading.lock").open("a") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        asked.append(given[-1])
        return release(*given)

    monkeypatch.setattr(assignment, "release", told)
    assignment.grade_assignment(course, "ps", options={"workers": 1})
    assert asked == ["ps"]
    with (course / ".grading.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
