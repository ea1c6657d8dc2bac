"""Several assignments of one course, graded at the same moment in several terminals."""

from __future__ import annotations

from pathlib import Path

import at_once
import pytest
from nbgrader.api import Gradebook

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
