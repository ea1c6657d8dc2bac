"""Grade one class twice in one paired run: with nbgrader's own autograde, and with ours.

    make benchmark-grading

Learners' code is boxed in ours and not in nbgrader's; ours writes the feedback too, nbgrader's
`autograde` does not. The ratio is what counts: both run on the same machine, one after the other.
Writes `benchmarks/GRADING.md`; takes about six minutes, and a command that hangs is given up.
"""

from __future__ import annotations

import argparse
import functools
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
from nbformat import NotebookNode
from nbgrader.api import Gradebook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from course import SOLUTION, is_solution, source

LONGEST = 300  # seconds that a command may take
HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.executable).parent
CONFIG = """
c = get_config()
c.CourseDirectory.root = {root!r}
c.Execute.timeout = 120
c.BoxedAutograde.readable = {readable!r}
"""

# What starts the command is small: its peak is the least that the command can seem to have had.
COUNTS = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(code)
"""


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
        CONFIG.format(root=str(folder), readable=[str(data())])
    )
    _run([str(PROGRAMS / "nbgrader"), "generate_assignment", assignment], folder)
    return folder


def _run(command: list[str], folder: Path) -> Took:
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    start = time.monotonic()
    # Ended from outside after a while, so that its computing can still be counted.
    limited = ["timeout", "--kill-after=10", str(LONGEST), *command]
    with (folder / "log.txt").open("ab") as log:
        done = subprocess.run(
            [sys.executable, "-I", "-c", COUNTS, *limited],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    wall = time.monotonic() - start
    if done.returncode:
        raise RuntimeError((folder / "log.txt").read_text()[-3000:] or f"{command} took too long")
    cpu, kilobytes = map(float, done.stdout.split())
    return Took(wall, cpu, kilobytes / 1000)


def grades(folder: Path, assignment: str) -> dict[tuple[str, str], float | None]:
    """Return every score in the gradebook."""
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in book.assignment_submissions(assignment)
            for page in submission.notebooks
            for grade in page.grades
        }


def compare(place: Path, assignment: str, submissions: int, few: int) -> list[str]:
    """Return the rows of the table for one assignment."""
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
    steadily = {}
    for who in ("nbgrader", "ours"):
        whole, short = took[who, submissions], took[who, few]
        steadily[who] = (whole.wall - short.wall) / (submissions - few)
        cpu = (whole.cpu - short.cpu) / (submissions - few)
        rows.append(
            f"| {assignment} | {who} | {whole.wall:.1f} s | {steadily[who]:.2f} s | {cpu:.2f} s | "
            f"{whole.memory:.0f} MB |"
        )
    whole_ratio = took["nbgrader", submissions].wall / took["ours", submissions].wall
    steady_ratio = steadily["nbgrader"] / steadily["ours"]
    rows.append(
        f"| {assignment} | **ratio** | **{whole_ratio:.1f}** | **{steady_ratio:.1f}** | | |"
    )
    return rows


def profile(place: Path, assignment: str, submissions: int) -> str:
    """Return a row that says where the computing of our grader goes, for one submission."""
    from boxgrader.nbgrader_course.assignment import Feedback, grade_assignment
    from boxgrader.nbgrader_course.autograde import BoxedAutograde
    from boxgrader.nbgrader_course.source import Source

    spent: dict[str, float] = {}

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapped(*args: Any, **keywords: Any) -> Any:
            start = time.process_time()
            try:
                return function(*args, **keywords)
            finally:
                spent[name] = spent.get(name, 0.0) + time.process_time() - start

        return wrapped

    kept: list[tuple[Any, str]] = [
        (BoxedAutograde, "_prepare"),
        (BoxedAutograde, "_save"),
        (Source, "plan"),
        (Feedback, "write"),
    ]
    originals = [getattr(owner, name) for owner, name in kept]
    for (owner, name), function in zip(kept, originals, strict=True):
        setattr(owner, name, timed(name, function))
    try:
        grade_assignment(make(place, assignment, submissions), assignment)
    finally:
        for (owner, name), function in zip(kept, originals, strict=True):
            setattr(owner, name, function)
    cells, run = floor(assignment)
    parts = [
        cells,
        run - cells,
        (spent["_prepare"] - spent["plan"]) / submissions,
        (spent["_save"] - spent["write"]) / submissions,
        spent["write"] / submissions,
    ]
    told = " | ".join(f"{1000 * part:.0f} ms" for part in parts)
    return f"| {assignment} | {told} | {sum(parts) / cells:.2f} |"


def floor(assignment: str) -> tuple[float, float]:
    """Return the computing of the cells alone, and of all that runs them in a box and judges."""
    from boxgrader import Settings, plan
    from boxgrader.box import bench
    from boxgrader.engine import execution
    from boxgrader.engine.cells import code, test_of
    from boxgrader.engine.job import Cell, Job
    from boxgrader.engine.planning import imported
    from thousandfold.datasets import folder as data

    modules = tuple(imported(notebook(assignment)))
    settings = Settings(timeout=60, modules=modules, readable=(str(data()),))
    planned = plan(notebook(assignment), settings=settings)
    found = code(answered(notebook(assignment)))
    cells = tuple(Cell(cell.source, test_of(cell)) for cell in found)
    alone = Job(tuple(Cell(cell.source) for cell in cells), settings)
    try:
        jobs = (alone, Job((Cell("pass"),), settings), Job(cells, settings, plan=planned))
        plain, nothing, whole = (min(execution.run(job).cpu for _ in range(3)) for job in jobs)
    finally:
        bench.close_all()
    return plain - nothing, whole


def main() -> None:
    """Measure, print the tables, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--few", type=int, default=4, help="of a second run, for the steady state")
    parser.add_argument("assignments", nargs="*", default=["06_communication", "ps1"])
    options = parser.parse_args()
    place = HERE.parent / "build" / "grading"
    lines = [
        "# How fast is grading?",
        "",
        "Made by `make benchmark-grading`. One paired run, one after the other on one machine:",
        f"{options.submissions} submissions, 2 workers, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, nbgrader {nbgrader.__version__}.",
        "Ours boxes learners' code and writes the feedback, too. Trust ratios more than seconds.",
        "",
        "| assignment | grader | whole command | each, steady | computing each | largest process |",
        "|---|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)

    def say(line: str) -> None:
        lines.append(line)
        print(line, flush=True)

    for assignment in options.assignments:
        for row in compare(place, assignment, options.submissions, options.few):
            say(row)
    say("\nWhere the computing for one submission goes, and how far it is from the floor: what the")
    say("cells themselves compute.\n")
    say("| assignment | cells | box, judge | read, sanitise | save | feedback | all ÷ cells |")
    say("|---|---|---|---|---|---|---|")
    for assignment in options.assignments:
        say(profile(place / "ours", assignment, 12))
    (HERE / "GRADING.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
