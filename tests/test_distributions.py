"""Wheel and sdist: all that a learner needs, nothing else, and a workshop that starts from it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import given_out
import nbformat
import pytest
from conftest import ROOT
from course import FOR_LEARNERS
from given_out import look_into
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from only_in_solutions import secret_lines, told_in

from thousandfold import ExplainedError
from thousandfold.facilitation.laying import MEMORY
from thousandfold.teaching.edition import FILE as STUDY

PACKAGE = ROOT / "src" / "thousandfold"


def build(source: Path, target: Path, kind: str) -> Path:
    """Build a distribution, and return it."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(target.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


def test_the_wheel_carries_lessons_data_and_pages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    given = {path.relative_to(ROOT) for kind in FOR_LEARNERS for path in ROOT.glob(kind)}
    lessons = {f"thousandfold/workshop/{path}" for path in given if path.suffix == ".ipynb"}
    data = {f"thousandfold/data/{path.name}" for path in given if path.parts[0] == "datasets"}
    pages = {path.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.glob("*/pages/*")}
    assert len(lessons) > 15
    assert "thousandfold/facilitation/pages/takeaway.html" in pages
    assert lessons | data | pages <= names
    assert {name for name in names if "/workshop/" in name} == lessons
    assert {name for name in names if "/data/" in name and name.startswith("thousandfold/")} == data


def test_neither_holds_an_answer_or_what_is_somebodys_own(wheel: Path, sdist: Path) -> None:
    secrets = secret_lines()
    for distribution in (wheel, sdist):
        assert look_into(distribution) > 300
        for name, content in given_out.contents(distribution):
            if name.endswith(".ipynb"):
                assert told_in(content.decode(), secrets) == set(), name


def test_a_wheel_from_the_sdist_is_the_same(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "xzf", sdist, "-C", tmp_path], check=True)
    [source] = tmp_path.iterdir()
    again = build(source, tmp_path / "again", "wheel")
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a/solutions/a.py", b"", "is not for everybody"),
        ("a/tests/test_a.py", b"", "is not for everybody"),
        ("a/my_company.toml", b"", "is not for everybody"),
        (f"a/{STUDY}", b"", "is not for everybody"),
        ("a/a.ipynb", b"### BEGIN HIDDEN TESTS", "holds an answer or a hidden test"),
        (
            "a/a.ipynb",
            nbformat.writes(new_notebook(cells=[new_code_cell("my_guess_a = 4  # how?")])).encode(),
            "holds what somebody wrote for themselves",
        ),
    ],
)
def test_what_nobody_may_get_is_seen(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        archive.writestr(name, content)
    with pytest.raises(ExplainedError, match=says):
        look_into(tmp_path / "a.whl")


def test_a_file_that_is_no_distribution_is_refused(tmp_path: Path) -> None:
    for name in ("a.whl", "a.tar.gz"):
        (tmp_path / name).write_bytes(b"nothing")
        with pytest.raises(ExplainedError, match="cannot be read"):
            look_into(tmp_path / name)


def test_a_folder_is_laid_from_the_wheel_and_a_newer_one_brings_it_up_to_date(
    wheel: Path, tmp_path: Path
) -> None:
    """As for somebody who has the package alone: an old version, and then a newer one."""
    old, new = tmp_path / "old", tmp_path / "new"
    for place in (old, new):
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(place)
    for path in (new / "thousandfold" / "workshop" / "notebooks").glob("0[67]*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(new_markdown_cell("Since 0.3.", id="since"))
        nbformat.write(notebook, path)

    def start(package: Path) -> str:
        """Start it in an empty folder that knows nothing of this checkout."""
        told = subprocess.run(
            [sys.executable, "-m", "thousandfold.cli", "start", "--only-lay"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(package)},
            capture_output=True,
            text=True,
        )
        assert told.returncode == 0, told.stderr
        return told.stderr

    home = tmp_path / "thousandfold"
    assert str(home) in start(old)
    laid = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    given = {path.relative_to(ROOT).as_posix() for kind in FOR_LEARNERS for path in ROOT.glob(kind)}
    assert laid == given | {MEMORY}
    lesson = home / "notebooks" / "06_communication.ipynb"
    mine = lesson.read_text("utf-8").replace("my_guess_paths = ...", "my_guess_paths = 40")
    lesson.write_text(mine, "utf-8")
    told = start(new)
    assert "not touched it: notebooks/07_squads_and_decisions.ipynb" in told
    assert "06_communication.ipynb holds what you did, and stays as it is; its new version" in told
    assert lesson.read_text("utf-8") == mine
    assert "Since 0.3." in (home / "notebooks" / "06_communication-new.ipynb").read_text("utf-8")
    assert "Since 0.3." in (home / "notebooks" / "07_squads_and_decisions.ipynb").read_text("utf-8")
    assert start(new).count("\n") == 1
