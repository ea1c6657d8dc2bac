"""A notebook as it was released, beside the one that a learner worked in: told, and no silent 0."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import small_course as small
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from small_course import NAME

from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.untouched import untouched

SAYS = (
    f"{NAME}.ipynb is as it was released: nothing is answered in it, and it was not graded. Beside "
    f"it lies {NAME}_final.ipynb. If that is your work, please hand it in as {NAME}.ipynb."
)


def released() -> NotebookNode:
    """Return a notebook as learners get it."""
    notebook = small.submission("# YOUR CODE HERE\nraise NotImplementedError()")
    notebook.cells[4].source = "YOUR ANSWER HERE"
    return notebook


def in_own_cell() -> NotebookNode:
    notebook = released()
    notebook.cells.insert(2, new_code_cell(small.submission().cells[1].source, id="own"))
    return notebook


@pytest.mark.parametrize(
    ("change", "nothing"),
    [
        (lambda it: None, True),
        (lambda it: it.cells.append(new_code_cell("  \n")), True),
        (lambda it: it.cells.append(new_markdown_cell("My answer.")), False),
        (lambda it: it.cells[1].update(source="share = 1"), False),
        (lambda it: it.cells[4].update(source="My memo."), False),
        (lambda it: it.cells[0].update(source="import math, sys"), False),
        (lambda it: it.cells.__delitem__(slice(1, None)), False),
    ],
)
def test_nothing_was_written_where_every_cell_is_as_it_was(change: object, nothing: bool) -> None:
    notebook = released()
    marked = {it.metadata.nbgrader.grade_id: it.source for it in notebook.cells if it.metadata}
    given = {cell.source for cell in notebook.cells}
    assert callable(change)
    change(notebook)
    assert untouched(notebook, marked, given) == nothing


@pytest.mark.usefixtures("boxes")
def test_whose_work_lies_beside_is_told_and_who_answered_is_graded(tmp_path: Path) -> None:
    small.release(small.make(tmp_path, {}))
    given = nbformat.read(tmp_path / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    for student, notebook in {"beside": given, "alone": given, "own": in_own_cell()}.items():
        place = small.hand_in(tmp_path, student, notebook)
        if student != "alone":
            small.write(place.with_name(f"{NAME}_final.ipynb"), small.submission())
    outcome = grade_assignment(tmp_path, NAME, options={"workers": 1})
    told = {record.student: record for record in outcome.records}
    assert told["beside"].status == "refused"
    assert [reason.text for reason in told["beside"].reasons] == [SAYS]
    assert {told[name].status for name in ("alone", "own")} == {"graded"}
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        assert gradebook.find_submission(NAME, "own").score == 2 + 2


@pytest.mark.usefixtures("boxes")
def test_the_other_notebook_of_two_is_graded_and_its_page_says_so(tmp_path: Path) -> None:
    folder = small.make(tmp_path, {})
    small.write(folder / "source" / NAME / "second.ipynb", small.source())
    small.release(folder)
    place = small.hand_in(folder, "ann", (folder / "release" / NAME / f"{NAME}.ipynb").read_text())
    for name in ("second", f"{NAME}_final"):
        small.write(place.with_name(f"{name}.ipynb"), small.submission())
    (record,) = grade_assignment(folder, NAME, options={"workers": 1}).records
    assert record.status == "graded"
    assert f"{SAYS} Its cells score 0." in [reason.text for reason in record.reasons]
    page = (folder / "feedback" / "ann" / NAME / "second.html").read_text("utf-8")
    assert SAYS in page
