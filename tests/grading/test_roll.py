"""Points of before a change, folders that are gone, and who is not graded yet: reports say so."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest
import small_course as small
from small_course import NAME
from synthetic import STEM, autograded, gradebook

from boxgrader.cli import main
from boxgrader.errors import GraderError
from boxgrader.nbgrader_course import assignment
from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.gradebook import one_gradebook, records
from boxgrader.nbgrader_course.report import report
from boxgrader.nbgrader_course.results import read_results

CHANGED = "2 of 3 submissions were to be graded again and are not yet (bob, cy)."


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ann was graded again since a test changed; Bob and Cy are not yet."""
    points = {"ann": [1, 2, 3], "bob": [0, 2, None], "cy": [0, 0, 0]}
    gradebook(tmp_path, points, status=dict.fromkeys(points, "graded"))
    for name in ("bob", "cy"):
        autograded(tmp_path, name, {"alpha": "What was said of the test of before."})
    with one_gradebook(f"sqlite:///{tmp_path}/gradebook.db", "course") as book:
        book.doubt(STEM, {"bob", "cy"})
        book.save()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(path: Path, *more: str) -> dict[str, list[str]]:
    assert main(["report", *more, "--csv", str(path)]) == 0
    return {row[3]: row[5:] for row in list(csv.reader(path.open(encoding="utf-8")))[1:]}


def questions(path: Path, *more: str) -> dict[str, list[str]]:
    assert main(["report", *more, "--csv", str(path), "--columns", "questions"]) == 0
    return {row[0]: row[3:] for row in csv.reader(path.open(encoding="utf-8"))}


def test_points_of_before_a_change_are_left_open_and_named(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course / "a.csv"
    assert table(path, STEM) == {"": ["6.0"], "ann": ["6.0"]}
    out, err = capsys.readouterr()
    assert f"{STEM}: {CHANGED} Run `boxgrader grade {STEM}`" in err
    assert "1 submission: 100" in out
    assert table(path, STEM, "--so-far")["bob"] == ["2.0"]
    assert CHANGED in capsys.readouterr().err
    assert questions(path, STEM)["bob"] == [""] * 4
    assert questions(path, STEM, "--so-far")["bob"] == ["0.0", "2.0", "", "2.0"]


def test_the_pages_leave_points_of_before_a_change_open(course: Path) -> None:
    page = report(read_results(course_directory(course), STEM))
    assert "2 submissions were to be graded again and are not yet" in page
    assert "1 submission: 100" in page
    assert "test of before" not in page
    assert "still has to give points" not in page, "nor is it said what waits of them"
    assert questions(course / "a.csv")["bob"][-2:] == ["", ""], "nor is the sum of all 0"
    cells = (course / "grades.html").read_text("utf-8").partition('scope="row">bob')[2]
    assert cells.partition("</tr>")[0].count('class="number">waiting</td>') == 2
    assert questions(course / "a.csv", "--so-far")["bob"][-1] == "2.0"


def test_a_table_of_points_of_before_a_change_alone_is_refused(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with one_gradebook(f"sqlite:///{course}/gradebook.db", "course") as book:
        book.doubt(STEM)
        book.save()
    assert main(["report", STEM, "--csv", "a.csv"]) == 1
    out, err = capsys.readouterr()
    assert "Nobody's work has been graded again yet." in out
    assert f"are not yet; grade {STEM} again, or take the points as they" in err


def test_whose_folder_is_gone_and_who_is_not_graded_yet_is_told(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", STEM]) == 0
    assert "any more" not in capsys.readouterr().err, "nothing of it is here: it lies elsewhere"
    for name in ("ann", "cy", "new"):
        (course / "submitted" / name / STEM).mkdir(parents=True)
    assert main(["report", STEM]) == 0
    err = capsys.readouterr().err
    assert f"{STEM}: graded before, and not in submitted/ any more: 1 (bob)." in err
    assert f"{STEM}: handed in, and not graded yet: 1 (new). Run `boxgrader grade {STEM}`." in err


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, boxes: None) -> Path:
    learners = {name: small.submission() for name in ("ann", "bob", "cy")}
    folder = small.make(tmp_path_factory.mktemp("course"), learners)
    notes = grade_assignment(folder, NAME, options={"workers": 1}).notes
    assert "New in" not in " ".join(notes), "at first everybody is"
    return folder


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "source" / NAME / f"{NAME}.ipynb"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def outdated(folder: Path) -> list[str]:
    kept = records(f"sqlite:///{folder}/gradebook.db", NAME).values()
    return sorted(record.student for record in kept if record.outdated)


def test_a_run_that_ends_too_soon_leaves_no_points_of_two_versions(
    graded: Path, tmp_path: Path
) -> None:
    folder = small.copy_of(graded, tmp_path)
    assert outdated(folder) == []
    change(folder, '"points": 2', '"points": 5')

    def stop(total: int, record: object) -> None:
        if record:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_assignment(folder, NAME, options={"workers": 1}, progress=stop)
    left = outdated(folder)
    assert len(left) == 2
    grade_assignment(folder, NAME, options={"workers": 1}, students=left[:1])
    assert outdated(folder) == left[1:]
    grade_assignment(folder, NAME, options={"workers": 1})
    assert outdated(folder) == []


@pytest.mark.parametrize("known", [True, False], ids=["known before", "only nbgrader knows them"])
def test_tests_that_the_solution_fails_leave_no_points_of_two_versions(
    graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    if not known:  # as where nbgrader writes a test from a template
        monkeypatch.setattr(assignment, "new_tests", lambda *_: {})
    folder = small.copy_of(graded, tmp_path)
    change(folder, "double(21) == 42", "double(21) == 43")
    with pytest.raises(GraderError, match="Nobody was graded"):
        grade_assignment(folder, NAME, options={"workers": 1})
    told = "the gradebook has the new test"
    assert outdated(folder) == ([] if known else ["ann", "bob", "cy"]), told


def test_a_history_says_why_and_counts_what_was_refused_for_the_same(
    graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small.copy_of(graded, tmp_path)
    change(folder, "double(21) == 42", "double(21) == 40 + 2")
    grade_assignment(folder, NAME, options={"workers": 1}, students=["ann"])
    for text in ("one", "two", "three"):
        small.hand_in(folder, "ann", text)
        grade_assignment(folder, NAME, options={"workers": 1}, students=["ann"])
    assert main(["report", NAME, "--course", str(folder), "--student", "ann"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == "    Graded again, for a change of: the tests, their points or the solution."
    assert " UTC  refused, 3 times: what was there stays, 4 points" in lines[4]
    assert lines[5] == "    Graded again, for a change of: what was handed in."
    assert lines[6].startswith("    ps.ipynb is not a notebook")
    assert len(lines) == 7


def test_why_there_is_no_history_is_told(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(course / "gradebook.db") as book:
        book.execute("INSERT INTO student (id) VALUES ('eve')")
        book.execute("DELETE FROM boxgrader_history")
    for path in (f"new/{STEM}/x", "late/other/x", f"lost/x/{STEM}.ipynb"):
        (course / "submitted" / path).parent.mkdir(parents=True)
        (course / "submitted" / path).touch()
    for student, told in {
        "ann": "ann has points for one that another program gave",
        "new": "one of new is not graded yet: run `boxgrader grade one`",
        "eve": "eve handed in nothing for one: there is no folder ",
        "late": "late handed in nothing for one: there is no folder ",
        "lost": f"lost/x/{STEM}.ipynb was not graded: it belongs in a folder one in ",
        "nobody": "knows nobody: look how the name is written there",
    }.items():
        assert main(["report", STEM, "--student", student]) == 1
        assert told in capsys.readouterr().err
    assert main(["report", "two", "--student", "ann"]) == 1
    assert "the gradebook knows no assignment two; it knows another, one" in capsys.readouterr().err
    (course / "gradebook.db").unlink()
    assert main(["report", STEM, "--student", "ann"]) == 1
    assert "there is no gradebook" in capsys.readouterr().err
    assert not (course / "gradebook.db").exists()


def test_whom_the_gradebook_did_not_know_is_told(graded: Path, tmp_path: Path) -> None:
    new = dict.fromkeys(("yan", "Ola"), small.submission())
    folder = small.copy_of(graded, tmp_path, new)
    told = "New in the gradebook: Ola, yan."
    assert told in grade_assignment(folder, NAME, options={"workers": 1}).notes
    notes = grade_assignment(folder, NAME, options={"workers": 1}).notes
    assert "New in" not in " ".join(notes)
