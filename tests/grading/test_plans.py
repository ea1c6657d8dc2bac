"""A plan is made once, and again where anything has changed that it depends on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import small_course as small
from small_course import NAME

from boxgrader import Settings, plan
from boxgrader.nbgrader_course import source as source_of
from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.gradebook import one_gradebook
from boxgrader.nbgrader_course.plans import Plans, digest

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's, of SQLAlchemy
]


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the first line of each notebook that is planned."""
    made: list[str] = []

    def counted(notebook: nbformat.NotebookNode, **keywords: object) -> object:
        made.append(notebook.cells[0].source)
        return plan(notebook, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(source_of, "plan", counted)
    return made


@pytest.fixture
def little(tmp_path: Path) -> Path:
    """Return a course in which one learner has handed in."""
    return small.make(tmp_path, {"ann": small.submission()})


def _grade(folder: Path, **options: object) -> None:
    grade_assignment(folder, NAME, again=True, options={"workers": 1, **options})


def test_a_plan_is_kept_whole(tmp_path: Path) -> None:
    made = plan(small.source(), settings=Settings(), files={"table.csv": b"a,b"})
    assert made.judged
    assert made.modules
    with one_gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "small") as book:
        kept = Plans(book, NAME)
        kept.keep("page", "one", made)
        book.undo()
        assert kept.find("page", "one", {"table.csv": b"a,b", "more.csv": b""}) == made
        assert kept.find("page", "another", made.files) is None
        assert kept.find("another", "one", made.files) is None


def test_nobody_rehearses_twice(little: Path, planned: list[str]) -> None:
    for _ in range(2):
        _grade(little)
    assert len(planned) == 1
    with one_gradebook(f"sqlite:///{little / 'gradebook.db'}", "small") as book:
        assert book.nbgrader.find_submission(NAME, "ann").score


def _change_the_solution(folder: Path) -> None:
    path = folder / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\nprint('set')"
    nbformat.write(notebook, path)


def _put_a_file_beside(folder: Path) -> None:
    (folder / "source" / NAME / "table.csv").write_text("a,b\n")


@pytest.mark.parametrize("change", [_change_the_solution, _put_a_file_beside])
def test_a_change_is_rehearsed(
    change: Callable[[Path], object], little: Path, planned: list[str]
) -> None:
    _grade(little)
    change(little)
    _grade(little)
    assert len(planned) == 2


def test_another_limit_is_rehearsed(little: Path, planned: list[str]) -> None:
    _grade(little)
    _grade(little, memory=2000)
    assert len(planned) == 2


def test_a_solution_that_loses_points_is_rehearsed_each_time(
    little: Path, planned: list[str]
) -> None:
    path = little / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = notebook.cells[1].source.replace("share = 1", "share = 0.5")
    nbformat.write(notebook, path)
    for _ in range(2):
        _grade(little, anyway=True)
    assert len(planned) == 2


def test_code_and_data_elsewhere_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, data = tmp_path / "code", tmp_path / "data"
    for folder in (code, data):
        folder.mkdir()
    monkeypatch.setattr("sys.path", ["where it starts", str(code)])
    seen = {digest([str(data)])}
    for path in (code / "helper.py", data / "table.csv"):
        path.write_text("1")
        seen.add(digest([str(data)]))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    seen.add(digest([str(data)]))
    assert len(seen) == 4
    assert digest([str(data)]) in seen


def test_what_pip_installs_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    packages = tmp_path / "site-packages"
    packages.mkdir()
    monkeypatch.setattr("sys.path", ["where it starts", str(packages)])
    before = digest([])
    (packages / "numpy-1.0.dist-info").mkdir()
    assert digest([]) != before
