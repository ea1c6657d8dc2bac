"""Commands in messages can be typed as they stand: in an environment that nobody activated, too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import boxgrader.commands  # noqa: F401 - of a program that has them
from boxgrader.typed import nbgrader, quoted, typed

WINDOWS = sys.platform == "win32"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an environment `grading` in this folder that holds both programs; none is on PATH."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "system"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "grading" / "bin" / "python"))
    for name in ("boxgrader", "nbgrader"):
        programs(tmp_path / "grading" / "bin", name)
    return tmp_path


def programs(folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / (f"{name}.exe" if WINDOWS else name)
    program.write_text("")
    program.chmod(0o755)


def started(monkeypatch: pytest.MonkeyPatch, path: str, *original: str) -> None:
    monkeypatch.setattr(sys, "argv", [path, "grade", "ps"])
    monkeypatch.setattr(sys, "orig_argv", [*original, path])


def said(words: str) -> str:
    return words.replace("/", "\\") if WINDOWS else words


@pytest.mark.usefixtures("environment")
def test_a_command_is_named_as_it_was_called(monkeypatch: pytest.MonkeyPatch) -> None:
    started(monkeypatch, "grading/bin/boxgrader")
    assert typed("report ps") == said("grading/bin/boxgrader report ps")
    assert nbgrader("db upgrade") == said("grading/bin/nbgrader db upgrade")


def test_what_is_on_path_needs_no_folder(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = environment / "grading" / "bin"
    monkeypatch.setenv("PATH", str(folder))
    started(monkeypatch, str(folder / "boxgrader"))  # as a system starts what it found there
    assert typed("report ps") == "boxgrader report ps"
    assert nbgrader("db upgrade") == "nbgrader db upgrade"


def test_another_program_of_that_name_on_path_is_not_meant(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(environment / "system", "nbgrader")
    started(monkeypatch, "grading/bin/boxgrader")
    assert nbgrader("db upgrade") == said("grading/bin/nbgrader db upgrade")


def test_in_its_own_folder_and_in_one_with_a_space_it_can_be_typed(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(environment / "my course", "boxgrader")
    started(monkeypatch, "my course/boxgrader")
    assert typed("check") == f"{quoted(said('my course/boxgrader'))} check"
    monkeypatch.chdir(environment / "grading" / "bin")
    started(monkeypatch, "./boxgrader")
    assert typed("check") == said("./boxgrader check")


def test_a_module_is_called_by_its_python(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = environment / "lib" / "boxgrader" / "__main__.py"
    started(monkeypatch, str(main), "grading/bin/python", "-m", "boxgrader")
    assert typed("report ps") == "grading/bin/python -m boxgrader report ps"
    there = str(environment / "grading" / "bin" / "nbgrader")
    assert nbgrader("db upgrade") == f"{quoted(there)} db upgrade"


@pytest.mark.usefixtures("environment")
def test_in_a_notebook_there_is_a_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    started(monkeypatch, "grading/bin/jupyter-lab")
    assert (typed("check"), nbgrader("db")) == ("boxgrader check", "nbgrader db")


@pytest.mark.skipif(WINDOWS, reason="grading needs Linux")
def test_the_program_itself_says_its_commands_so(tmp_path: Path) -> None:
    here = Path(sys.executable).parent
    (tmp_path / "grading").symlink_to(here)
    (tmp_path / "course").mkdir()
    done = subprocess.run(
        ["grading/boxgrader", "report", "--student", "ann"],
        cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "name the assignment, too: grading/boxgrader report ASSIGNMENT" in done.stderr
