"""`boxgrader check`: say whether a class can be graded here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from boxgrader.commands import Command, quietly
from boxgrader.imports import quickly


def why_not() -> str:
    """Say why no class can be graded on this machine, or nothing."""
    from boxgrader.box import bubblewrap, namespaces

    missing = namespaces.why_not()
    if not missing or (sys.platform == "linux" and bubblewrap.available()):
        return ""
    return f"grading needs another machine. {missing}"


def _run(arguments: argparse.Namespace) -> int:
    if missing := why_not():
        print(missing)
        return 1
    from boxgrader.box import cgroups

    print("Learners' code can be graded in a box here.")
    if unbounded := cgroups.why_not():
        print(unbounded)
    if any((arguments.course / name).exists() for name in ("nbgrader_config.py", "source")):
        for note in _lacking(arguments.course):
            print(f"\n{note}")
    return 0


def _lacking(folder: Path) -> list[str]:
    """Return what a course's configuration lacks, and what to add where."""
    with quickly():
        from boxgrader.nbgrader_course.configuration import lacking
        from boxgrader.nbgrader_course.course import course_directory
    return lacking(course_directory(folder))


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--course",
        metavar="FOLDER",
        type=Path,
        default=Path(),
        help="a course, whose nbgrader_config.py is looked at, too (default: this folder)",
    )


COMMAND = Command(
    name="check",
    summary="say whether this machine gives a box for learners' code, and what to do if not",
    details="""
Build a box, run nothing in it, and take it down. In the folder of a course, say also what its
nbgrader_config.py lacks: the lines to add, and where. Nothing is changed. Exit code 1 if this
machine gives no box.
""",
    example="check",
    declare=_declare,
    run=quietly(_run),
)
