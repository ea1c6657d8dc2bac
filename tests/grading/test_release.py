"""What an instructor changes once learners have handed in is taken, or it is said why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import small_course as small
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from small_course import NAME, marked

from boxgrader.errors import GraderError
from boxgrader.nbgrader_course import release as subject
from boxgrader.nbgrader_course.course import course_directory

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's, of SQLAlchemy

Change = Callable[[NotebookNode], object]


def source() -> NotebookNode:
    notebook = small.source()
    notebook.cells += [
        marked(new_code_cell("LIMIT = 3"), "limit", locked=True),
        marked(new_markdown_cell("Draw it."), "picture", 2, task=True, locked=True),
    ]
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"c{number}"
    return notebook


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(
        one
        for one in notebook.cells
        if one.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which Ann has handed in, and got points by hand."""
    folder = small.make(tmp_path_factory.mktemp("course"), {})
    small.write(folder / "source" / NAME / f"{NAME}.ipynb", source())
    small.release(folder)
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        gradebook.add_student("ann")
        gradebook.add_submission(NAME, "ann")
        gradebook.find_grade("memo", NAME, NAME, "ann").manual_score = 3
        gradebook.find_comment("memo", NAME, NAME, "ann").manual_comment = "Well argued."
        gradebook.db.commit()
    return folder


@pytest.fixture
def course(handed_in: Path, tmp_path: Path) -> Path:
    return small.copy_of(handed_in, tmp_path)


def release(folder: Path) -> list[str]:
    course = course_directory(folder)
    return subject.release(course, course.config, NAME)


def changed(folder: Path, change: Change) -> Path:
    notebook = source()
    change(notebook)
    return small.write(folder / "source" / NAME / f"{NAME}.ipynb", notebook)


def known(folder: Path) -> dict[str, str]:
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        assert gradebook.find_grade("memo", NAME, NAME, "ann").manual_score == 3
        assert gradebook.find_comment("memo", NAME, NAME, "ann").comment == "Well argued."
        notebook = gradebook.find_notebook(NAME, NAME)
        return {one.name: one.source for one in notebook.source_cells} | {
            f"points of {one.name}": str(one.max_score)
            for one in [*notebook.grade_cells, *notebook.task_cells]
        } | {"kernel": json.loads(notebook.kernelspec)["name"]}  # fmt: skip


def drop(grade_id: str) -> Change:
    return lambda notebook: notebook.cells.remove(cell(notebook, grade_id))


def add(made: NotebookNode) -> Change:
    made["id"] = "new"
    return lambda notebook: notebook.cells.append(made)


def set_points(grade_id: str, points: float) -> Change:
    return lambda notebook: cell(notebook, grade_id).metadata.nbgrader.update(points=points)


def set_source(grade_id: str, text: str) -> Change:
    return lambda notebook: cell(notebook, grade_id).update(source=text)


def looks(notebook: NotebookNode) -> None:
    """It was run and saved again, and a text without a mark mended."""
    notebook.cells[0].update(execution_count=7, source="import math\nprint('now')")
    notebook.cells.insert(0, new_markdown_cell("# Welcome", id="welcome"))


@pytest.mark.parametrize("change", [lambda notebook: None, looks])
def test_what_the_gradebook_has_is_not_released_again(
    course: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "_generate", None)
    changed(course, change)
    assert release(course) == []


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        (set_source("limit", "LIMIT = 2"), "limit", "LIMIT = 2"),
        (set_source("double", "assert double(1) == 2"), "double", "assert double(1) == 2"),
        (set_source("memo", "Write there."), "memo", "YOUR ANSWER HERE"),
        (set_source("picture", "Paint it."), "picture", "Paint it."),
        (set_points("share", 7), "points of share", "7.0"),
        (set_points("picture", 0), "points of picture", "0.0"),
        (
            lambda notebook: notebook.metadata.kernelspec.update(name="ir", language="R"),
            "kernel",
            "ir",
        ),
    ],
)  # fmt: skip
def test_what_was_mended_is_released(course: Path, change: Change, key: str, value: str) -> None:
    changed(course, change)
    assert release(course) == []
    assert known(course)[key] == value


@pytest.mark.parametrize(
    ("change", "says", "key"),
    [
        (add(marked(new_code_cell("A = 1"), "new", locked=True)), "does not hold it", "new"),
        (add(marked(new_code_cell(""), "new", solution=True)), "does not hold it", "new"),
        (drop("limit"), "stays in what learners have", "limit"),
        (drop("answer"), "stays in what learners have", "answer"),
    ],
)
def test_cells_without_points_come_and_go(
    course: Path, change: Change, says: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(course, lambda notebook: (change(notebook), set_points("share", 5)(notebook)))
    (note,) = release(course)
    assert note.startswith(f"{key} in {NAME}.ipynb")
    assert says in note
    assert key in known(course)
    assert known(course)["points of share"] == "5.0", "the rest is taken as well"
    monkeypatch.setattr(subject, "_generate", None)
    release(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        answers = gradebook.find_notebook(NAME, NAME).solution_cells
        assert all(gradebook.find_comment(one.name, NAME, NAME, "ann") for one in answers)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (add(marked(new_code_cell("assert 1"), "t2", 1, grade=True, locked=True)),
         "t2 in ps.ipynb is new.*cannot add"),
        (add(marked(new_markdown_cell(""), "t2", 1, grade=True, solution=True)), "t2 .*cannot add"),
        (add(marked(new_markdown_cell(""), "t2", 1, task=True, locked=True)), "t2 .*cannot add"),
        (drop("double"), "double in ps.ipynb is gone.*give it 0 points"),
        (drop("picture"), "picture in ps.ipynb is gone"),
        (lambda it: cell(it, "share").metadata.nbgrader.update(grade_id="part"),
         "part in .* is new.* share in .* is gone.*Put it back as it was"),
        (lambda it: cell(it, "memo").metadata.nbgrader.update(solution=False, locked=True),
         "memo in ps.ipynb is .*graded in another way"),
    ],
)  # fmt: skip
def test_points_of_learners_are_not_lost(course: Path, change: Change, says: str) -> None:
    before = known(course)
    changed(course, change)
    with pytest.raises(GraderError, match=says) as told:
        release(course)
    assert "\n" not in str(told.value)
    assert "above" not in str(told.value)
    assert known(course) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda path: path.rename(path.with_stem("other")), "ps of .* is gone.*under its name"),
        (lambda path: path.with_stem("two").write_text(path.read_text()), "two is new.*cannot add"),
        (lambda path: path.write_text("{"), "ps.ipynb .*cannot be read"),
        (lambda path: path.write_bytes(b"\xff"), "ps.ipynb .*cannot be read"),
        (lambda path: (path.unlink(), path.mkdir()), "ps.ipynb .*cannot be read"),
    ],
)
def test_notebooks_that_are_not_there_as_they_were(
    course: Path, change: Callable[[Path], object], says: str
) -> None:
    before = known(course)
    change(course / "source" / NAME / f"{NAME}.ipynb")
    with pytest.raises(GraderError, match=says):
        release(course)
    assert known(course) == before


def test_before_anybody_has_handed_in_all_is_free(course: Path) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.remove_submission(NAME, "ann")
    path = changed(course, drop("double"))
    path.rename(path.with_stem("other"))
    assert release(course) == []
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        (notebook,) = gradebook.find_assignment(NAME).notebooks
        assert notebook.name == "other"
        assert {one.name for one in notebook.grade_cells} == {"share", "memo"}


def test_what_nbgrader_says_is_told_without_its_traceback(course: Path) -> None:
    changed(course, lambda it: cell(it, "double").metadata.nbgrader.pop("points"))
    with pytest.raises(
        GraderError, match=r"nbgrader cannot release ps: .*'double' does not have points"
    ) as told:
        release(course)
    assert "above" not in str(told.value)


def test_a_language_that_nbgrader_has_no_stub_for_is_told_with_the_line_that_adds_one(
    course: Path,
) -> None:
    kernel = {"name": "bash", "language": "bash", "display_name": "Bash"}
    changed(course, lambda it: it.metadata.update(kernelspec=kernel))
    with pytest.raises(GraderError, match=r"an answer in bash. Add to") as told:
        release(course)
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + str(told.value).partition("config.py: ")[2] + "\n")
    release(course)
    made = (course / "release" / NAME / f"{NAME}.ipynb").read_text()
    assert "# YOUR CODE HERE" in made


def test_a_folder_without_a_notebook(tmp_path: Path) -> None:
    (tmp_path / "source" / NAME).mkdir(parents=True)
    with pytest.raises(GraderError, match=r"source/ps holds no notebook.*put the instructor's"):
        release(tmp_path)


def test_what_learners_are_given_stays(course: Path) -> None:
    given = course / "release" / NAME
    before = {path: path.read_bytes() for path in given.iterdir()}
    changed(course, set_source("limit", "LIMIT = 2"))
    (course / "source" / NAME / "notes.txt").write_text("for myself")
    release(course)
    assert {path: path.read_bytes() for path in given.iterdir()} == before


def test_a_test_that_nbgrader_writes_from_a_template_is_known_by_the_template(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nbgrader put there is not what the instructor wrote."""
    generated = []
    monkeypatch.setattr(subject, "_generate", lambda *_: generated.append(1))
    path = changed(course, set_source("double", "### AUTOTEST double(3)"))
    release(course)
    assert generated == [], "the first time, nobody knows what was released"
    release(course)
    assert generated == []
    path.write_text(path.read_text().replace("double(3)", "double(4)"))
    release(course)
    assert generated == [1]
    release(course)
    assert generated == [1]
