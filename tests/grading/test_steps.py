"""Steps that a course adds or chooses: they do what nbgrader does, or the instructor is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
import small_course as small
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from small_course import NAME

from boxgrader.errors import GradingError
from boxgrader.nbgrader_course.assignment import Outcome, grade_assignment

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's, of SQLAlchemy and of kernels
]
FAILS_ON = "# this"


class FailsOnSome(NbGraderPreprocessor):  # type: ignore[misc]
    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if any(FAILS_ON in cell.source for cell in nb.cells):
            raise KeyError("no such cell\x1b[2J")
        return nb, resources


class AddsACell(NbGraderPreprocessor):  # type: ignore[misc]
    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        nb.cells.append(nbformat.v4.new_code_cell("print('added')"))
        return nb, resources


class CannotBeMade(NbGraderPreprocessor):  # type: ignore[misc]
    def __init__(self, **given: Any) -> None:
        raise FileNotFoundError(2, "No such file", "names.csv")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.release(small.make(tmp_path_factory.mktemp("steps"), {}))


def grade(released: Path, folder: Path, config: str, **students: NotebookNode) -> Outcome:
    small.copy_of(released, folder, {**students})
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(config)
    return grade_assignment(folder, NAME, options={"workers": 1})


def adds(step: str, to: str) -> str:
    return (
        "from nbgrader.converters import Autograde\n"
        f"usual = Autograde.{to}.default_args[0]\n"
        f"c.Autograde.{to} = [*usual, {step!r}]\n"
    )


def points(folder: Path, student: str) -> dict[str, float | None]:
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        (notebook,) = gradebook.find_submission(NAME, student).notebooks
        return {grade.cell.name: grade.auto_score for grade in notebook.grades}


@pytest.mark.parametrize("which", ["sanitize_preprocessors", "autograde_preprocessors"])
def test_a_step_that_fails_is_the_instructors_to_mend_and_stops_no_other(
    which: str, released: Path, tmp_path: Path
) -> None:
    step = f"{__name__}.FailsOnSome"
    odd = small.submission(f"{FAILS_ON}\ndef double(x):\n    return 2 * x\nshare = 0.5")
    class_ = {"ann": odd, "bob": small.submission()}
    outcome = grade(released, tmp_path, adds(step, which), **class_)
    told = {record.student: record for record in outcome.records}
    assert told["bob"].status == "graded"
    assert told["ann"].status == "refused"
    (reason,) = told["ann"].reasons
    assert f"The course's own step {step} failed on it: KeyError: 'no such cell" in reason.text
    assert "instructor's to mend" in reason.text
    assert "fresh copy" not in reason.text
    assert reason.text.isprintable()
    with (tmp_path / "nbgrader_config.py").open("a") as config:  # mended
        config.write(f"c.Autograde.{which} = usual\n")
    again = grade_assignment(tmp_path, NAME, options={"workers": 1})
    found = [(record.student, record.status) for record in again.records]
    assert found == [("ann", "graded"), ("bob", "graded")]  # a step is what grades depend on


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("nowhere.Step", "ModuleNotFoundError: No module named 'nowhere'"),
        (f"{__name__}.Missing", "Missing"),
        (f"{__name__}.CannotBeMade", "No such file"),
    ],
)
def test_a_step_that_is_not_there_is_named_once(
    step: str, why: str, released: Path, tmp_path: Path
) -> None:
    with pytest.raises(GradingError, match=f"The step .*{step}.* cannot be used: .*{why}") as told:
        grade(released, tmp_path, adds(step, "sanitize_preprocessors"), ann=small.submission())
    assert "\n" not in str(told.value)


def test_a_step_may_add_cells(released: Path, tmp_path: Path) -> None:
    config = adds(f"{__name__}.AddsACell", "sanitize_preprocessors")
    outcome = grade(released, tmp_path, config, ann=small.submission())
    assert outcome.records[0].status == "graded"
    graded = nbformat.read(tmp_path / "autograded" / "ann" / NAME / f"{NAME}.ipynb", 4)
    assert graded.cells[-1].outputs[0].text == "added\n"


def test_deleted_tests_are_put_back_where_a_course_wants_that(
    released: Path, tmp_path: Path
) -> None:
    old = small.without("share")
    old.nbformat_minor = 4
    for cell in old.cells:
        cell.pop("id", None)
    bare = small.submission()
    bare.cells = [bare.cells[1]]
    bare.cells[0].metadata.pop("nbgrader")
    outcome = grade(
        released,
        tmp_path,
        "c.OverwriteCells.add_missing_cells = True\n",
        ann=small.without("share"),
        bob=small.without("answer"),
        cem=old,
        dan=bare,
    )
    assert [record.status for record in outcome.records] == ["graded"] * 4
    full = {"double": 2.0, "share": 2.0, "memo": None}
    assert points(tmp_path, "ann") == points(tmp_path, "cem") == full
    assert points(tmp_path, "bob") == {"double": 0, "share": 0, "memo": None}
    assert points(tmp_path, "dan") == full
    graded = nbformat.read(tmp_path / "autograded" / "ann" / NAME / f"{NAME}.ipynb", 4)
    assert "was missing from the submission" in graded.cells[3].source
