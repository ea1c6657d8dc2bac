"""`thousandfold viva`: three questions for a talk with each learner, from their own numbers."""

from __future__ import annotations

import argparse
from pathlib import Path

from thousandfold.commands import Command, add_course, add_workshop, say, say_unprinted
from thousandfold.commands.grader import MISSING
from thousandfold.errors import ExplainedError


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "exercise", metavar="EXERCISE", help="its name or its number, such as 06_communication or 6"
    )
    add_course(parser)
    parser.add_argument(
        "--student",
        metavar="NAME",
        nargs="+",
        default=[],
        help="only these learners, as their folders in submitted/ are called (default: all)",
    )
    parser.add_argument(
        "--output",
        metavar="FILE.pdf",
        type=Path,
        help="the sheets to write, PDF or HTML (default: viva-EXERCISE.pdf in this folder)",
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    import warnings

    try:
        import nbgrader  # noqa: F401

        import boxgrader.nbgrader_course  # noqa: F401
    except ModuleNotFoundError:
        raise ExplainedError(MISSING) from None
    from thousandfold.commands.viva_submissions import read_learners
    from thousandfold.facilitation.course import find_course, read_cells
    from thousandfold.facilitation.pdf import print_page
    from thousandfold.facilitation.viva import read_lines
    from thousandfold.facilitation.viva_answers import asked_in
    from thousandfold.facilitation.viva_sheets import sheet, sheets_page, shown
    from thousandfold.writing import write_whole

    warnings.filterwarnings("ignore", module="nbgrader")
    workshop = find_course(arguments.folder)
    module = workshop.module(arguments.exercise.rstrip("/"))
    if module.exercise is None:
        raise ExplainedError(f"{module.stem} has no exercise that anybody could hand in")
    lines = read_lines(workshop.root / "facilitator" / "viva" / f"{module.stem[3:]}.py")
    target = arguments.output or Path(f"viva-{module.stem}.pdf")
    if not target.parent.is_dir():
        raise ExplainedError(f"there is no folder {target.parent}: make it, or name another file")
    say("Reading what was handed in …")
    asks = asked_in(read_cells(module.exercise))
    learners = read_learners(arguments.course, module.stem, asks, arguments.student)
    sheets = [sheet(lines, learner) for learner in learners]
    content = sheets_page(module.question, module.stem, sheets)
    printed = target.suffix.lower() not in (".html", ".htm")
    written = print_page(content, target) if printed else write_whole(target, content)
    print(f"written: {written}, with a page for each of {len(sheets)} learners")
    for it in sheets:
        if it.why:
            print(f"not read, and asked from the exercise's examples: {it.name}. {shown(it.why)}")
    if printed:
        say_unprinted([written])
    return 0


COMMAND = Command(
    name="viva",
    summary="print three questions for a talk with each learner, from their own numbers",
    details="""
Read what was handed in for an exercise, and print a page for each learner: three questions about
their own answers, each with what a good answer holds and which number would refute it, and a line
to tick. For talks of five minutes. Nobody is judged by a program, and nothing is graded or changed.

The questions stand in facilitator/viva/ of the workshop's folder, which learners do not have. The
same answers and the same name give the same sheet. Learners' notebooks are run in the grader's box;
where this machine has none, answers are read as they are written. Who could not be read stands on
the first page, and has three questions, too. facilitator/viva.md says how to hold such a talk.
""",
    example="thousandfold viva 06_communication --student ann bob",
    declare=_declare,
    run=_run,
)
