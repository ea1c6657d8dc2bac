"""`boxgrader report`: how the room did."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boxgrader.commands import Command, add_course, assignment, quietly, same_course
from boxgrader.typed import quoted, typed
from boxgrader.writing import no_folder, write_whole

if TYPE_CHECKING:
    from boxgrader.nbgrader_course.alike import Alike
    from boxgrader.nbgrader_course.results import Learner, Results


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "assignment",
        metavar="ASSIGNMENT",
        nargs="?",
        type=assignment,
        default="",
        help="for example ps1; without it, a table of all assignments",
    )
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
        help="the page to write (default: report-ASSIGNMENT.html, or grades.html, in this folder)",
    )
    parser.add_argument(
        "--csv", metavar="FILE.csv", type=Path, help="also write a table for --columns"
    )
    parser.add_argument(
        "--columns",
        choices=("canvas", "moodle", "questions"),
        help="the system that will import the table (default: canvas), or each question by itself, "
        "with sums, for a spreadsheet",
    )
    parser.add_argument(
        "--so-far",
        action="store_true",
        help="in the table, count what still waits for a person as 0 points in each sum, or as the "
        "points by hand of what was handed in before (with --columns questions, the question "
        "itself stays empty), and what is to be graded again as it was; without this, points that "
        "are not complete are left out",
    )
    parser.add_argument(
        "--absent-as-zero",
        action="store_true",
        help="in the table, give 0 to whoever is in the gradebook and handed in nothing, where "
        "somebody else did",
    )
    parser.add_argument(
        "--alike",
        action="store_true",
        help="instead of the page for the debrief, show which answers are nearly the same, to you "
        "alone: names and texts, no verdict",
    )
    parser.add_argument(
        "--teams",
        metavar="FILE.csv",
        type=Path,
        help="who handed in one text together: a line for each, with learner and team; what a team "
        "shares is not pointed out",
    )
    parser.add_argument(
        "--given",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a notebook or a text that learners had, such as the lesson: its words are not "
        "counted as alike; may be given several times",
    )


def _run(arguments: argparse.Namespace) -> int:
    from boxgrader.errors import GraderError

    if arguments.student and not arguments.assignment:
        command = typed("report ASSIGNMENT --student NAME", arguments.program)
        raise GraderError(f"name the assignment, too: {command}")
    _check_options(arguments)
    return _tell_gradings(arguments) if arguments.student else _report(arguments)


def _check_options(arguments: argparse.Namespace) -> None:
    """Refuse what would be ignored, and what could not be written at the end."""
    from boxgrader.errors import GraderError

    of_table = ("columns", "so_far", "absent_as_zero")
    given = [
        f"--{name.replace('_', '-')}"
        for name in ("output", "csv", "alike", "teams", "given", *of_table)
        if getattr(arguments, name)
    ]
    if arguments.student and given:
        raise GraderError(
            f"--student says what became of one learner's work, and writes no file: leave out "
            f"{' and '.join(given)}, or --student"
        )
    if arguments.alike and (arguments.csv or not arguments.assignment):
        lacks = "writes no table: leave out --csv" if arguments.csv else "needs an assignment"
        raise GraderError(f"--alike {lacks}")
    if not arguments.assignment and (arguments.teams or arguments.given):
        raise GraderError("--teams and --given need an assignment, whose answers are compared")
    if not arguments.csv:
        # The page of all assignments is a table, too.
        of_csv = of_table if arguments.assignment else ("columns",)
        lost = [it for it in given if it[2:].replace("-", "_") in of_csv]
        if lost:
            raise GraderError(f"{' and '.join(lost)} only changes the table: add --csv FILE.csv")
    for target in filter(None, (arguments.output, arguments.csv)):
        if not target.parent.is_dir():
            raise no_folder(target)


def _tell_gradings(arguments: argparse.Namespace) -> int:
    """Print every time that a learner's work was graded, and what it changed."""
    from boxgrader.errors import GraderError, shown
    from boxgrader.nbgrader_course.course import course_directory
    from boxgrader.nbgrader_course.gradebook import check_there
    from boxgrader.nbgrader_course.history import GONE, gradings, together, told
    from boxgrader.nbgrader_course.roll import why_no_history

    course = course_directory(arguments.course, arguments.db)
    check_there(course.db_url)
    found = gradings(course.db_url, arguments.assignment, arguments.student)
    if not found:
        raise GraderError(why_no_history(course, arguments.assignment, arguments.student))
    print(f"{shown(arguments.assignment)} of {shown(arguments.student)}")
    for same in together(found):
        print("".join(f"{line}\n" for line in told(*same)), end="")
    if found[-1].status == GONE:
        command = typed("forget NAME", arguments.program)
        print(f"This history is still kept: `{command}` takes out all that is left of a learner.")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    import warnings

    from boxgrader.nbgrader_course import roll
    from boxgrader.nbgrader_course.absent import with_absent
    from boxgrader.nbgrader_course.course import course_directory
    from boxgrader.nbgrader_course.results import assignments, read_results

    # nbgrader is not yet at ease with SQLAlchemy 2.1; what it reads is right, the warnings many.
    warnings.filterwarnings("ignore", module="nbgrader")
    course = course_directory(arguments.course, arguments.db)
    if arguments.assignment:
        found = [read_results(course, arguments.assignment, messages=not arguments.alike)]
        alike = _alike(arguments, course, found[0])
        if arguments.alike:
            return _write_alike(arguments, alike)
        _write_page_of_one(arguments, found[0])
        _point_out(arguments, alike)
    else:
        found = [read_results(course, name, messages=False) for name in assignments(course)]
    notes: list[str] = []
    for results in found:
        notes += roll.told(course, results, so_far=arguments.so_far)
    if arguments.absent_as_zero:
        for number, results in enumerate(found):
            found[number], said = with_absent(course, results)
            notes += said
    everybody = [] if arguments.assignment else roll.everybody(course.db_url)
    if not arguments.assignment:
        _write_page_of_all(arguments, course.course_id, found, everybody)
    if arguments.csv:
        notes += _write_table(arguments, found, everybody)
    for note in notes:
        print(f"{arguments.program}: {note}", file=sys.stderr)
    return 0


def _write_page_of_one(arguments: argparse.Namespace, results: Results) -> None:
    from boxgrader.errors import shown
    from boxgrader.nbgrader_course.report import report, summary

    output = arguments.output or Path(f"report-{Path(arguments.assignment).name}.html")
    write_whole(output, report(results))
    print(f"{summary(results)}\nThe page for the debrief: {output}")
    if results.current.waiting:
        waiting = ", ".join(shown(task.name) for task in results.current.waiting)
        print(f"Not finished: a person still has to give points for {waiting}.")


def _alike(arguments: argparse.Namespace, course: Any, results: Results) -> Alike:
    """Compare everybody's answers."""
    from boxgrader.nbgrader_course.alike import read_alike, read_teams

    teams = read_teams(arguments.teams) if arguments.teams else {}
    return read_alike(course, results, arguments.given, teams)


def _write_alike(arguments: argparse.Namespace, found: Alike) -> int:
    from boxgrader.nbgrader_course.alike import page, summary

    output = arguments.output or Path(f"alike-{Path(arguments.assignment).name}.html")
    write_whole(output, page(found))
    print(summary(found) or f"No two of {found.compared:,} answers are nearly the same.")
    print(f"The page for you alone, with names: {output}")
    return 0


def _point_out(arguments: argparse.Namespace, found: Alike) -> None:
    """Say without a name that there is something to look at: others may see this screen."""
    from boxgrader.nbgrader_course.alike import summary

    if told := summary(found):
        more = f"report {quoted(arguments.assignment)} --alike{same_course(arguments)}"
        command = typed(more, arguments.program)
        print(f"{told} That is no verdict. To look at them, alone: {command}")


def _write_page_of_all(
    arguments: argparse.Namespace, course: str, found: list[Results], everybody: list[Learner]
) -> None:
    from boxgrader.nbgrader_course.gradetable import grade_table

    output = arguments.output or Path("grades.html")
    title = f"{course}: all points" if course else "All points"
    write_whole(output, grade_table(title, found, everybody, so_far=arguments.so_far))
    print(f"Assignments: {len(found):,}\nThe table of everybody's points, with names: {output}")


def _write_table(
    arguments: argparse.Namespace, found: list[Results], everybody: list[Learner]
) -> list[str]:
    from boxgrader.nbgrader_course.lms import table

    columns = arguments.columns or "canvas"
    text, notes = table(found, columns, so_far=arguments.so_far, everybody=everybody)
    write_whole(arguments.csv, text)
    print(f"The table ({columns}): {arguments.csv}")
    return notes


COMMAND = Command(
    name="report",
    summary="make the page for the debrief, and tables of points, as for Canvas or Moodle",
    details="""
Read nbgrader's gradebook and autograded/, and write one HTML page that needs no network: how the
points are spread, how hard each task was and how well it tells learners apart, and which wrong
answer the room gave most. No learner is named on the page. Nothing is graded or changed; grade
first.

Without ASSIGNMENT, the page is a table of everybody's points for all assignments, with names and
totals. With --student it says every time that a learner's work was graded, and what that changed.

With --alike, the page shows answers of one assignment that are nearly the same, with names: look
at both texts before you think anything. It changes no point, and learners are told nothing of it.

The table has the names of learners in it. Canvas: Gradebook, Import. Moodle: Grades, Import, CSV
file; map Username to username, or Email address to useremail.
""",
    example="report ps1 --csv canvas.csv --columns canvas",
    declare=_declare,
    run=quietly(_run),
)
