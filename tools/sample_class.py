"""Run a sample class from release to grades, as `make class` does.

Submissions of known worth are made for one assignment: the reference solution, an untouched
release, the named wrong answers that stand in `tests/answers/`, a folder without a notebook and a
file that is not a notebook. They are graded in a scratch course, made anew each time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import nbformat
from course import ROOT, Sample, answered, nbgrader_api, release, samples, scratch

from thousandfold.cli import main as thousandfold


def submit(course: Path, stem: str) -> None:
    """Write the sample submissions."""
    for sample in [Sample("right"), *samples(stem)]:
        _write(course, stem, sample.name, nbformat.writes(answered(release(stem), stem, sample)))
    _write(course, stem, "untouched", nbformat.writes(release(stem)))
    _write(course, stem, "not_a_notebook", "Dear instructor, my laptop ate it.")
    (course / "submitted" / "missing_file" / stem).mkdir(parents=True)


def _write(course: Path, stem: str, student: str, text: str) -> None:
    folder = course / "submitted" / student / stem
    folder.mkdir(parents=True)
    (folder / f"{stem}.ipynb").write_text(text, encoding="utf-8")


def points(course: Path, stem: str) -> dict[str, dict[str, float]]:
    """Return the points that everybody got, by student and grade id, without those to be given."""
    with nbgrader_api(course).gradebook as gradebook:
        return {
            submission.student.id: {
                grade.cell.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.auto_score is not None
            }
            for submission in gradebook.assignment_submissions(stem)
        }


def show(grades: dict[str, dict[str, float]]) -> None:
    """Print the table of points."""
    tasks = list(dict.fromkeys(task for row in grades.values() for task in row))
    width = max(map(len, grades), default=0)
    print("\n" + "  ".join([" " * width, *tasks, "sum"]))
    for student, row in sorted(grades.items()):
        cells = [f"{row.get(task, ''):>{len(task)}}" for task in tasks]
        print("  ".join([f"{student:{width}}", *cells, f"{sum(row.values()):g}"]))


def main(arguments: list[str] | None = None) -> int:
    """Run the class and show the grades."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", nargs="?", default="06_communication")
    parser.add_argument(
        "--course", type=Path, default=ROOT / "build" / "class", help="scratch folder (made anew)"
    )
    options = parser.parse_args(arguments)
    try:
        scratch(options.course)
        submit(options.course, options.assignment)
    except OSError as error:
        print(f"the class could not start: {error}", file=sys.stderr)
        return 1
    thousandfold(["grade", options.assignment, "--course", str(options.course)])
    grades = points(options.course, options.assignment)
    if not grades:  # the lines above say why
        return 1
    show(grades)
    print("The memos wait for a person: open formgrader in JupyterLab, started in")
    print(f"{options.course} by {Path(sys.executable).parent / 'jupyter'} lab")
    return 0


if __name__ == "__main__":
    sys.exit(main())
