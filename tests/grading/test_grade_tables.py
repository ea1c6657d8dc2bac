"""Tables of points: question by question, of all assignments, and with who handed in nothing."""

from __future__ import annotations

import csv
import io
import math
import sqlite3
from pathlib import Path

import pytest
from synthetic import STEM, autograded, gradebook

from boxgrader.nbgrader_course import lms
from boxgrader.nbgrader_course.gradetable import grade_table
from boxgrader.nbgrader_course.results import Learner, Results, Task
from thousandfold.cli import main

NAN = math.nan
FIRST = Results(
    "hw1",
    [Learner("ann", "Ann", "Lee", penalty=1.0), Learner("bob"), Learner("<b>", penalty=9.0)],
    [Task("a", "t1", 2.0), Task("b", "memo", 3.0, by_hand=True)],
    [[2.0, 3.0], [1.0, NAN], [0.0, 2.0]],
    {},
)
SECOND = Results(
    "hw2", [Learner("bob"), Learner("cleo")], [Task("hw2", "t1", 4.0)], [[4.0], [0.5]], {}
)


def rows(found: list[Results], columns: str, **options: bool) -> list[list[str]]:
    return list(csv.reader(io.StringIO(lms.table(found, columns, **options)[0])))


def test_each_question_has_a_column_and_so_have_the_sums() -> None:
    assert rows([FIRST], "questions") == [
        ["Learner", "Last name", "First name", "a/t1", "b/memo", "hw1, handed in late", "hw1"],
        ["Points possible", "", "", "2.0", "3.0", "0.0", "5.0"],
        ["<b>", "", "", "0.0", "2.0", "-9.0", "0.0"],
        ["ann", "Lee", "Ann", "2.0", "3.0", "-1.0", "4.0"],
        ["bob", "", "", "1.0", "", "0.0", ""],
    ]
    told = rows([FIRST], "questions", so_far=True)[-1][3:]
    assert told == ["1.0", "", "0.0", "1.0"], "nobody gave 0 for the memo; the sum is so far"


def test_all_assignments_stand_side_by_side() -> None:
    assert [row[3:] for row in rows([FIRST, SECOND], "canvas")] == [
        ["SIS Login ID", "Section", "hw1", "hw2"],
        ["", "", "5.0", "4.0"],
        ["<b>", "", "0.0", ""],
        ["ann", "", "4.0", ""],
        ["bob", "", "", "4.0"],
        ["cleo", "", "", "0.5"],
    ]
    head, most, *_, bob, cleo = rows([FIRST, SECOND], "questions", so_far=True)
    assert head[3:] == [
        "hw1/a/t1", "hw1/b/memo", "hw1, handed in late", "hw1", "hw2/t1", "hw2", "Total",
    ]  # fmt: skip
    assert most[-1] == "9.0"
    assert bob[-1] == "5.0"
    assert cleo[3:] == ["", "", "", "", "0.5", "0.5", "0.5"]
    text, notes = lms.table([FIRST, SECOND], "moodle")
    assert notes == ["submissions left out, because a person still has to grade: 1 (bob of hw1)"]
    assert len(text.splitlines()) == 1 + 4


def test_the_page_shows_what_is_not_known_as_that() -> None:
    page = grade_table("Autumn", [FIRST, SECOND], [Learner("dan")])
    assert "<td>&lt;b&gt;</td>" in page
    assert "<b>" not in page
    cells = page[page.index('scope="row">bob') :].split("</tr>")[0]
    assert [one.split("</td>")[0] for one in cells.split('class="number">')[1:]] == [
        "waiting", "4", "waiting",
    ]  # fmt: skip
    cells = page[page.index('scope="row">cleo') :].split("</tr>")[0]
    assert 'class="number">–</td>' in cells
    cells = page[page.index('scope="row">dan') :].split("</tr>")[0]
    assert cells.count('class="number">–</td>') == 3, "who has nothing yet is in the course, too"
    assert page.index("cleo") < page.index("Lee, Ann"), "by the name that is shown"
    assert "http" not in page.replace("http-equiv", "")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two handed in; one was refused, one is not graded yet, and one handed in nothing."""
    gradebook(tmp_path, {"ann": [1, 2, 3], "bob": [0, 2, None]}, status={"rex": "refused"})
    with sqlite3.connect(tmp_path / "gradebook.db") as book:
        for name in ("rex", "new", "zoe"):
            book.execute("INSERT INTO student (id) VALUES (?)", [name])
    (tmp_path / "submitted" / "new" / STEM).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(path: Path) -> dict[str, str]:
    """Return the last column by learner."""
    return {row[0]: row[-1] for row in list(csv.reader(path.open(encoding="utf-8")))[2:]}


def test_only_who_handed_in_nothing_gets_0(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = ["report", STEM, "--csv", "a.csv", "--columns", "questions"]
    assert main(table) == 0
    assert written(course / "a.csv") == {"ann": "6.0", "bob": ""}
    assert main([*table, "--absent-as-zero"]) == 0
    assert written(course / "a.csv") == {"ann": "6.0", "bob": "", "zoe": "0.0"}
    assert (
        f"{STEM}: learners who handed in nothing, and get 0: 1 (zoe)\n" in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "path",
    [f"zoe/{STEM} (1).ipynb", f"zoe/another/{STEM}/{STEM}.ipynb", f"{STEM}/zoe/{STEM}.ipynb"],
)
def test_a_notebook_that_is_misplaced_is_no_0(
    course: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    (course / "submitted" / path).parent.mkdir(parents=True)
    (course / "submitted" / path).write_text("{}")
    assert main(["report", STEM, "--csv", "a.csv", "--so-far", "--absent-as-zero"]) == 0
    assert written(course / "a.csv") == {"ann": "6.0", "bob": "2.0"}
    err = capsys.readouterr().err
    assert "get 0: 0\n" in err
    assert f"no 0 where a notebook is misplaced. {path} was not graded" in err


def test_nobody_gets_0_for_what_nobody_has_handed_in(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--absent-as-zero", "--csv", "a.csv", "--so-far"]) == 0
    head, *_, zoe = csv.reader((course / "a.csv").open(encoding="utf-8"))
    got = dict(zip(head, zoe, strict=True))
    assert (got["Student"], got["another"], got[STEM]) == ("zoe", "", "0.0")
    err = capsys.readouterr().err
    assert "another: nobody's work has been graded, so nobody gets 0 for it\n" in err
    assert f"{STEM}: learners who handed in nothing, and get 0: 1 (zoe)\n" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("report one --columns moodle", "--columns only changes the table: add --csv"),
        ("report --columns canvas", "--columns only changes the table: add --csv"),
        ("report one --so-far --absent-as-zero", "--so-far and --absent-as-zero only changes"),
        ("report one --student ann --csv z.csv", "leave out --csv, or --student"),
        ("report one --student ann --so-far --output z.html", "leave out --output and --so-far"),
        ("report one --csv nowhere/c.csv", "there is no folder nowhere; make it"),
        ("report one --output nowhere/c.html", "there is no folder nowhere; make it"),
        ("grade one --check --student ann --again", "go with --again and --student; leave"),
    ],
)
def test_what_would_be_ignored_or_made_is_refused(
    course: Path, capsys: pytest.CaptureFixture[str], arguments: str, told: str
) -> None:
    before = sorted(course.rglob("*"))
    assert main(arguments.split()) == 1
    assert told in capsys.readouterr().err
    assert sorted(course.rglob("*")) == before


def test_what_the_page_of_all_shows_needs_no_table(course: Path) -> None:
    assert main(["report", "--so-far", "--absent-as-zero"]) == 0
    assert "zoe" in (course / "grades.html").read_text(encoding="utf-8")


def test_a_slash_after_the_assignment_is_the_shells(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", f"{STEM}/"]) == 0
    assert (course / f"report-{STEM}.html").is_file()
    (course / "source" / "two").mkdir(parents=True)
    assert main(["grade", "three/"]) == 1
    assert "there is no assignment three; there are two" in capsys.readouterr().err


def test_a_report_of_no_assignment_is_of_all(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    autograded(course, "ann", {"gamma": [], "alpha": [], "beta": []})
    before = (course / "gradebook.db").read_bytes()
    assert main(["report", "--csv", "a.csv", "--columns", "questions"]) == 0
    assert "Assignments: 2\nThe table of everybody's points, with names: grades.html" in (
        capsys.readouterr().out
    )
    assert "new" in (course / "grades.html").read_text(encoding="utf-8")
    head, _, *people = csv.reader((course / "a.csv").open(encoding="utf-8"))
    assert [row[0] for row in people] == ["ann", "bob", "new", "rex", "zoe"]
    assert set(people[-1][1:]) == {""}
    assert head[3:] == [
        "another", "one/gamma", "one/alpha", "one/beta", "one", "Total",
    ]  # fmt: skip
    assert "ann" in (course / "grades.html").read_text(encoding="utf-8")
    assert (course / "gradebook.db").read_bytes() == before


def test_a_history_is_of_one_assignment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--student", "ann"]) == 1
    assert "name the assignment, too" in capsys.readouterr().err
