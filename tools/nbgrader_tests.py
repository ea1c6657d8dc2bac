"""Run nbgrader's own tests of autograde, feedback and its interface against this project's engine.

    .venv/bin/python tools/nbgrader_tests.py

nbgrader ships them. Two of them skip themselves as too heavy; these stand here, with the engine's
own end of the second: the loop is stopped and the rest is graded, where nbgrader's grader fails.
Three are left out that want somebody to be refused whom the engine grades, and says why.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

SUBMISSIONS = Path("nbgrader", "tests", "apps", "files")
_SUITES = ("test_nbgrader_autograde", "test_nbgrader_generate_feedback", "test_api")
_GRADED_HERE = ("test_grade_empty_timestamp", "test_handle_failure")
_CONFIG = "c = get_config()\nc.CourseDirectory.root = {root!r}\nc.Execute.timeout = {timeout}\n"


def _course(folder: Path, name: str, students: list[str], timeout: int) -> None:
    """Make a course in which everybody hands in one of nbgrader's files, and release it."""
    import nbgrader
    from nbgrader.tests import run_nbgrader

    handed_in = Path(nbgrader.__file__).parents[1] / SUBMISSIONS / f"{name}.ipynb"
    for place in ("source", *(f"submitted/{student}" for student in students)):
        target = folder / place / "ps1" / "p1.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copy(handed_in, target)
    config = _CONFIG.format(root=str(folder), timeout=timeout)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    run_nbgrader(["generate_assignment", "ps1"])


def test_many_students(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty, as in nbgrader's test."""
    from nbgrader.tests import run_nbgrader

    monkeypatch.chdir(tmp_path)
    students = [f"student{number:03}" for number in range(50)]
    _course(tmp_path, "submitted-changed", students, timeout=30)
    run_nbgrader(["autograde", "ps1"])
    graded = {path.parts[-3] for path in (tmp_path / "autograded").rglob("p1.ipynb")}
    assert graded == set(students)  # noqa: S101 - a test


def test_infinite_loop_with_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stopped, and what it printed is cut."""
    from nbgrader.tests import run_nbgrader

    monkeypatch.chdir(tmp_path)
    _course(tmp_path, "infinite-loop-with-output", ["foo"], timeout=2)
    run_nbgrader(["autograde", "ps1"])
    size = (tmp_path / "autograded/foo/ps1/p1.ipynb").stat().st_size
    assert size < 2 << 20  # noqa: S101 - a test


def main() -> int:
    """Put the engine in nbgrader's place, and run the tests; return pytest's exit code."""
    from boxgrader import install
    from boxgrader.nbgrader_course.autograde import BoxedAutograde

    # nbgrader starts its own programs by name.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    install()
    ours: Any = BoxedAutograde
    ours.anyway = True  # its courses have the answers of learners where solutions belong
    tests = [__file__, "--pyargs", *(f"nbgrader.tests.apps.{suite}" for suite in _SUITES)]
    # Not with the settings of this project's own tests: nbgrader warns much.
    quiet = ["-c", os.devnull, "-q", "-p", "no:cacheprovider", "-p", "no:nbval", "-W", "ignore"]
    quiet += ["-k", " and ".join(f"not {name}" for name in _GRADED_HERE)]
    return int(pytest.main([*quiet, *tests, *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
