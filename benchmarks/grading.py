"""Grade one class twice in one paired run: with nbgrader's own autograde, and with ours.

    .venv/bin/python benchmarks/grading.py --submissions 40

Learners' code is boxed in ours and not in nbgrader's; ours writes the feedback too, nbgrader's
`autograde` does not. The ratio is what counts: both run on the same machine, one after the other.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import nbgrader
from nbformat import NotebookNode
from nbgrader.api import Gradebook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from course import SOLUTION, is_solution, source

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.executable).parent
CONFIG = """
c = get_config()
c.CourseDirectory.root = {root!r}
c.Execute.timeout = 120
c.BoxedAutograde.modules = {modules!r}
c.BoxedAutograde.readable = {readable!r}
"""
MODULES = [
    "matplotlib.pyplot", "pandas", "scipy.optimize", "thousandfold.checks",
    "thousandfold.communication", "thousandfold.staffing",
]  # fmt: skip


@dataclass(frozen=True)
class Took:
    """What a command took: seconds of the clock, seconds of computing, megabytes of the grader."""

    wall: float
    cpu: float
    memory: float


def notebook(assignment: str) -> NotebookNode:
    """Return the instructor's notebook: one of ours, or the one of nbgrader's own example."""
    if assignment != "ps1":
        return source(assignment)
    example = Path(nbgrader.__file__).parent / "docs/source/user_guide/source/ps1/problem1.ipynb"
    read: NotebookNode = nbformat.read(example, as_version=4)
    return read


def answered(instructors: NotebookNode) -> NotebookNode:
    """Return a submission with the reference answers."""
    for cell in instructors.cells:
        if is_solution(cell):
            cell.source = SOLUTION.sub("", cell.source)
    return instructors


def make(folder: Path, assignment: str, submissions: int) -> Path:
    """Make a course of its own with that many submissions."""
    shutil.rmtree(folder, ignore_errors=True)
    name = "problem1" if assignment == "ps1" else assignment
    places = [folder / "source" / assignment]
    places += [folder / "submitted" / f"s{n:05}" / assignment for n in range(submissions)]
    for number, place in enumerate(places):
        place.mkdir(parents=True)
        written = notebook(assignment) if number == 0 else answered(notebook(assignment))
        nbformat.write(written, place / f"{name}.ipynb")
    from thousandfold.datasets import folder as data

    (folder / "nbgrader_config.py").write_text(
        CONFIG.format(root=str(folder), modules=MODULES, readable=[str(data())])
    )
    _run([str(PROGRAMS / "nbgrader"), "generate_assignment", assignment], folder)
    return folder


def _run(command: list[str], folder: Path) -> Took:
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    start = time.monotonic()
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if process.returncode:
        raise RuntimeError((folder / "log.txt").read_text()[-3000:])
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def grades(folder: Path, assignment: str) -> dict[tuple[str, str], float | None]:
    """Return every score in the gradebook."""
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in book.assignment_submissions(assignment)
            for page in submission.notebooks
            for grade in page.grades
        }


def compare(assignment: str, submissions: int, few: int) -> list[str]:
    """Return the rows of the table for one assignment."""
    place = HERE.parent / "build" / "grading"
    took: dict[tuple[str, int], Took] = {}
    scores = {}
    for count in (few, submissions):
        for who, command in {
            "nbgrader": ["nbgrader", "autograde", assignment],
            "ours": ["thousandfold", "grade", assignment, "--course", ".", "--workers", "2"],
        }.items():
            folder = make(place / who, assignment, count)
            took[who, count] = _run([str(PROGRAMS / command[0]), *command[1:]], folder)
            scores[who] = grades(folder, assignment)
    if scores["ours"] != scores["nbgrader"]:
        raise RuntimeError("the grades are not equal")
    rows = []
    more = submissions - few
    for who in ("nbgrader", "ours"):
        whole, short = took[who, submissions], took[who, few]
        steady, cpu = (whole.wall - short.wall) / more, (whole.cpu - short.cpu) / more
        rows.append(
            f"| {assignment} | {who} | {whole.wall:.1f} s | {steady:.2f} s | {cpu:.2f} s | "
            f"{whole.memory:.0f} MB |"
        )
    theirs, ours = took["nbgrader", submissions], took["ours", submissions]
    steadily = (theirs.wall - took["nbgrader", few].wall) / (ours.wall - took["ours", few].wall)
    rows.append(
        f"| {assignment} | **ratio** | {theirs.wall / ours.wall:.1f} | {steadily:.1f} | | |"
    )
    return rows


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--few", type=int, default=4, help="of a second run, for the steady state")
    parser.add_argument("assignments", nargs="*", default=["06_communication", "ps1"])
    options = parser.parse_args()
    print(f"{options.submissions} submissions, 2 workers, {os.cpu_count()} cores\n")
    print("| assignment | grader | whole command | each, steady | computing each | memory |")
    print("|---|---|---|---|---|---|")
    for assignment in options.assignments:
        for row in compare(assignment, options.submissions, options.few):
            print(row, flush=True)


if __name__ == "__main__":
    main()
