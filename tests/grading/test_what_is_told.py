"""What `grade` tells an instructor at the end, and the exit code it tells a script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import small_course as small
from nbformat import NotebookNode

from boxgrader.engine.job import Reason
from boxgrader.errors import GradingError
from boxgrader.nbgrader_course import assignment
from boxgrader.nbgrader_course.assignment import Outcome
from boxgrader.nbgrader_course.gradebook import Record
from boxgrader.nbgrader_course.history import Regrading
from thousandfold.cli import main


def told(
    monkeypatch: pytest.MonkeyPatch,
    *became: str,
    notes: tuple[str, ...] = (),
    regradings: tuple[Regrading, ...] = (),
    anew: tuple[str, ...] = (),
) -> int:
    """Grade a class of which each became that, and return the exit code."""
    records = [Record(f"s{n}", one, (Reason("x", "Why."),)) for n, one in enumerate(became)]

    def graded(*_: Any, **__: Any) -> Outcome:
        return Outcome(records, [], 1.0, Path("course"), notes, (), regradings, anew)

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


def test_whose_points_changed_is_said_in_no_more_lines_than_are_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    same, bob = Regrading("ann", 3, 3), Regrading("bob", 17.5, 20.5)
    told(monkeypatch, "graded")
    assert "Other points" not in capsys.readouterr().out, "a first grading changes nothing"
    told(monkeypatch, "graded", regradings=(same,))
    assert "\nOther points than before: 0 of the 1 graded anew.\n" in capsys.readouterr().out
    told(monkeypatch, "graded", regradings=(same, bob, Regrading("cy", 3, 1, ("ps/a", "ps/b"))))
    assert (
        "\nOther points than before: 2 of the 3 graded anew:\n  bob  17.5 → 20.5\n"
        "  cy   3 → 1 (cells that wait for a person again: ps/a, ps/b)\n"
    ) in capsys.readouterr().out
    told(monkeypatch, "graded", regradings=(Regrading("cy", 3, 3, tuple("abcde")),))
    assert "wait for a person again: a, b, c and 2 more)" in capsys.readouterr().out
    for count, last in ((20, "s19"), (21, "and 2 more")):
        told(monkeypatch, regradings=tuple(Regrading(f"s{n:02}", 0, 1) for n in range(count)))
        said = capsys.readouterr().out.partition("anew:\n")[2].partition("\n\n")[0]
        assert len(said.splitlines()) == 20
        assert said.splitlines()[-1].strip().startswith(last)


def test_whose_feedback_a_person_changed_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(monkeypatch, "graded")
    assert "Feedback made anew" not in capsys.readouterr().out
    told(monkeypatch, "graded", anew=("ann", "bob"))
    out = capsys.readouterr().out
    assert "\nFeedback made anew, for it showed other points or comments than the gradebook" in out
    assert " has: 2 (ann, bob).\n" in out


@pytest.mark.usefixtures("boxes")
def test_no_library_warns_an_instructor_of_old_notebooks(tmp_path: Path) -> None:
    """In a program of its own: tests make errors of warnings."""
    small.make(tmp_path, {"ann": without_names(small.submission())})
    written = tmp_path / "source" / small.NAME / f"{small.NAME}.ipynb"
    small.write(written, without_names(small.source()))
    quiet = {name: it for name, it in os.environ.items() if name != "PYTHONWARNINGS"}
    for command in (
        ["grade", small.NAME, "--check"],
        ["grade", small.NAME],
        ["report", small.NAME],
    ):
        asked = [sys.executable, "-m", "boxgrader", *command]
        done = subprocess.run(
            asked, cwd=tmp_path, env=quiet, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
    asked = [sys.executable, "-W", "default", "-m", "boxgrader", "grade", small.NAME, "--check"]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "MissingIDFieldWarning" in done.stderr, "whoever asks for them gets them"


def without_names(notebook: NotebookNode) -> str:
    """Return a notebook whose cells lack what its format asks for, as programs leave it."""
    content = {**notebook, "nbformat": 4, "nbformat_minor": 5}
    for cell in content["cells"]:
        cell.pop("id", None)
    return json.dumps(content)
