"""What the notebooks say about themselves, read without trust."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT, lessons
from course import stems

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import MOST_BYTES, Course, find_course, read_cells
from thousandfold.facilitation.predictions import predictions


@pytest.fixture(scope="module")
def course() -> Course:
    return find_course(ROOT)


def test_all_modules_are_found_from_any_folder_of_the_workshop(course: Course) -> None:
    assert [module.stem for module in course.modules] == lessons()
    assert find_course(ROOT / "notebooks") == course
    assert [m.stem for m in course.modules if m.exercise] == stems()
    assert course.module("6") == course.module("06") == course.module("06_communication")
    with pytest.raises(ExplainedError, match=r"there is no module '66'.*06_communication"):
        course.module("66")


def test_a_folder_without_the_workshop_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ExplainedError, match="no folder notebooks/ with lessons"):
        find_course(tmp_path)
    with pytest.raises(ExplainedError, match="is not a folder"):
        find_course(tmp_path / "missing")


def test_minutes_points_and_titles_are_those_of_the_notebooks(course: Course) -> None:
    module = course.module("6")
    assert module.question == "Why can't a hundred people talk like ten?"
    assert (module.lesson_minutes, module.exercise_minutes, module.minutes) == (40, 50, 90)
    change = next(section for section in module.sections if section.cell == "change")
    assert (change.title, change.kind, change.drop_if_late) == (
        "Change one thing",
        "exercise",
        True,
    )
    assert [task.points for task in module.tasks] == [2, 3, 2, 3, 5, 10]
    assert [task.memo for task in module.tasks] == [False] * 5 + [True]


def test_a_part_without_a_heading_goes_on_with_the_one_before(tmp_path: Path) -> None:
    plan = {"thousandfold": {"minutes": 2}}
    texts = ("# How many?", "## The line", "Look at its end.", "And at its middle.")
    cells = [{"cell_type": "markdown", "metadata": plan, "source": text} for text in texts]
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "06_communication.ipynb").write_text(json.dumps({"cells": cells}))
    titles = [section.title for section in find_course(tmp_path).module("6").sections]
    assert titles[1:] == ["The line", "The line, continued", "The line, continued"]


def test_the_title_promises_the_minutes_that_its_parts_take(course: Course) -> None:
    for module in course.modules:
        assert f"**Time.** {module.minutes} minutes" in read_cells(module.lesson)[0].source


@pytest.mark.parametrize("stem", lessons())
def test_a_late_room_has_something_to_drop(stem: str, course: Course) -> None:
    module = course.module(stem)
    assert not any(s.drop_if_late for s in module.sections if s.kind == "predict")
    if module.exercise and "first to drop" not in module.exempt:
        assert any(s.drop_if_late for s in module.sections), "mark a part of the lesson"
        assert any(task.drop_if_late for task in module.tasks), "mark a task of the exercise"


RULES = {"exercise", "guide", "first to drop", "outcomes"}


@pytest.mark.parametrize("stem", lessons())
def test_an_exemption_is_from_a_rule_has_a_reason_and_is_needed(stem: str, course: Course) -> None:
    module = course.module(stem)
    guesses = {guess.name for guess in predictions(read_cells(module.lesson))}
    assert module.exempt.keys() <= RULES | guesses, f"there are {', '.join(sorted(RULES))}"
    assert [rule for rule, why in module.exempt.items() if len(why.split()) < 5] == [], "say why"
    assert "exercise" not in module.exempt or module.exercise is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "damaged"),
        ("[" * 100_000, "damaged"),
        ("[]", "not a notebook"),
        ('{"cells": 3}', "not a notebook"),
        ('{"worksheets": [{"cells": []}]}', "not a notebook"),
        (b"\xff\xfe\x00", "damaged"),
    ],
)
def test_a_damaged_notebook_is_explained(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ExplainedError, match=said):
        read_cells(path)


def test_a_huge_notebook_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ExplainedError, match=r"has 30 MB.*Clear its outputs"):
        read_cells(path)


def test_cells_of_any_shape_are_read() -> None:
    assert read_cells_of([{"source": 3}, "text", None, {"metadata": [], "source": ["a", "b"]}]) == [
        ("", ""),
        ("", "ab"),
    ]


def read_cells_of(cells: object) -> list[tuple[str, str]]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.ipynb"
        path.write_text(json.dumps({"cells": cells}))
        found = read_cells(path)
    for cell in found:
        assert (cell.plan, cell.tags, cell.grade_id, cell.heading) == ({}, (), "", "")
    return [(cell.kind, cell.source) for cell in found]
