"""A notebook in a wrong folder is named, so that nobody gets 0 for it; another's own is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from boxgrader.nbgrader_course.misplaced import misplaced


@pytest.fixture
def course(tmp_path: Path) -> CourseDirectory:
    """Assignments whose notebooks have names of their own, and one notebook in common."""
    for name in ("ps1", "ps2", "ps10", "ps1 bonus"):
        lay(tmp_path, f"source/{name}/{name}.ipynb", f"source/{name}/homework.ipynb")
    return CourseDirectory(root=str(tmp_path), assignment_id="ps1")


def lay(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


def whose(course: CourseDirectory) -> list[str]:
    return [it.student for it in misplaced(course, ["ps1", "homework"])]


@pytest.mark.parametrize(
    "path",
    [
        "q/ps1.ipynb",
        "q/ps1 (1).ipynb",
        "q/PS 1/ps1.ipynb",
        "q/PS 1/homework.ipynb",
        "q/PS 1/my answers.ipynb",
        "q/ps1_final/ps1.ipynb",
        "q/ps1final/homework.ipynb",
        "q/ps2/ps1.ipynb",
        "q/ps2/ps1/ps1.ipynb",
        "q/ps2/ps1/homework.ipynb",
        "q/Downloads/new/homework.IPYNB",
        "ps1/q/ps1.ipynb",
        "ps1/q/homework.ipynb",
        "PS1/q/anything.ipynb",
    ],
)
def test_what_was_meant_for_an_assignment_is_found_wherever_it_lies(
    course: CourseDirectory, path: str
) -> None:
    lay(Path(course.root), f"submitted/{path}")
    (found,) = misplaced(course, ["ps1", "homework"])
    top = Path(course.root) / "submitted"
    assert found.student == "q"
    assert found.sentence == f"{path} was not graded: it belongs in a folder ps1 in {top / 'q'}."


@pytest.mark.parametrize(
    "path",
    [
        "q/ps2/homework.ipynb",
        "q/ps2/ps2.ipynb",
        "q/ps10/ps10.ipynb",
        "q/ps10/homework.ipynb",
        "q/ps10.ipynb",
        "q/PS 10/homework (1).ipynb",
        "q/ps1_bonus.ipynb",
        "q/ps1 bonus/homework.ipynb",
        "q/ps2/notes.ipynb",
        "q/ps2/ps1.csv",
        "q/ps2/.ipynb_checkpoints/ps1-checkpoint.ipynb",
        "q/Downloads/mine.ipynb",
        "ps2/q/homework.ipynb",
        "ps2/q/ps2.ipynb",
    ],
)
def test_what_is_another_assignments_is_not_called_misplaced(
    course: CourseDirectory, path: str
) -> None:
    lay(Path(course.root), f"submitted/{path}")
    assert whose(course) == []


def test_whose_work_was_found_is_not_looked_through(course: CourseDirectory) -> None:
    lay(Path(course.root), "submitted/q/ps1/ps1.ipynb", "submitted/q/ps2/ps1.ipynb")
    lay(Path(course.root), "submitted/ps1/q/ps1.ipynb")
    assert whose(course) == []


def test_several_are_named_in_one_sentence_and_others_are_not_meant(
    course: CourseDirectory,
) -> None:
    lay(
        Path(course.root),
        "submitted/a/x/ps1.ipynb",
        "submitted/a/ps1.ipynb",
        "submitted/b/ps1 2.ipynb",
    )
    first, second = misplaced(course, ["ps1", "homework"])
    assert first.sentence.startswith("a/ps1.ipynb, a/x/ps1.ipynb were not graded: they belong in")
    assert second.student == "b"
    course.student_id = "b"
    assert whose(course) == ["b"]


def test_what_cannot_be_looked_through_is_for_a_person_to_look_at(course: CourseDirectory) -> None:
    lay(Path(course.root), "submitted/q/ps2/ps2.ipynb")
    (Path(course.root) / "submitted" / "q" / "more").symlink_to("/")
    (found,) = misplaced(course, ["ps1", "homework"])
    assert found.student == "q"
    assert found.sentence.startswith("q: look whether ps1 is in it")
    assert "more is a link to another folder" in found.sentence
