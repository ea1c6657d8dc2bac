"""Run a sample class through nbgrader from release to grades, as `make class` does.

Twelve submissions of known worth are made for one assignment: the reference solution, an untouched
release, the named wrong answers that stand in `tests/answers/`, a folder without a notebook and a
file that is not a notebook. Real nbgrader grades them in a scratch course, made anew each time.
"""

from __future__ import annotations

import argparse
import csv
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from course import ROOT, Sample, answered, nbgrader_api, release, samples, scratch
from tqdm import tqdm

COURSE = ROOT / "build" / "class"


@dataclass(frozen=True)
class Row:
    """What one learner got.

    Attributes
    ----------
    student : str
    points : dict of str to float
        Points of each task that is graded by running, by grade id; empty when refused.
    refused : str
        Why nothing was graded, or nothing.
    """

    student: str
    points: dict[str, float]
    refused: str = ""


def submit(course: Path, stem: str) -> list[str]:
    """Write the sample submissions and return who handed in."""
    for sample in [Sample("right"), *samples(stem)]:
        _write(course, stem, sample.name, nbformat.writes(answered(release(stem), stem, sample)))
    _write(course, stem, "untouched", nbformat.writes(release(stem)))
    _write(course, stem, "not_a_notebook", "Dear instructor, my laptop ate it.")
    (course / "submitted" / "missing_file" / stem).mkdir(parents=True)
    return sorted(path.name for path in (course / "submitted").iterdir())


def _write(course: Path, stem: str, student: str, text: str) -> None:
    folder = course / "submitted" / student / stem
    folder.mkdir(parents=True)
    (folder / f"{stem}.ipynb").write_text(text, encoding="utf-8")


def grade(course: Path, stem: str, student: str, api: Any) -> str:
    """Grade one learner and write the feedback; return why not, or nothing."""
    path = course / "submitted" / student / stem / f"{stem}.ipynb"
    refused = unreadable(path)
    if refused:
        return refused
    for stage in (api.autograde, api.generate_feedback):
        result = stage(stem, student)
        if not result["success"]:
            return f"nbgrader could not finish: {result['log'].strip().splitlines()[-1]}"
    return ""


def unreadable(path: Path) -> str:
    """Return why a file cannot be a submission, or nothing. Nothing in it is run."""
    if not path.is_file():
        return f"there is no {path.name}; ask for the file to be handed in again under this name"
    try:
        nbformat.validate(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4))
    except Exception:  # nbformat stops in many ways on what is not a notebook.
        return f"{path.name} is not a notebook; ask for the file that JupyterLab saved"
    return ""


def points(stem: str, student: str, api: Any) -> dict[str, float]:
    """Return the points of each task that was graded by running, by grade id."""
    from nbgrader.api import MissingEntry

    with api.gradebook as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(stem, stem, student)
        except MissingEntry:
            return {}
        return {
            grade.cell.name: grade.auto_score
            for grade in notebook.grades
            if grade.auto_score is not None and grade.cell.cell_type == "code"
        }


def run(course: Path, stem: str) -> list[Row]:
    """Run the class in a fresh scratch course and return a row for each learner.

    Raises
    ------
    RuntimeError
        If the assignment itself cannot be released.
    """
    scratch(course)
    api = nbgrader_api(course)
    made = api.generate_assignment(stem, force=True, create=True)
    if not made["success"]:
        raise RuntimeError(f"{stem} cannot be released:\n{made['log']}")
    rows = []
    for student in tqdm(submit(course, stem), desc="grading", unit="submission", disable=None):
        refused = grade(course, stem, student, api)
        rows.append(Row(student, {} if refused else points(stem, student, api), refused))
    return rows


def graded_tasks(rows: list[Row]) -> list[str]:
    """Return the tasks that were graded by running, in the order of the exercise."""
    return list(dict.fromkeys(task for row in rows for task in row.points))


def write_csv(rows: list[Row], path: Path) -> None:
    """Write the grade table: one column per task."""
    tasks = graded_tasks(rows)
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", *tasks, "total", "refused"])
        for row in rows:
            scores = [row.points.get(task, "") for task in tasks]
            table.writerow([row.student, *scores, sum(row.points.values()), row.refused])
    part.replace(path)


def show(rows: list[Row]) -> None:
    """Print the grade table."""
    tasks = graded_tasks(rows)
    print(f"{'student':28}" + "".join(f"{task:>16}" for task in [*tasks, "total"]))
    for row in rows:
        if row.refused:
            print(f"{row.student:28}  refused: {row.refused}")
        else:
            scores = [*(row.points[task] for task in tasks), sum(row.points.values())]
            print(f"{row.student:28}" + "".join(f"{score:>16g}" for score in scores))


def main(arguments: list[str] | None = None) -> int:
    """Run the class, show and write the grades."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", nargs="?", default="06_communication")
    parser.add_argument("--course", type=Path, default=COURSE, help="scratch folder (made anew)")
    options = parser.parse_args(arguments)
    # nbgrader is not yet at ease with SQLAlchemy 2.1; the grades are right, the warnings are many.
    warnings.filterwarnings("ignore", module="nbgrader")
    try:
        rows = run(options.course, options.assignment)
    except (OSError, RuntimeError) as error:
        print(f"the class could not start: {error}", file=sys.stderr)
        return 1
    show(rows)
    table = options.course / "grades.csv"
    write_csv(rows, table)
    print(f"\nThe memos wait for a person: open formgrader in {options.course}.")
    print(f"Grades: {table}\nFeedback: {options.course / 'feedback'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
