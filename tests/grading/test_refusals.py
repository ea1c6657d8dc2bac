"""Who was refused has a page that says why, and what to do; and keeps what it must keep."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course as small
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from small_course import NAME

from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.notices import EARLIER, UNABLE

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's, of SQLAlchemy
]
HIDDEN = "double(21)"
NOT_GRADED = "What you handed in could not be graded, and has no points yet."


class TellsOfTests(NbGraderPreprocessor):  # type: ignore[misc]
    """A step that fails on what somebody wrote, with the whole notebook in its message."""

    def preprocess(self, nb: NotebookNode, resources: object) -> tuple[NotebookNode, object]:
        if "fails" in str(nb.cells[4].source):
            raise ValueError(str([cell.source for cell in nb.cells]))
        return nb, resources


def page(folder: Path, student: str) -> Path:
    return folder / "feedback" / student / NAME / f"{NAME}.html"


def test_who_was_refused_is_told_why_and_then_has_a_page_of_what_was_graded(
    tmp_path: Path,
) -> None:
    folder = small.make(tmp_path, {"ann": "{", "bob": small.submission()})
    named = "<img src=x onerror=alert(1)>.ipynb"
    small.write(folder / "submitted" / "cleo" / NAME / named, small.submission())
    (folder / "submitted" / "ann" / NAME / "submission_secret.txt").write_text("ours")
    outcome = grade_assignment(folder, NAME, options={"workers": 1})
    assert {it.student for it in outcome.records if it.status == "refused"} == {"ann", "cleo"}
    told = page(folder, "ann").read_text("utf-8")
    assert NOT_GRADED in told
    assert "breaks off in the middle" in told
    said = page(folder, "cleo").read_text("utf-8")
    assert "&lt;img src=x" in said
    assert "<img" not in said
    assert "Please hand the notebook in again under this name." in said
    assert [it.name for it in page(folder, "cleo").parent.iterdir()] == [f"{NAME}.html"]

    before = {it: page(folder, it).stat().st_mtime_ns for it in ("ann", "bob", "cleo")}
    again = grade_assignment(folder, NAME, options={"workers": 1})
    assert (again.records, again.told_anew) == ([], ()), "nothing has changed"
    assert {it: page(folder, it).stat().st_mtime_ns for it in before} == before
    small.hand_in(folder, "ann", small.submission())
    grade_assignment(folder, NAME, options={"workers": 1})
    assert NOT_GRADED not in page(folder, "ann").read_text("utf-8")
    small.hand_in(folder, "bob", "{")
    grade_assignment(folder, NAME, options={"workers": 1})
    earlier = page(folder, "bob").read_text("utf-8")
    assert EARLIER in earlier
    assert "My memo." in earlier
    small.hand_in(folder, "bob", small.submission())
    grade_assignment(folder, NAME, options={"workers": 1})
    assert EARLIER not in page(folder, "bob").read_text("utf-8")


@pytest.mark.parametrize("which", ["sanitize_preprocessors", "autograde_preprocessors"])
def test_what_a_step_says_that_fails_is_no_learners(which: str, tmp_path: Path) -> None:
    fails = small.submission()
    fails.cells[4].source = "It fails."
    folder = small.make(tmp_path, {"ann": fails, "bob": small.submission()})
    second = small.source()
    small.write(folder / "source" / NAME / "second.ipynb", second)
    for student in ("bob", "cy"):
        for name, notebook in {NAME: fails, "second": small.submission()}.items():
            small.write(folder / "submitted" / student / NAME / f"{name}.ipynb", notebook)
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(
            "from nbgrader.converters import Autograde\n"
            f"usual = Autograde.{which}.default_args[0]\n"
            f"c.Autograde.{which} = [*usual, '{__name__}.TellsOfTests']\n"
        )
    records = grade_assignment(folder, NAME, options={"workers": 1}).records
    assert HIDDEN in str([it.reasons for it in records]), "the instructor is told"
    pages = {path: path.read_text("utf-8") for path in (folder / "feedback").rglob("*.html")}
    assert pages
    assert not [path for path, text in pages.items() if HIDDEN in text]
    assert UNABLE in page(folder, "ann").read_text("utf-8")
