"""Pages reach whom they are for, and the folder of feedback holds nobody's secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import small_course as small
from nbgrader.apps import NbGraderAPI
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash
from small_course import NAME

from boxgrader.nbgrader_course import handing_back
from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.handing_back import SECRET

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's, of SQLAlchemy
]
TIME = "timestamp.txt"
NBGRADERS = ExchangeReleaseFeedback.copy_files
CLASS = {"ann": small.submission(), "bob": "{", "by mail": small.submission(), "cy": "{"}
THROUGH_NBGRADER = {"ann": "secret of ann", "bob": "secret of bob"}


@pytest.fixture(params=[True, False], ids=["installed", "nbgrader's own"])
def ours(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let pages be handed out by this package, or by nbgrader as it comes."""
    monkeypatch.setattr(ExchangeReleaseFeedback, "copy_files", NBGRADERS)
    if request.param:
        handing_back.install()
    return bool(request.param)


def graded(folder: Path, *, exchange: bool) -> Any:
    """Grade a class of which two handed in through nbgrader, and return its course."""
    small.make(folder, dict(CLASS))
    root = folder / "exchange"
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.Exchange.root = {str(root)!r}\n")
    root.mkdir()
    if exchange:
        (root / "small" / "inbound").mkdir(parents=True)
        for student, secret in THROUGH_NBGRADER.items():
            place = folder / "submitted" / student / NAME
            (place / SECRET).write_text(secret)
            (place / TIME).write_text("2026-02-01 13:00:00 UTC\n")
    grade_assignment(folder, NAME, options={"workers": 1})
    return course_directory(folder)


def test_feedback_holds_a_secret_only_where_nbgraders_own_reads_it_there(
    ours: bool, tmp_path: Path
) -> None:
    graded(tmp_path, exchange=True)
    feedback = tmp_path / "feedback"
    holds = {path.parents[1].name for path in feedback.rglob(SECRET)}
    assert holds == (set() if ours else {"ann", "bob", "cy"})
    for student in THROUGH_NBGRADER:
        assert (feedback / student / NAME / TIME).read_text().startswith("2026-02-01 13:00")
    texts = [path.read_bytes() for path in feedback.rglob("*") if path.is_file()]
    assert any(b"secret of " in text for text in texts) is not ours


def test_where_nobody_hands_in_through_nbgrader_nothing_is_made_up(
    ours: bool, tmp_path: Path
) -> None:
    graded(tmp_path, exchange=False)
    assert {path.name for path in (tmp_path / "feedback").rglob("*.*")} == {f"{NAME}.html"}, ours


def test_each_page_lies_where_its_learner_fetches_it_and_nobody_else_holds_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExchangeReleaseFeedback, "copy_files", NBGRADERS)
    handing_back.install()
    course = graded(tmp_path, exchange=True)
    said = NbGraderAPI(coursedir=course, config=course.config).release_feedback(NAME)
    assert said["success"], said
    assert "No feedback was released to by mail" in said["log"]
    assert "No feedback was released to cy" in said["log"]
    addresses = {
        f"{notebook_hash(secret=secret, notebook_id=NAME)}.html": student
        for student, secret in THROUGH_NBGRADER.items()
    }
    there = {path.name: path for path in (tmp_path / "exchange" / "small" / "feedback").iterdir()}
    assert there.keys() == addresses.keys()
    for name, student in addresses.items():
        page = tmp_path / "feedback" / student / NAME / f"{NAME}.html"
        assert there[name].read_bytes() == page.read_bytes()


@pytest.mark.parametrize("end", ["{assignment_id}", "c++/{student_id}"])
def test_names_are_text_and_no_patterns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """nbgrader's own finds no page of an assignment with brackets in its name."""
    monkeypatch.setattr(ExchangeReleaseFeedback, "copy_files", NBGRADERS)
    handing_back.install()
    structure = "{nbgrader_step}/{student_id}/" + end
    (tmp_path / "exchange").mkdir()
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'small'\n"
        f"c.CourseDirectory.directory_structure = {structure!r}\n"
        f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
    )
    course = course_directory(tmp_path)
    for student in ("ann", "b.c+d (e)"):
        for step, name in (("feedback", f"{NAME}.html"), ("autograded", SECRET)):
            small.write(Path(course.format_path(step, student, "ps (a)"), name), f"of {student}")
    said = NbGraderAPI(coursedir=course, config=course.config).release_feedback("ps (a)")
    assert said["success"], said
    folder = tmp_path / "exchange" / "small" / "feedback"
    assert {path.stem: path.read_text() for path in folder.iterdir()} == {
        notebook_hash(secret=f"of {student}", notebook_id=NAME): f"of {student}"
        for student in ("ann", "b.c+d (e)")
    }


def test_a_secret_that_is_a_link_is_none(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("of somebody else")
    (tmp_path / SECRET).symlink_to(tmp_path / "other")
    assert handing_back.read_beside(tmp_path / SECRET, inside=tmp_path) is None
