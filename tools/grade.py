"""Grade what learners handed in, with nbgrader, as `make grade` does.

Looks into `submitted/NAME/STEM/STEM.ipynb` of the course. What cannot be graded is refused in one
sentence, and the others go on. nbgrader runs what it grades with your rights.
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
from course import ROOT, nbgrader_api, source
from nbgrader.utils import is_grade
from tqdm import tqdm


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


def grade_class(course: Path, stem: str) -> list[Row]:
    """Grade everybody who handed in, write the feedback, and return a row for each.

    Raises
    ------
    RuntimeError
        If nobody handed in, or nbgrader refuses the assignment itself.
    """
    folders = sorted(path.parent for path in (course / "submitted").glob(f"*/{stem}"))
    if not folders:
        raise RuntimeError(f"nobody handed in: there is no {course}/submitted/NAME/{stem}")
    api = nbgrader_api(course)
    made = api.generate_assignment(stem, force=True, create=True)
    if not made["success"]:
        raise RuntimeError(f"{stem} cannot be released:\n{made['log']}")
    rows = []
    for folder in tqdm(folders, desc="grading", unit="submission", disable=None):
        refused = _grade(folder / stem / f"{stem}.ipynb", stem, api)
        rows.append(Row(folder.name, {} if refused else _points(stem, folder.name, api), refused))
    return rows


def _grade(path: Path, stem: str, api: Any) -> str:
    """Grade one submission; return why not, or nothing."""
    refused = unreadable(path)
    if refused:
        return refused
    for stage in (api.autograde, api.generate_feedback):
        result = stage(stem, path.parent.parent.name, force=True)
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


def _points(stem: str, student: str, api: Any) -> dict[str, float]:
    """Return the points of each task that was graded by running, by grade id."""
    with api.gradebook as gradebook:
        notebook = gradebook.find_submission_notebook(stem, stem, student)
        return {
            grade.cell.name: grade.auto_score
            for grade in notebook.grades
            if grade.auto_score is not None and grade.cell.cell_type == "code"
        }


def tasks(stem: str) -> dict[str, float]:
    """Return the tasks that are graded by running, in the order of the exercise, with points."""
    graded = [cell.metadata.nbgrader for cell in source(stem).cells if is_grade(cell)]
    return {task.grade_id: task.points for task in graded if not task.solution}


def write_csv(rows: list[Row], stem: str, path: Path) -> None:
    """Write the grade table, one column per task."""
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", *tasks(stem), "total", "refused"])
        for row in rows:
            scores = [row.points.get(task, "") for task in tasks(stem)]
            table.writerow([row.student, *scores, sum(row.points.values()), row.refused])
    part.replace(path)


def show(rows: list[Row], stem: str) -> None:
    """Print the grade table."""
    most = tasks(stem)
    name = max(len("student"), *(len(row.student) for row in rows))
    width = {task: max(len(task), 5) for task in most}
    cells = [task.rjust(width[task]) for task in most]
    print("  ".join(["student".ljust(name), *cells, f"total of {sum(most.values()):g}"]))
    for row in rows:
        if row.refused:
            print(f"{row.student:{name}}  refused: {row.refused}")
            continue
        cells = [f"{row.points[task]:>{width[task]}g}" for task in most]
        print("  ".join([row.student.ljust(name), *cells, f"{sum(row.points.values()):>11g}"]))


def grade_and_tell(course: Path, stem: str) -> int:
    """Grade, show, write `grades.csv`; return the exit code: 0, or 1 if somebody was refused."""
    # nbgrader is not yet at ease with SQLAlchemy 2.1; the grades are right, the warnings are many.
    warnings.filterwarnings("ignore", module="nbgrader")
    rows = grade_class(course, stem)
    show(rows, stem)
    table = course / "grades.csv"
    write_csv(rows, stem, table)
    print(f"\nGrades: {table}\nFeedback: {course / 'feedback'}")
    print("The memos wait for a person: open formgrader in JupyterLab, started in")
    print(f"{course} by {Path(sys.executable).parent / 'jupyter'} lab")
    return int(any(row.refused for row in rows))


def main(arguments: list[str] | None = None) -> int:
    """Grade one assignment of the course."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", help="for example 06_communication")
    parser.add_argument("--course", type=Path, default=ROOT, help="folder of the course")
    options = parser.parse_args(arguments)
    try:
        return grade_and_tell(options.course, options.assignment)
    except (OSError, RuntimeError) as error:
        print(f"nothing was graded: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
