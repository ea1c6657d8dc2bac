"""`boxgrader report`: how the room did."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from boxgrader.commands import Command, add_course


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="for example ps1")
    add_course(parser)
    parser.add_argument(
        "--student",
        metavar="NAME",
        default="",
        help="instead of the page, say every time that this learner's work was graded: points "
        "before and after, and what there was to say",
    )
    parser.add_argument(
        "--output",
        metavar="FILE.html",
        type=Path,
        help="the page to write (default: report-ASSIGNMENT.html in this folder)",
    )
    parser.add_argument(
        "--csv", metavar="FILE.csv", type=Path, help="also write a table for --columns"
    )
    parser.add_argument(
        "--columns",
        choices=("canvas", "moodle"),
        default="canvas",
        help="the system that will import the table (default: canvas)",
    )
    parser.add_argument(
        "--so-far",
        action="store_true",
        help="in the table, count what still waits for a person as 0 points; without this, "
        "learners whose points are not complete are left out",
    )


def _run(arguments: argparse.Namespace) -> int:
    return _tell_gradings(arguments) if arguments.student else _report(arguments)


def _tell_gradings(arguments: argparse.Namespace) -> int:
    """Print every time that a learner's work was graded, and what it changed."""
    from boxgrader.errors import GraderError, shown
    from boxgrader.nbgrader_course.history import gradings, told
    from boxgrader.nbgrader_course.results import course_directory

    course = course_directory(arguments.course, arguments.db)
    found = gradings(course.db_url, arguments.assignment, arguments.student)
    if not found:
        who, what = shown(arguments.student), shown(arguments.assignment)
        raise GraderError(
            f"{arguments.program} has not graded {what} of {who}: look whether both names are as "
            "in submitted/, or grade first"
        )
    print(f"{shown(arguments.assignment)} of {shown(arguments.student)}")
    for grading in found:
        print("".join(f"{line}\n" for line in told(grading)), end="")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    import warnings

    from boxgrader.errors import shown
    from boxgrader.nbgrader_course.lms import table
    from boxgrader.nbgrader_course.report import report, summary
    from boxgrader.nbgrader_course.results import course_directory, read_results
    from boxgrader.writing import write_whole

    # nbgrader is not yet at ease with SQLAlchemy 2.1; what it reads is right, the warnings many.
    warnings.filterwarnings("ignore", module="nbgrader")
    results = read_results(course_directory(arguments.course, arguments.db), arguments.assignment)
    output = arguments.output or Path(f"report-{Path(arguments.assignment).name}.html")
    write_whole(output, report(results))
    print(f"{summary(results)}\nThe page for the debrief: {output}")
    if results.waiting:
        waiting = ", ".join(shown(task.name) for task in results.waiting)
        print(f"Not finished: a person still has to give points for {waiting}.")
    if arguments.csv:
        text, notes = table(results, arguments.columns, so_far=arguments.so_far)
        write_whole(arguments.csv, text)
        print(f"The table for {arguments.columns.title()}: {arguments.csv}")
        for note in notes:
            print(f"{arguments.program}: {note}", file=sys.stderr)
    return 0


COMMAND = Command(
    name="report",
    summary="make the page for the debrief of an assignment, and a table for Canvas or Moodle",
    details="""
Read nbgrader's gradebook and autograded/, and write one HTML page that needs no network: how the
points are spread, how hard each task was and how well it tells learners apart, and which wrong
answer the room gave most. No learner is named on the page. Nothing is graded or changed; grade
first.

The table has the names of learners in it. Canvas: Gradebook, Import. Moodle: Grades, Import, CSV
file; map Username to username, or Email address to useremail.
""",
    example="report ps1 --csv canvas.csv --columns canvas",
    declare=_declare,
    run=_run,
)
