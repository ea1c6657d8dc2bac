"""`make class` from release to grades, through the whole of grading."""

from __future__ import annotations

from pathlib import Path

import pytest
import sample_class
from course import MARKER, samples, scratch

from boxgrader.nbgrader_course.gradebook import Record, records
from thousandfold.cli import main

STEM = "06_communication"
FULL = {
    "one_joins": 1,
    "ninety_join": 1,
    "factor_possible": 1,
    "factor_used": 1,
    "factor_each": 1,
    "true_paths": 1,
    "forgotten": 1,
    "ten_win": 3,
    "structure": 5,
}


@pytest.fixture(scope="module")
def course(boxes: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class") / "course"
    assert sample_class.main([STEM, "--course", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def recorded(course: Path) -> dict[str, Record]:
    return records(f"sqlite:///{course}/gradebook.db", STEM)


def test_each_named_answer_hands_in_and_some_that_cannot_be_graded(
    recorded: dict[str, Record],
) -> None:
    assert {sample.name for sample in samples(STEM)} < set(recorded)
    assert len(recorded) == 14


def test_each_gets_what_the_answer_is_worth(course: Path, recorded: dict[str, Record]) -> None:
    expected = {sample.name: sample.loses for sample in samples(STEM)}
    expected["right"] = {}
    expected["untouched"] = dict(FULL)
    grades = sample_class.points(course, STEM)
    assert set(grades) == set(expected)
    for student, loses in expected.items():
        worth = {task: points - loses.get(task, 0) for task, points in FULL.items()}
        got = {task: grades[student][task] for task in FULL}
        assert got == pytest.approx(worth), student
        assert recorded[student].status == "graded"


def test_what_cannot_be_graded_is_refused_with_a_sentence_and_the_rest_goes_on(
    recorded: dict[str, Record],
) -> None:
    for student, says in {
        "missing_file": "There is no 06_communication.ipynb",
        "not_a_notebook": "is not a notebook",
    }.items():
        (reason,) = recorded[student].reasons
        assert recorded[student].status == "refused"
        assert says in reason.text


def test_feedback_shows_the_kind_sentence(course: Path) -> None:
    page = course / "feedback" / "forgets_the_new_pairs" / STEM / f"{STEM}.html"
    text = page.read_text(encoding="utf-8")
    assert "The new people can also talk with each other" in " ".join(text.split())
    refused = course / "feedback" / "missing_file" / STEM / f"{STEM}.html"
    assert "There is no 06_communication.ipynb" in refused.read_text(encoding="utf-8")


def test_feedback_gives_no_hidden_test_away(course: Path) -> None:
    for page in (course / "feedback").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for secret in ("HIDDEN TESTS", "4.0408", "expected=", "naive"):
            assert secret not in text, f"{page.parent.parent.name} is told {secret}"


def test_it_can_be_run_again_and_deletes_nothing_else(course: Path, tmp_path: Path) -> None:
    assert (course / MARKER).is_file()
    scratch(course)
    assert not (course / "submitted").exists()
    (tmp_path / "thesis.txt").write_text("three years of work")
    assert sample_class.main([STEM, "--course", str(tmp_path)]) == 1
    assert (tmp_path / "thesis.txt").read_text() == "three years of work"


def test_where_nobody_can_be_graded_there_is_no_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sample_class, "thousandfold", lambda arguments: 1)
    assert sample_class.main([STEM, "--course", str(tmp_path / "course")]) == 1
    assert capsys.readouterr().out == ""


def test_without_submissions_it_says_where_they_belong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scratch(tmp_path / "course")
    assert main(["grade", STEM, "--course", str(tmp_path / "course")]) == 1
    assert f"submitted/NAME/{STEM}" in capsys.readouterr().err
