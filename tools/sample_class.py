"""Run a sample class through nbgrader from release to grades, as `make class` does.

Submissions of known worth are made for one assignment: the reference solution, an untouched
release, the named wrong answers that stand in `tests/answers/`, a folder without a notebook and a
file that is not a notebook. Real nbgrader grades them in a scratch course, made anew each time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import nbformat
from course import ROOT, Sample, answered, release, samples, scratch
from grade import grade_and_tell


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


def main(arguments: list[str] | None = None) -> int:
    """Run the class, show and write the grades."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", nargs="?", default="06_communication")
    parser.add_argument(
        "--course", type=Path, default=ROOT / "build" / "class", help="scratch folder (made anew)"
    )
    options = parser.parse_args(arguments)
    try:
        scratch(options.course)
        submit(options.course, options.assignment)
        grade_and_tell(options.course, options.assignment)
    except (OSError, RuntimeError) as error:
        print(f"the class could not start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
