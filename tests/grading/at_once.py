"""Several graders at the same moment, as in several terminals."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import small_course as small
from patience import patience

# Forked from one process, so that what each of them needs is imported once.
_GRADERS = """
import json, os, sys
import boxgrader.nbgrader_course.assignment
from thousandfold.cli import main

graders = []
for command in json.loads(sys.argv[1]):
    if (grader := os.fork()) == 0:
        sys.exit(main(["grade", "--workers", "1", *command]))
    graders.append(grader)
sys.exit(max([os.waitstatus_to_exitcode(os.waitpid(grader, 0)[1]) for grader in graders]))
"""


def grade(commands: Iterable[list[str]]) -> None:
    """Grade with all of these arguments at once; each has to grade everybody."""
    done = subprocess.run(
        [sys.executable, "-c", _GRADERS, json.dumps(list(commands))],
        capture_output=True,
        text=True,
        timeout=patience(300),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def make_several(folder: Path, names: list[str], students: dict[str, str]) -> Path:
    """Make a course of several assignments; everybody has handed in the same answer to each."""
    course = small.make(folder, {})
    for name in names:
        small.write(course / "source" / name / f"{name}.ipynb", small.source())
        for student, answer in students.items():
            place = course / "submitted" / student / name / f"{name}.ipynb"
            small.write(place, small.submission(answer))
    return course
