"""What `grade` tells an instructor at the end, and the exit code it tells a script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from boxgrader.engine.job import Reason
from boxgrader.errors import GradingError
from boxgrader.nbgrader_course import assignment
from boxgrader.nbgrader_course.assignment import Outcome
from boxgrader.nbgrader_course.gradebook import Record
from thousandfold.cli import main


def told(monkeypatch: pytest.MonkeyPatch, *became: str, notes: tuple[str, ...] = ()) -> int:
    """Grade a class of which each became that, and return the exit code."""
    records = [Record(f"s{n}", one, (Reason("x", "Why."),)) for n, one in enumerate(became)]

    def graded(*_: Any, **__: Any) -> Outcome:
        return Outcome(records, [], 1.0, Path("course"), notes)

    monkeypatch.setattr(assignment, "grade_assignment", graded)
    return main(["grade", "ps"])


@pytest.mark.parametrize(
    ("became", "code"),
    [(["graded"], 0), ([], 0), (["graded", "refused"], 3), (["tampered"], 3), (["refused"], 3)],
)
def test_the_exit_code_tells_some_from_none(
    monkeypatch: pytest.MonkeyPatch, became: list[str], code: int
) -> None:
    assert told(monkeypatch, *became) == code


def test_a_class_that_cannot_be_graded_is_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(*_: Any, **__: Any) -> Outcome:
        raise GradingError("Grading stopped.")

    monkeypatch.setattr(assignment, "grade_assignment", stops)
    assert main(["grade", "ps"]) == 1


def test_what_concerns_the_course_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(monkeypatch, "graded", "graded", notes=("The reference solution loses t1.",)) == 0
    out = capsys.readouterr().out
    assert out.count("About this course:\n  The reference solution loses t1.\n") == 1
    told(monkeypatch, "graded")
    assert "About this course" not in capsys.readouterr().out
