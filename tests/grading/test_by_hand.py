"""Points that a person gave: they stay, and are to be confirmed where the text is another."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import small_course as small
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from small_course import NAME

from boxgrader.engine.cells import name_of
from boxgrader.nbgrader_course.assignment import Outcome, grade_assignment
from boxgrader.nbgrader_course.bounds import Bounds
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.history import Given, Regrading, gradings, told
from boxgrader.nbgrader_course.lms import sums, table
from boxgrader.nbgrader_course.notices import AGAIN, UNREAD
from boxgrader.nbgrader_course.results import read_results
from boxgrader.nbgrader_course.rewritten import rewritten

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's, of SQLAlchemy


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Ann handed in two notebooks; memos were read in both, and a test was overruled."""
    folder = small.make(tmp_path, {"ann": small.submission(), "bob": small.submission()})
    second = small.write(folder / "source" / NAME / "second.ipynb", small.source())
    small.release(folder)
    for student in ("ann", "bob"):
        small.write(folder / "submitted" / student / NAME / second.name, small.submission())
    return folder


def grade(course: Path) -> Outcome:
    return grade_assignment(course, NAME, options={"workers": 1})


def read(course: Path, student: str, points: float) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for notebook in (NAME, "second"):
            for cell in ("memo", "share"):
                it = gradebook.find_grade(cell, notebook, NAME, student)
                it.manual_score, it.needs_manual_grade = points, False
        gradebook.db.commit()


def waiting(course: Path, student: str) -> set[str]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            f"{notebook.name}/{it.cell.name}"
            for notebook in gradebook.find_submission(NAME, student).notebooks
            for it in notebook.grades
            if it.needs_manual_grade
        }


@pytest.mark.usefixtures("boxes")
def test_points_are_confirmed_only_where_the_cell_or_its_result_is_another(course: Path) -> None:
    grade(course)
    read(course, "ann", 2.5)
    place = course / "submitted" / "ann" / NAME
    (place / "notes.txt").write_text("A note.")
    assert [record.student for record in grade(course).records] == ["ann"]
    assert waiting(course, "ann") == set(), "the notebooks are as they were"

    anew = small.submission()
    anew.cells[1].source += "  # looked at again"
    anew.cells[4].source = "My better memo."
    small.write(place / "second.ipynb", anew)
    grade(course)
    assert waiting(course, "ann") == {"second/memo"}
    (place / "notes.txt").write_text("Another note.")
    grade(course)
    assert waiting(course, "ann") == {"second/memo"}, "nobody has read it yet"

    read(course, "ann", 2.5)
    small.write(place / "second.ipynb", small.submission("def double(x):\n    return x\nshare = 0"))
    (regrading,) = grade(course).regradings
    assert waiting(course, "ann") == {"second/memo", "second/share"}
    asks = ("second/memo", "second/share")
    assert regrading == Regrading("ann", 2 * (2 + 2.5 + 2.5), 2 * (2 + 2.5 + 2.5) - 2, asks)


@pytest.mark.usefixtures("boxes")
def test_points_from_before_count_everywhere_and_the_page_says_that_they_are(course: Path) -> None:
    grade(course)
    read(course, "ann", 2.5)
    place = course / "submitted" / "ann" / NAME
    anew = small.submission("def double(x):\n    return x\nshare = 0")
    anew.cells[4].source = "My better memo."
    small.write(place / f"{NAME}.ipynb", anew)
    (regrading,) = grade(course).regradings
    url = f"sqlite:///{course}/gradebook.db"
    with Gradebook(url) as gradebook:
        counted = gradebook.find_submission(NAME, "ann").score
    assert regrading.after == counted == 5 + 7

    found = read_results(course_directory(course), NAME)
    assert sums(found, so_far=True).points["ann"] == counted
    assert math.isnan(sums(found).points["ann"]), "the final table waits"
    _, notes = table([found], "canvas", so_far=True)
    assert [note for note in notes if "look at again" in note and note.endswith(": 1 (ann)")]
    *_, last = gradings(url, NAME, "ann")
    assert f"14 points before, {counted:g} after; cells that wait for a person: 2" in told(last)[0]
    assert "    ps/memo: 2.5 before, 2.5 (waiting) after" in told(last)

    page = (course / "feedback" / "ann" / NAME / f"{NAME}.html").read_text("utf-8")
    assert page.count(AGAIN) == 2, "at the text, and at the test"
    assert "The test share has points that a person gave before, and waits" in page
    assert UNREAD not in page


@pytest.mark.usefixtures("boxes")
def test_a_mended_test_says_whose_points_it_changed_and_a_lowered_maximum_who_has_more(
    course: Path,
) -> None:
    small.hand_in(course, "bob", small.submission("def double(x):\n    return 4\nshare = 1"))
    first = grade(course)
    assert first.regradings == ()
    assert "by hand" not in " ".join(first.notes)
    read(course, "ann", 2.5)
    untouched = grade(course)
    assert (untouched.records, untouched.told_anew) == ([], ("ann",))
    assert grade(course).told_anew == ()
    for name in (NAME, "second"):
        path = course / "source" / NAME / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[2].source = notebook.cells[2].source.replace("assert double(21) == 42", "")
        notebook.cells[4].metadata.nbgrader["points"] = 5 if name == NAME else 2
        small.write(path, notebook)
    again = grade(course)
    assert [(it.student, it.before, it.after) for it in again.regradings if it.changed] == [
        ("bob", 4 + 4, 6 + 4)
    ]
    assert len(again.regradings) == 2
    assert [note for note in again.notes if "by hand" in note] == [
        "The points of memo in ps.ipynb were 3 and are 5. 1 learner has points by hand from "
        "before: look at these (ann).",
        "The points of memo in second.ipynb were 3 and are 2. 1 learner has points by hand from "
        "before: look at these (ann).",
        "1 learner has more than 2 points for memo by hand, which is the most there is: look at "
        "that in formgrader (ann).",
    ]


@pytest.mark.usefixtures("boxes")
def test_who_is_interrupted_after_the_text_was_replaced_asks_again(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from boxgrader.nbgrader_course.gradebook import Book

    grade(course)
    read(course, "ann", 2.5)
    anew = small.submission()
    anew.cells[4].source = "My better memo."
    small.hand_in(course, "ann", anew)
    with monkeypatch.context() as patched:
        patched.setattr(Book, "record", _stop)
        with pytest.raises(KeyboardInterrupt):
            grade(course)
    grade(course)
    assert f"{NAME}/memo" in waiting(course, "ann")


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _with_picture(notebook: NotebookNode) -> None:
    notebook.cells[4]["attachments"] = {"a.png": {"image/png": "aGVsbG8="}}


def _with_cell(notebook: NotebookNode) -> None:
    notebook.cells.append(new_code_cell("1 + 1", id="more"))


@pytest.mark.parametrize(
    ("change", "whose"),
    [
        (lambda it: None, set()),
        (_with_picture, {"ps/memo", "ps/task"}),
        (_with_cell, {"ps/task"}),
        (lambda it: it.cells.pop(4), {"ps/memo", "ps/task"}),
    ],
)
def test_a_text_is_compared_with_its_pictures_and_a_task_with_all_cells(
    tmp_path: Path, change: Callable[[NotebookNode], object], whose: set[str]
) -> None:
    before = small.submission()
    before.cells.append(
        small.marked(new_markdown_cell("Do it.", id="task"), "task", 2, task=True, locked=True)
    )
    small.write(tmp_path / f"{NAME}.ipynb", before)
    now = nbformat.from_dict(copy.deepcopy(before))
    change(now)
    given = [
        Given(
            f"{NAME}/{name_of(cell)}", None, 1.0, 0.0, waits=False, is_task=name_of(cell) == "task"
        )
        for cell in before.cells
        if name_of(cell) in ("memo", "share", "task")
    ]
    assert rewritten(tmp_path, {NAME: now}, given, Bounds()) == whose
    (tmp_path / f"{NAME}.ipynb").unlink()
    everything = {one.cell for one in given}
    assert rewritten(tmp_path, {NAME: now}, given, Bounds()) == everything, "nothing to compare"
