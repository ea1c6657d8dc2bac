"""`grade --check`: what grading will do, said before anybody has handed in."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course as small
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from boxgrader.cli import main
from boxgrader.nbgrader_course import rehearsal

pytestmark = pytest.mark.usefixtures("boxes")

CELLS = [
    ("def f(x):\n    return x + 1\nopen('results.csv', 'w').write(str(f(1)));", "solution"),
    ("assert f(1) == 2", "test:function"),
    ("assert open('results.csv').read() == '2'", "test:file"),
    ("assert 'def f' in In[1]", "test:history"),
]


def course(folder: Path, notebook: NotebookNode, **beside: str) -> Path:
    small.make(folder, {})
    place = folder / "source" / small.NAME
    small.write(place / f"{small.NAME}.ipynb", notebook)
    for name, text in beside.items():
        (place / f"{name}.csv").write_text(text)
    return folder


def check(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = main(["grade", small.NAME, "--course", str(folder), "--check", *more])
    out, err = capsys.readouterr()
    return code, out + err


def test_it_says_where_each_test_runs_and_why_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "lacking", lambda course: ["It lacks a line."])
    notebook = small.instructors(CELLS)
    notebook.cells.append(
        small.marked(new_markdown_cell("Write."), "memo", 3, grade=True, solution=True)
    )
    folder = course(tmp_path, notebook, results="2", data="1")
    before = sorted(tmp_path.rglob("*"))
    code, said = check(folder, capsys)
    assert code == 0
    assert "ps.ipynb: 3 tests, 3 points, and 1 text for a person to read" in said
    assert "judged where no learner's code runs: function\n" in said
    assert (
        "beside the learner's code, watched for tampering: file (judged apart, it gives File"
        in said
    )
    assert "history (it looks at In, which is the learner's)" in said
    assert "Learners are given 1 file from beside your notebooks (0.0 MB): data.csv." in said
    assert "not given to learners: results.csv." in said
    assert "Your own solution gets all the points." in said
    assert "About this course:\n  It lacks a line." in said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_solution_that_loses_points_stops_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = course(tmp_path, small.instructors([*CELLS[:1], ("assert f(1) == 3", "test:wrong")]))
    code, said = check(folder, capsys)
    assert code == 1
    assert "fails the test wrong of ps.ipynb (AssertionError, in line 1: assert " in said


def test_a_cell_near_the_limit_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slow = ("import time\nend = time.monotonic() + 0.7\nwhile time.monotonic() < end: pass", "")
    folder = course(tmp_path, small.instructors([slow, *CELLS[:2]]))
    code, said = check(folder, capsys, "--timeout", "1")
    assert code == 0
    assert "near the limit: raise it with --timeout" in said


def test_without_an_instructors_notebook_it_says_where_that_belongs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small.make(tmp_path, {"ann": small.submission()})
    (folder / "source" / small.NAME / f"{small.NAME}.ipynb").unlink()
    code, said = check(folder, capsys)
    assert code == 1
    assert "no instructor's notebook of ps to look at: it belongs in" in said


def test_a_test_that_gives_something_else_each_time_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = small.instructors(
        [("import random\nx = 1", "solution"), ("random.SystemRandom().random()", "test:luck")]
    )
    code, said = check(course(tmp_path, notebook), capsys)
    assert code == 1
    assert "does not give the same each time it is run: see luck." in said


def graded(folder: Path) -> Path:
    """Make a course of one test, in which Ann has full marks."""
    course(folder, small.instructors([*CELLS[:1], ("assert f(1) == 2", "test:function")]))
    small.hand_in(folder, "ann", small.instructors(CELLS[:1]))
    assert main(["grade", small.NAME, "--course", str(folder)]) == 0
    return folder


def test_what_was_changed_since_the_first_grading_is_told_and_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = graded(tmp_path)
    place = folder / "source" / small.NAME / f"{small.NAME}.ipynb"
    small.write(place, small.instructors([*CELLS[:1], ("assert f(1) == 3", "test:function")]))
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    code, said = check(folder, capsys)
    assert code == 1
    assert "Changed in ps.ipynb since it was put into the gradebook: function." in said
    assert "fails the test function of ps.ipynb (AssertionError, in line 1: assert " in said
    small.write(place, small.instructors([*CELLS[:2], ("assert True", "test:new")]))
    code, said = check(folder, capsys)
    assert code == 1
    assert "new in ps.ipynb is new, and what learners handed in does not hold it" in said
    del before[place], before[place.parent]
    assert before.items() <= {path: path.stat().st_mtime_ns for path in folder.rglob("*")}.items()


def test_where_nobody_is_graded_everybodys_points_stay_as_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where the page of a report is written
    folder = graded(tmp_path)
    csv = folder / "points.csv"
    report = ["report", small.NAME, "--course", str(folder), "--csv", str(csv)]
    assert main(report) == 0
    before = csv.read_text()
    wrong = small.instructors([*CELLS[:1], ("assert f(1) == 3", "test:function")])
    wrong.cells[-1].metadata.nbgrader.points = 10
    small.write(folder / "source" / small.NAME / f"{small.NAME}.ipynb", wrong)
    assert main(["grade", small.NAME, "--course", str(folder)]) == 1
    assert "Nobody was graded: your own solution" in capsys.readouterr().err
    assert main(report) == 0
    assert csv.read_text() == before
    assert main(["grade", small.NAME, "--course", str(folder), "--anyway"]) == 0
    assert main(report) == 0
    assert csv.read_text() != before
