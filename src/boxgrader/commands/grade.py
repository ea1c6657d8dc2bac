"""`boxgrader grade`: what a class of strangers handed in, safely and in parallel."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from boxgrader.commands import Command, add_course, assignment, quietly, same_course
from boxgrader.errors import GradingError
from boxgrader.imports import quickly
from boxgrader.typed import nbgrader, typed

if TYPE_CHECKING:
    from boxgrader.nbgrader_course.history import Regrading

_MOST_LINES = 20
_MOST_CELLS = 3
_SOME = 3  # exit code: some have to be looked at; 1 is for a class that could not be graded


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", metavar="ASSIGNMENT", type=assignment, help="for example ps1")
    add_course(parser)
    parser.add_argument(
        "--workers", type=_positive, help="submissions at a time (default: one for each core)"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=_positive, help="for each cell (default: configured)"
    )
    parser.add_argument(
        "--memory", metavar="MB", type=_positive, help="for each submission (default: 1024)"
    )
    parser.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="grade on the Dask cluster of this scheduler"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--resume",
        action="store_true",
        help="grade what is new or has changed, and nothing else (this is the default)",
    )
    which.add_argument(
        "--again",
        action="store_true",
        help="grade everything, also what has not changed; points and comments by hand stay, and "
        "are to be confirmed only where the cell or its test says something new",
    )
    parser.add_argument(
        "--student",
        metavar="NAME",
        action="append",
        default=[],
        help="grade nobody else; can be given several times, and with --again for who appeals",
    )
    parser.add_argument(
        "--notebook", metavar="NAME", default="", help="grade no other notebook of the assignment"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="grade nobody: say what your own solution gets, where each test runs and why, what "
        "the limits are, and what the course's configuration lacks",
    )
    parser.add_argument(
        "--anyway",
        action="store_true",
        help="grade although your own solution does not get all the points",
    )
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="run learners' code without a box, with all your rights; for a machine that gives no "
        "box, and only if you trust every learner",
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"it has to be a whole number of 1 or more, not {text!r}")
    return int(text)


def _run(arguments: argparse.Namespace) -> int:
    _refuse_elsewhere(arguments)
    with quickly():
        from boxgrader.nbgrader_course.assignment import Outcome, grade_assignment
    options: dict[str, Any] = {
        name: getattr(arguments, name)
        for name in ("workers", "memory", "scheduler")
        if getattr(arguments, name) is not None
    }
    if arguments.anyway:
        options["anyway"] = True
    if arguments.unsafe:
        options["boxed"] = False
        warning = "learners' code runs with all your rights."
        print(f"{arguments.program}: warning: {warning}", file=sys.stderr)
    if arguments.check:
        return _check(arguments, options)
    try:
        outcome: Outcome = grade_assignment(
            arguments.course,
            arguments.assignment,
            db_url=arguments.db,
            again=arguments.again,
            students=arguments.student,
            notebook=arguments.notebook.removesuffix(".ipynb"),
            options=options,
            timeout=arguments.timeout,
            progress=_Progress(arguments.assignment),
        )
    except KeyboardInterrupt:
        raise GradingError(
            "stopped; what was graded is kept, and the same command goes on from there"
        ) from None
    return _tell(outcome, arguments)


def _check(arguments: argparse.Namespace, options: dict[str, Any]) -> int:
    """Look at the course alone; return the exit code."""
    from boxgrader.errors import GraderError

    without = ("again", "resume", "student", "notebook", "anyway")
    if ignored := [f"--{name}" for name in without if getattr(arguments, name)]:
        raise GraderError(
            f"--check grades nobody, so it does not go with {' and '.join(ignored)}; leave one out"
        )
    from boxgrader.nbgrader_course.rehearsal import rehearse, told

    rehearsal = rehearse(
        arguments.course,
        arguments.assignment,
        db_url=arguments.db,
        options=options,
        timeout=arguments.timeout,
    )
    for line in told(rehearsal):
        print(line)
    _tell_notes(rehearsal.notes)
    return int(bool(rehearsal.lost))


class _Progress:
    """Says on a terminal how many submissions are done."""

    def __init__(self, assignment: str) -> None:
        self._assignment = assignment
        self._total = self._done = 0

    def __call__(self, total: int, record: object) -> None:
        self._total += total
        self._done += record is not None
        if sys.stderr.isatty():
            end = "\n" if self._done == self._total else ""
            said = f"\rgrading {self._assignment}: {self._done:,} of {self._total:,} submissions"
            print(said, end=end, file=sys.stderr, flush=True)


def _refuse_elsewhere(arguments: argparse.Namespace) -> None:
    """Say at once what this system lacks: a box, and on Windows also what grading itself needs."""
    runs_here = not (arguments.unsafe or arguments.scheduler)
    if sys.platform == "win32" or (runs_here and sys.platform != "linux"):
        from boxgrader.box.namespaces import why_not

        raise GradingError(why_not())


def _tell(outcome: Any, arguments: argparse.Namespace) -> int:
    """Print what became of the class; return the exit code."""
    from boxgrader.errors import listed, shown

    everybody = sorted([*outcome.records, *outcome.unchanged], key=lambda record: record.student)
    by_status = {
        status: [record for record in everybody if record.status == status]
        for status in ("graded", "tampered", "refused")
    }
    minutes, seconds = divmod(round(outcome.seconds), 60)
    print(
        f"{arguments.assignment}: {len(outcome.records)} done now in {minutes} min {seconds} s, "
        f"{len(outcome.unchanged)} unchanged since an earlier run."
    )
    print("".join(f"{status:>10} {len(found):>6}\n" for status, found in by_status.items()), end="")
    _tell_regradings(outcome.regradings, arguments)
    if anew := outcome.told_anew:
        print(
            f"\nFeedback made anew, for it showed other points or comments than the gradebook has: "
            f"{len(anew):,} ({listed(anew)})."
        )
    _tell_notes(outcome.notes)
    width = max((len(shown(record.student)) for record in everybody), default=0)
    for status, says in (
        (
            "refused",
            "Refused: not graded, nothing of it was run (what an earlier submission got stays)",
        ),
        ("tampered", "Tampered: look at these before you give the points"),
        ("graded", "Graded, with something to know"),
    ):
        told = [record for record in by_status[status] if record.reasons]
        if told:
            print(f"\n{says}:")
        for record in told:
            for number, reason in enumerate(record.reasons):
                name = shown(record.student) if number == 0 else ""
                print(f"  {name:{width}}  {shown(reason.text, 500)}")
    without = ", ".join(shown(name) for name in outcome.without_feedback)
    if without:
        print(
            f"\nFor some, no feedback could be written: {without}. "
            f"`{nbgrader(f'generate_feedback {arguments.assignment} --force')}` says why."
        )
    print(f"\nGraded notebooks: {outcome.folder / 'autograded'}")
    print(f"Feedback: {outcome.folder / 'feedback'}")
    command = f"report {arguments.assignment} --csv FILE.csv{same_course(arguments)}"
    print(f"Points: {typed(command, arguments.program)}")
    if arguments.unsafe:
        print("This was graded without a box: learners' code ran with your rights.")
    if not (by_status["refused"] or by_status["tampered"] or without):
        return 0
    print(f"Exit code {_SOME}: somebody was refused, has tampered or has no feedback; see above.")
    return _SOME


def _tell_regradings(regradings: Sequence[Regrading], arguments: argparse.Namespace) -> None:
    """Print whose points this run changed; of a first grading there is nothing to say."""
    from boxgrader.errors import shown

    if not regradings:
        return
    changed = sorted((it for it in regradings if it.changed), key=lambda it: it.student)
    print(
        f"\nOther points than before: {len(changed):,} of the {len(regradings):,} graded anew"
        + ("." if not changed else ":")
    )
    listed = changed if len(changed) <= _MOST_LINES else changed[: _MOST_LINES - 1]
    width = max((len(shown(one.student)) for one in listed), default=0)
    for one in listed:
        asks = f" (cells that wait for a person again: {_some(one.asks)})" if one.asks else ""
        print(f"  {shown(one.student):{width}}  {one.before:g} → {one.after:g}{asks}")
    if more := len(changed) - len(listed):
        command = f"report {arguments.assignment} --student NAME{same_course(arguments)}"
        print(f"  and {more:,} more; `{typed(command, arguments.program)}` says it of each")


def _some(cells: Sequence[str]) -> str:
    from boxgrader.errors import shown

    more = len(cells) - _MOST_CELLS
    named = ", ".join(map(shown, cells[:_MOST_CELLS]))
    return f"{named} and {more:,} more" if more > 0 else named


def _tell_notes(notes: Sequence[str]) -> None:
    if notes:
        print("\nAbout this course:")
        print("".join(f"{textwrap.indent(note, '  ')}\n" for note in notes), end="")


COMMAND = Command(
    name="grade",
    summary="grade what a class handed in, in parallel, without trusting its code",
    details="""
Grade everything in submitted/NAME/ASSIGNMENT of an nbgrader course. Each submission runs in a box
of its own: no network, no files but its own, limits on time and memory. Grades go to nbgrader's
gradebook, notebooks to autograded/ and feedback/, so that formgrader and `nbgrader export` go on
from there. One bad submission stops no other. Interrupted, the same command goes on where it
stopped.

The assignment is put into the gradebook if it is not there, or if its cells have changed. Who is
concerned by a change is graded again: by a test, points, a locked cell, a file, a due date, an
extension or a penalty. `report ASSIGNMENT --student NAME` says what each grading changed.

Exit codes: 0 everybody was graded; 3 somebody was refused, has tampered or has no feedback, and all
others were graded; 1 grading could not start, or had to stop; 2 wrong arguments.
""",
    example="grade ps1",
    declare=_declare,
    run=quietly(_run),
)
