"""Late submissions: the course's own plugin takes points off; when it fails, nobody is blamed."""

from __future__ import annotations

import datetime
import math
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import small_course as small
from nbgrader.api import Gradebook
from nbgrader.plugins import BasePlugin
from small_course import NAME

from boxgrader.errors import GraderError, GradingError
from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.preprocessors import overdue

pytestmark = pytest.mark.usefixtures("boxes")


class OnePointAnHour(BasePlugin):  # type: ignore[misc]
    def late_submission_penalty(self, student: str, score: float, seconds: float) -> float:
        return seconds / 3600


class Raises(BasePlugin):  # type: ignore[misc]
    def late_submission_penalty(self, student: str, score: float, seconds: float) -> float:
        raise ZeroDivisionError("division by zero")


class SaysALot(BasePlugin):  # type: ignore[misc]
    def late_submission_penalty(self, student: str, score: float, seconds: float) -> object:
        return "a lot"


class SaysNaN(BasePlugin):  # type: ignore[misc]
    def late_submission_penalty(self, student: str, score: float, seconds: float) -> float:
        return math.nan


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course whose assignment was due an hour before Ann handed in, and after Bob."""
    course = small.release(small.make(tmp_path_factory.mktemp("late"), {}))
    for student, hour in {"ann": 13, "bob": 11}.items():
        handed_in = small.hand_in(course, student, small.submission())
        handed_in.with_name("timestamp.txt").write_text(f"2026-02-01 {hour}:00:00 UTC")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime.datetime(2026, 2, 1, 12))
    return course


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    return small.copy_of(released, tmp_path)


def choose(course: Path, plugin: str) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.AssignLatePenalties.plugin_class = {plugin!r}\n")


def test_a_step_that_is_named_in_words_is_the_same_step(course: Path) -> None:
    choose(course, f"{__name__}.Raises")
    steps = ["CheckCellMetadata", "Execute", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties"]
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"steps = {[f'nbgrader.preprocessors.{step}' for step in steps]}\n")
        config.write("c.BoxedAutograde.autograde_preprocessors = steps\n")
    with pytest.raises(GradingError, match="Raises, failed for ann"):
        grade_assignment(course, NAME, options={"workers": 1})


def penalties(course: Path) -> dict[str, float | None]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            submission.student.id: submission.notebooks[0].late_submission_penalty
            for submission in gradebook.assignment_submissions(NAME)
        }


def test_what_came_late_loses_what_the_plugin_says(course: Path) -> None:
    choose(course, f"{__name__}.OnePointAnHour")
    outcome = grade_assignment(course, NAME, options={"workers": 1})
    assert {record.status for record in outcome.records} == {"graded"}
    assert penalties(course) == {"ann": 1, "bob": None}


@pytest.mark.parametrize(
    ("plugin", "says"),
    [
        ("Raises", "Raises, failed for ann: ZeroDivisionError: division by zero. Mend it"),
        ("SaysALot", "SaysALot, failed for ann: it says 'a lot', which is no number of points"),
        ("SaysNaN", "failed for ann: it says nan, which is no number of points"),
        ("Missing", "The plugin for late submissions: .* could not be imported. Mend it"),
    ],
)
def test_a_plugin_that_fails_is_named_and_nobody_is_told_to_hand_in_again(
    course: Path, plugin: str, says: str
) -> None:
    choose(course, f"{__name__}.{plugin}")
    with pytest.raises(GradingError, match=says) as told:
        grade_assignment(course, NAME, options={"workers": 1})
    assert "fresh copy" not in str(told.value)
    assert "\n" not in str(told.value)
    assert not list(course.glob("feedback/ann/**/*.html"))
    choose(course, f"{__name__}.OnePointAnHour")
    outcome = grade_assignment(course, NAME, options={"workers": 1})
    assert {record.status for record in outcome.records} == {"graded"}
    assert penalties(course) == {"ann": 1, "bob": None}


def test_who_has_more_time_for_what_is_not_due_is_in_time(course: Path) -> None:
    choose(course, f"{__name__}.OnePointAnHour")
    assert len(grade_assignment(course, NAME, options={"workers": 1}).records) == 2
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_assignment(NAME).duedate = None
        gradebook.find_submission(NAME, "ann").extension = datetime.timedelta(days=1)
        gradebook.db.commit()
    again = grade_assignment(course, NAME, again=True, options={"workers": 1})
    assert [record.status for record in again.records] == ["graded", "graded"]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert not gradebook.find_submission_notebook(NAME, NAME, "ann").late_submission_penalty


def test_who_is_late_is_told_by_how_much_and_what_that_costs(course: Path) -> None:
    told = grade_assignment(course, NAME, options={"workers": 1})
    said = {it.student: [(one.kind, one.text) for one in it.reasons] for it in told.records}
    late = "It came 1 h 0 min after it was due (2026-02-01 12:00 UTC);"
    assert said == {
        "ann": [("overdue", f"{late} no points were taken off.")], "bob": []
    }  # fmt: skip
    choose(course, f"{__name__}.OnePointAnHour")
    again = grade_assignment(course, NAME, options={"workers": 1})
    assert [(it.student, it.reasons[0].text) for it in again.records] == [
        ("ann", f"{late} the penalty is 1.")
    ]
    page = (course / "feedback" / "ann" / NAME / f"{NAME}.html").read_text("utf-8")
    assert f"{late} the penalty is 1." in page
    assert "after it was due" not in (
        course / "feedback" / "bob" / NAME / f"{NAME}.html"
    ).read_text("utf-8")


@pytest.mark.parametrize(
    ("late", "extension", "says"),
    [
        ({"seconds": 1}, {}, "It came 1 min after it was due (2026-02-01 12:00 UTC)"),
        ({"hours": 23, "minutes": 59}, {}, "It came 23 h 59 min after it was due"),
        ({"hours": 24}, {}, "It came 1 day 0 h after it was due"),
        ({"hours": 142}, {}, "It came 5 days 22 h after it was due"),
        ({"days": 3}, {"days": 2}, "It came 1 day 0 h after it was due (2026-02-03 12:00 UTC)"),
    ],
)
def test_how_late_is_said_in_days_and_when_it_was_due_with_what_was_added(
    late: dict[str, int], extension: dict[str, int], says: str
) -> None:
    due = datetime.datetime(2026, 2, 1, 12)
    work = SimpleNamespace(
        timestamp=due + datetime.timedelta(**late),
        extension=datetime.timedelta(**extension),
        assignment=SimpleNamespace(duedate=due),
        notebooks=[],
    )
    assert overdue(work)[0].text.startswith(says)


PER_HOUR = """
from nbgrader.plugins import BasePlugin

class PerHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2 * total_seconds_late / 3600
"""


@pytest.mark.parametrize("named", ["by name", "by import"])
def test_a_plugin_may_stand_in_the_folder_of_the_course(
    course: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "hourly_penalty", raising=False)
    (course / "hourly_penalty.py").write_text(PER_HOUR)
    before = list(sys.path)
    if named == "by name":
        choose(course, "hourly_penalty.PerHour")
    else:
        with (course / "nbgrader_config.py").open("a") as config:
            config.write("from hourly_penalty import PerHour\n")
            config.write("c.AssignLatePenalties.plugin_class = PerHour\n")
    grade_assignment(course, NAME, options={"workers": 1})
    assert penalties(course) == {"ann": 2, "bob": None}
    assert sys.path == before


def test_a_plugin_that_cannot_be_imported_says_why(course: Path) -> None:
    (course / "broken_penalty.py").write_text("import no_such_thing")
    choose(course, "broken_penalty.PerHour")
    with pytest.raises(
        GraderError, match=r"broken_penalty in .*: .*No module named 'no_such_thing'"
    ):
        grade_assignment(course, NAME, options={"workers": 1})


class Zero(BasePlugin):
    """Whoever is late gets nothing."""

    def late_submission_penalty(self, student_id: str, score: float, seconds: float) -> float:
        return score


def read_memos(course: Path) -> None:
    """Give everybody three points by hand."""
    for student in ("ann", "bob"):
        with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
            memo = gradebook.find_grade("memo", NAME, NAME, student)
            memo.manual_score, memo.needs_manual_grade = 3, False
            gradebook.db.commit()


def test_where_being_late_costs_nothing_points_by_hand_grade_nobody_again(course: Path) -> None:
    grade_assignment(course, NAME, options={"workers": 1})
    read_memos(course)
    assert not grade_assignment(course, NAME, options={"workers": 1}).records


def test_what_being_late_costs_may_be_said_within_another_class(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.AssignLatePenalties.LateSubmissionPlugin.penalty_method = 'zero'\n")
    grade_assignment(course, NAME, options={"workers": 1})
    assert penalties(course) == {"ann": 4, "bob": None}
    read_memos(course)
    outcome = grade_assignment(course, NAME, options={"workers": 1})
    assert [record.student for record in outcome.records] == ["ann"]
    assert penalties(course) == {"ann": 7, "bob": None}


def test_a_share_is_taken_of_points_by_hand_too(course: Path) -> None:
    choose(course, f"{__name__}.Zero")
    grade_assignment(course, NAME, options={"workers": 1})
    read_memos(course)
    outcome = grade_assignment(course, NAME, options={"workers": 1})
    assert [record.student for record in outcome.records] == ["ann"]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        work = gradebook.find_submission(NAME, "ann")
        assert work.notebooks[0].late_submission_penalty == work.notebooks[0].score == 7
        assert not work.needs_manual_grade
    assert not grade_assignment(course, NAME, options={"workers": 1}).records


def test_why_nobody_is_late_is_told_where_somebody_was_meant_to_be(course: Path) -> None:
    for name in ("cleo", "dan"):
        small.hand_in(course, name, small.submission())
    (course / "submitted" / "dan" / NAME / "timestamp.txt").write_text("soon")
    notes = grade_assignment(course, NAME, options={"workers": 1}).notes
    (said,) = [note for note in notes if "due" in note]
    assert said.startswith(
        "ps is due 2026-02-01 12:00 UTC, and 1 handed in without a timestamp.txt: they count as "
        "in time (cleo)."
    ), "what cannot be read in Dan's is told of him"
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_assignment(NAME).duedate = None
        gradebook.db.commit()
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.LateSubmissionPlugin.penalty_method = 'none'\n")
    notes = grade_assignment(course, NAME, options={"workers": 1}).notes
    assert not [note for note in notes if "due" in note]
    choose(course, f"{__name__}.OnePointAnHour")
    notes = grade_assignment(course, NAME, options={"workers": 1}).notes
    (said,) = [note for note in notes if "due" in note]
    assert said.startswith(
        "Coming late costs points here (c.AssignLatePenalties.plugin_class), but ps has no due "
        "date, so nobody is late. `nbgrader db assignment add ps --duedate "
    )


def test_a_penalty_that_there_is_not_is_told_in_one_sentence(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.LateSubmissionPlugin.penalty_method = 'zeros'\n")
    with pytest.raises(GradingError, match=r"penalty_method.*'zeros'[^.]*\. Mend it") as told:
        grade_assignment(course, NAME, options={"workers": 1})
    assert ".." not in str(told.value)
