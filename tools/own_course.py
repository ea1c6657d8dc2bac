"""A small nbgrader course that is none of ours, as it lies on somebody's Windows or Mac.

Lines end as in Windows, and beside the notebooks lies what those systems and browsers leave there.
"""

from __future__ import annotations

import copy
import csv
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

NAME = "ps1"
NOTEBOOK = "problem.ipynb"
RIGHT = "def double(x):\n    return 2 * x"
HANDED_IN = {"ann": RIGHT, "ben": "def double(x):\n    return [0, 2, 4]"}
POINTS = {"ann": 3.0, "ben": 1.0}
CONFIG = "import boxgrader\n\nc = get_config()\nboxgrader.install()\n"
UNMARKED = {"grade": False, "solution": False, "locked": False, "task": False}
CELLS: dict[str, tuple[str, dict[str, bool | int]]] = {
    "answer": (f"### BEGIN SOLUTION\n{RIGHT}\n### END SOLUTION", {"solution": True}),
    "three": (
        "import numpy\nassert list(double(numpy.arange(3))) == [0, 2, 4]",
        {"grade": True, "locked": True, "points": 1},
    ),
    "more": (
        "### BEGIN HIDDEN TESTS\nassert double(21) == 42\n### END HIDDEN TESTS",
        {"grade": True, "locked": True, "points": 2},
    ),
}
LEFT_BESIDE = {
    "desktop.ini": b"\xff\xfe[\x00",
    ".DS_Store": b"\x00\x00\x00\x01Bud1",
    f"._{NOTEBOOK}": b"\x00\x05\x16\x07",
    f"{NOTEBOOK}:Zone.Identifier": b"[ZoneTransfer]\r\nZoneId=3\r\n",
}


def lay(course: Path) -> None:
    """Lay the course, with what two learners have handed in."""
    source = new_notebook()
    for name, (text, flags) in CELLS.items():
        marks = {"grade_id": name, "schema_version": 3} | UNMARKED | flags
        source.cells.append(new_code_cell(text, metadata={"nbgrader": marks}))
    _write(course / "nbgrader_config.py", CONFIG)
    _write(course / "source" / NAME / NOTEBOOK, nbformat.writes(source))
    for learner, answer in HANDED_IN.items():
        hand_in(course, learner, answer, source)


def hand_in(course: Path, learner: str, answer: str, source: NotebookNode | None = None) -> None:
    """Lay what a learner hands in."""
    source = source or nbformat.read(course / "source" / NAME / NOTEBOOK, as_version=4)
    own = copy.deepcopy(source)
    own.cells[0].source, own.cells[-1].source = answer, ""  # nobody is given a hidden test
    folder = course / "submitted" / learner / NAME
    _write(folder / NOTEBOOK, nbformat.writes(own))
    _write(folder / "timestamp.txt", "2026-02-01 13:00:00 UTC\n")
    for name, content in LEFT_BESIDE.items():
        for place in (folder, folder.parent, folder.parent.parent):
            (place / name).write_bytes(content)


def points(course: Path) -> dict[str, float]:
    """Read a gradebook that came back, with the grader of this machine."""
    table = course / "read-again.csv"
    asked = (NAME, "--csv", str(table), "--columns", "moodle")
    report = [sys.executable, "-m", "boxgrader", "report", *asked]
    subprocess.run(report, cwd=course, check=True, capture_output=True)
    with table.open(newline="", encoding="utf-8") as file:
        return {row["Username"]: float(row[NAME]) for row in csv.DictReader(file)}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.replace("\n", "\r\n").encode())
