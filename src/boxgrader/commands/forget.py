"""`boxgrader forget`: one learner taken out of a course."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boxgrader.commands import Command, add_course, same_course

if TYPE_CHECKING:
    from boxgrader.nbgrader_course.forgetting import Kept

_MOST_NAMED = 50
_SOME = 3  # exit code: something is left that a person has to look at


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "student",
        metavar="STUDENT",
        help="the learner, as the gradebook and the folder in submitted/ write the name",
    )
    add_course(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be removed, and remove nothing"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _run(arguments: argparse.Namespace) -> int:
    import warnings

    from boxgrader.errors import GraderError

    if sys.platform == "win32":
        raise GraderError("a learner is taken out where the course is graded: on Linux")
    from boxgrader.nbgrader_course.course import course_directory
    from boxgrader.nbgrader_course.forgetting import forget, look, nobody_grades

    # nbgrader is not yet at ease with SQLAlchemy 2.1; what it removes is right, the warnings many.
    warnings.filterwarnings("ignore", module="nbgrader")
    if not arguments.course.is_dir():
        raise GraderError(
            f"{arguments.course} is not a folder; name that of the course with --course"
        )
    course = course_directory(arguments.course, arguments.db)
    kept = look(course, arguments.student)
    _tell(course, kept)
    if arguments.dry_run:
        _tell_named(course, kept, arguments)
        print("Nothing was removed: this was a look.")
        return 0
    if not arguments.yes:
        if not sys.stdin.isatty():
            raise GraderError(
                "nobody is here to ask: add --yes, or --dry-run to look. Nothing was removed"
            )
        if input("Remove all of it for good? Type yes: ").strip().lower() not in ("yes", "y"):
            print("Nothing was removed.")
            return 1
    notes: list[str] = []
    with nobody_grades(course, notes):
        kept = look(course, arguments.student)  # what came meanwhile, too
        left = forget(course, kept)
    return _tell_left(course, kept, left, notes, arguments)


def _tell(course: Any, kept: Kept) -> None:
    """List what there is of a learner."""
    from boxgrader.errors import shown
    from boxgrader.nbgrader_course.gradebook import place

    print(f"There is this of {shown(kept.student)}:")
    for path in kept.places:
        print(f"  {_short(path, course)}  ({_size(path)})")
    exchange = {path.parent for path in (*kept.handed_in, *kept.pages)}
    for folder in sorted(exchange):
        count = sum(path.parent == folder for path in (*kept.handed_in, *kept.pages))
        what = "submissions" if folder.name == "inbound" else "pages of feedback"
        print(f"  {folder}  ({what}: {count:,})")
    if kept.ids:
        rows = ", ".join(f"{what}: {count:,}" for what, count in kept.rows.items())
        print(f"  the gradebook {place(course.db_url)}  ({rows})")


def _size(path: Path) -> str:
    if path.is_symlink():
        return "a link: it goes, what it leads to stays"
    if not path.is_dir():
        return "a file"
    count = sum(len(names) for _, _, names in os.walk(path))
    return "1 file" if count == 1 else f"{count:,} files"


def _short(path: Path, course: Any) -> str:
    from boxgrader.errors import shown
    from boxgrader.nbgrader_course.names import storable

    root = Path(course.root)
    within = path.relative_to(root) if path.is_relative_to(root) else path
    return shown(storable(str(within)), 300)


def _tell_left(
    course: Any, kept: Kept, left: list[str], notes: list[str], arguments: argparse.Namespace
) -> int:
    """Say what still names the learner, and what is out of reach; return the exit code."""
    from boxgrader.errors import shown
    from boxgrader.nbgrader_course.forgetting import beyond

    for note in notes:
        print(f"{arguments.program}: {note}", file=sys.stderr)
    print(f"{shown(kept.student)} was taken out.")
    if left:
        print("Look at what is left:")
        _tell_lines(left)
    named = _tell_named(course, kept, arguments)
    print("Out of reach:")
    _tell_lines(beyond(course, kept))
    if not (left or named):
        return 0
    print(f"Exit code {_SOME}: something is left; see above.")
    return _SOME


def _tell_named(course: Any, kept: Kept, arguments: argparse.Namespace) -> bool:
    """Say which files name the learner besides, and what was searched for that.

    Returns
    -------
    bool
        Whether somebody has to look at one, or at what was not searched for being too much.
    """
    from boxgrader.errors import shown
    from boxgrader.nbgrader_course.forgetting import roster
    from boxgrader.nbgrader_course.names import storable
    from boxgrader.nbgrader_course.remains import remaining

    found = remaining(course, kept, roster(course), same_course(arguments), kept.paths)
    what = "1 file" if found.files == 1 else f"{found.files:,} files"
    if found.named:
        besides = "would name" if arguments.dry_run else "name"
        print(f"These {besides} them still, of {what} searched in the course:")
        _tell_lines([f"{_short(path, course)}: {do}" for path, do in found.named[:_MOST_NAMED]])
        if (more := len(found.named) - _MOST_NAMED) > 0:
            _tell_lines([f"and {more:,} more"])
    else:
        stays = "would name" if arguments.dry_run else "names"
        print(f"Of {what} searched in the course, none {stays} them still.")
    if found.stopped:
        print(f"The search stopped {shown(storable(found.stopped), 300)}.")
    if found.skipped:
        print("Not searched in the course:")
        _tell_lines([shown(storable(it), 300) for it in found.skipped])
    return bool(found.named or found.stopped)


def _tell_lines(sentences: Iterable[str]) -> None:
    print("".join(f"  {sentence}\n" for sentence in sentences), end="")


COMMAND = Command(
    name="forget",
    summary="take one learner out of a course: work, points, feedback and all that names them",
    details="""
List what a course holds of one learner, ask, and remove it: the folders in submitted/, autograded/
and feedback/, what was replaced or put aside there, what was handed in to nbgrader's exchange and
the feedback in it, and in the gradebook the learner with all points, comments and the history of
each grading. Nobody may grade meanwhile. A link is removed and not followed.

Then it searches every file in the course's folder, also in zips and documents of an office, and
names those that still hold the name or e-mail address: a table that `report` wrote with the command
that makes it anew. It says what it did not search, such as pictures, a history of git and a virtual
environment; and what no program can reach, such as backups and a learning platform. --dry-run says
that, too. If it is stopped, the same command goes on from there.

Exit codes: 0 no file that was searched names them; 3 it is done, and something is left to look at;
1 the learner is not known, somebody grades, or the answer was no: the sentence says so; 2 wrong
arguments.
""",
    example="forget ann --dry-run",
    declare=_declare,
    run=_run,
)
