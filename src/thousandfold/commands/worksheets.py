"""`thousandfold worksheets`: sheets to print, made from the notebooks."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from thousandfold.commands import Command, add_workshop

if TYPE_CHECKING:
    from collections.abc import Sequence


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="worksheets",
        help="where the sheets go (default: worksheets)",
    )
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        help="only what this plan needs: one-hour, two-hours, half-day, day or six-evenings",
    )
    parser.add_argument(
        "--modules", metavar="LIST", help="only these modules, such as 0,1,5,6 (default: all)"
    )
    parser.add_argument(
        "--pages",
        action="store_true",
        help="also write the facilitator's pages of the modules; they hold answers, so keep them",
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation import schedule
    from thousandfold.facilitation.course import Module, find_course
    from thousandfold.facilitation.worksheets import write_worksheets

    course = find_course(arguments.folder)
    names = [name.strip() for name in arguments.modules.split(",")] if arguments.modules else None
    modules: Sequence[Module] | None = None
    memos: Sequence[Module] | None = None
    if arguments.format:
        plan = schedule.plan(course, arguments.format, modules=names)
        modules, memos = plan.taught, plan.memos
    elif names:
        modules = [course.module(name) for name in names]
    written = write_worksheets(
        course, Path(arguments.output), modules=modules, memos=memos, pages=arguments.pages
    )
    for path in written:
        print(f"written: {path}")
    if any(path.suffix == ".html" for path in written):
        print(
            "thousandfold: no Chromium, Chrome or Edge prints here, so these are pages, not PDF; "
            "open them in any browser and print",
            file=sys.stderr,
        )
    return 0


COMMAND = Command(
    name="worksheets",
    summary="write sheets to print: predictions, decision memos, two questions for the wall",
    details="""
Make printable sheets from the notebooks: one with all predictions, one for each decision memo with
its rubric, one for the wall for each module, on which learners mark whether it changes a decision
of theirs, and the decision sheet of the flight simulator. PDF, or HTML where no Chromium, Chrome or
Edge prints them.

With --format only what that plan needs: predictions and wall sheets of its modules, memos that are
written in it or as homework. Without it, all modules, or those of --modules.
""",
    example="thousandfold worksheets --format half-day --pages",
    declare=_declare,
    run=_run,
)
