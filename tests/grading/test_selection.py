"""One learner who appeals, one notebook of several: graded alone, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course as small
from nbgrader.api import Gradebook
from small_course import NAME

from boxgrader.errors import GraderError
from boxgrader.nbgrader_course.assignment import Outcome, grade_assignment
from thousandfold.cli import main

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's, of SQLAlchemy
]

DECOMPOSED = "rene\N{COMBINING ACUTE ACCENT}"


def grade(course: Path, **more: object) -> Outcome:
    return grade_assignment(course, NAME, options={"workers": 1}, **more)  # type: ignore[arg-type]


def hand_in(course: Path, student: str, name: str, answer: str) -> None:
    path = course / "submitted" / student / NAME / f"{name}.ipynb"
    small.write(path, small.submission(answer))


def points(course: Path, student: str) -> dict[str, float | None]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            notebook.name: gradebook.find_grade("double", notebook.name, NAME, student).auto_score
            for notebook in gradebook.find_submission(NAME, student).notebooks
        }


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of three with two notebooks, graded while everybody was wrong."""
    course = small.make(tmp_path_factory.mktemp("course"), {})
    (course / "source" / NAME / f"{NAME}.ipynb").unlink()
    for name in ("part1", "part2"):
        small.write(course / "source" / NAME / f"{name}.ipynb", small.source())
        for student in ("ann", "bob", DECOMPOSED):
            hand_in(course, student, name, "share = 0")
    grade(course)
    return course


@pytest.fixture
def course(marked: Path, tmp_path: Path) -> Path:
    return small.copy_of(marked, tmp_path)


def test_who_appeals_is_graded_alone(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(course, students=["ann"]).records == []
    again = grade(course, students=["ann", "ren\N{LATIN SMALL LETTER E WITH ACUTE}"], again=True)
    assert [record.student for record in again.records] == ["ann", DECOMPOSED]
    assert len(grade(course).unchanged) == 3
    right = "def double(x):\n    return 2 * x\nshare = 1"
    for student in ("ann", "bob"):
        hand_in(course, student, "part1", right)
    where = ["--course", str(course)]
    assert main(["grade", NAME, *where, "--workers", "1", "--student", "ann"]) == 0
    assert points(course, "ann") == {"part1": 2, "part2": 0}
    assert points(course, "bob") == {"part1": 0, "part2": 0}
    capsys.readouterr()

    assert main(["report", NAME, *where, "--student", "ann"]) == 0
    title, first, second, asked, third, *changed = capsys.readouterr().out.splitlines()
    assert title == "ps of ann"
    assert first.endswith("UTC  graded: 0 points; cells that wait for a person: 2")
    assert "UTC  graded: 0 points before, 0 after" in second
    assert "UTC  graded: 0 points before, 6 after" in third
    assert asked == "    Graded again, because --again asked for it."
    assert changed == [
        "    part1/double: 0 before, 2 after", "    part1/share: 0 before, 4 after",
        "    Graded again, for a change of: what was handed in.",
    ]  # fmt: skip
    assert main(["report", NAME, *where, "--student", "nobody"]) == 1
    assert "knows nobody: look how the name is written there" in capsys.readouterr().err


def test_a_notebook_is_graded_alone_and_the_other_has_its_turn(course: Path) -> None:
    for name in ("part1", "part2"):
        hand_in(course, "ann", name, "def double(x):\n    return 2 * x\nshare = 0")
    assert [it.student for it in grade(course, notebook="part1").records] == ["ann"]
    assert points(course, "ann") == {"part1": 2, "part2": 0}
    assert [record.student for record in grade(course).records] == ["ann"]
    assert points(course, "ann") == {"part1": 2, "part2": 2}
    again = grade(course, notebook="part1", students=["ann"], again=True)
    assert len(again.records) == 1
    assert len(grade(course).unchanged) == 3, "both are graded as they are"


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"students": ["bop"]}, "bop handed in nothing for ps; name the folder .* such as bob"),
        ({"students": ["ann", "*"]}, r"\* handed in nothing for ps"),
        ({"notebook": "part3"}, "ps has no notebook part3; it has part1, part2"),
        ({"notebook": "part*"}, r"ps has no notebook part\*; it has part1, part2"),
    ],
)
def test_what_is_not_there_is_said(course: Path, chosen: dict[str, object], says: str) -> None:
    with pytest.raises(GraderError, match=says):
        grade(course, **chosen)
