"""Where there is no Linux: what a command says, and that nothing ends in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

STEM = "06_communication"
PAGE = "docs/grading-elsewhere.md"

ON_WINDOWS = "from on_windows import lacks_what_windows_lacks as lacks; lacks()"
ON_A_MAC = """
import sys
import boxgrader.commands.grade as command
sys.platform = "darwin"
"""


def told(before: str, *arguments: str, course: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of `boxgrader` as another system would."""
    code = f"{before}\nimport sys\nfrom boxgrader.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=course,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.parametrize(("before", "here"), [(ON_WINDOWS, "Windows"), (ON_A_MAC, "macOS")])
@pytest.mark.parametrize("command", ["check", f"grade {STEM}", f"grade {STEM} --check"])
def test_who_wants_to_grade_is_told_how_to_come_by_a_linux(
    before: str, here: str, command: str, tmp_path: Path
) -> None:
    said = told(before, *command.split(), course=tmp_path)
    assert said.returncode == 1
    [sentence] = (said.stdout + said.stderr).splitlines()
    assert f"on Linux only, and this is {here}." in sentence
    assert PAGE in sentence
    assert (ROOT / PAGE).is_file()
    assert list(tmp_path.iterdir()) == []


def test_on_windows_nothing_else_is_promised_either(tmp_path: Path) -> None:
    for option in ("--unsafe", "--scheduler=tcp://127.0.0.1:9"):
        said = told(ON_WINDOWS, "grade", STEM, option, course=tmp_path)
        assert said.returncode == 1
        assert PAGE in said.stderr
        assert "Traceback" not in said.stderr


def test_the_report_needs_no_linux(tmp_path: Path) -> None:
    said = told(ON_WINDOWS, "report", STEM, course=tmp_path)
    assert "there is no gradebook" in said.stderr
