"""`thousandfold worksheets`: sheets to print, made from the notebooks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from thousandfold.commands import Command, add_workshop, say_unprinted
from thousandfold.commands.planning import add_plan, modules_alone, plan_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thousandfold.facilitation.course import Module


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="worksheets",
        help="where the sheets go (default: worksheets)",
    )
    add_plan(parser, instead="only what this plan needs: ", default=None, timed=False)
    parser.add_argument(
        "--pages",
        action="store_true",
        help="also write the facilitator's pages of the modules; they hold answers, so keep them",
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation.course import find_course
    from thousandfold.facilitation.worksheets import write_worksheets

    course = find_course(arguments.folder)
    modules: Sequence[Module] | None = None
    memos: Sequence[Module] | None = None
    if arguments.format:
        plan = plan_of(course, arguments)
        modules, memos = plan.taught, plan.memos
    else:
        modules = modules_alone(course, arguments) or None
    written = write_worksheets(
        course, Path(arguments.output), modules=modules, memos=memos, pages=arguments.pages
    )
    for path in written:
        print(f"written: {path}")
    say_unprinted(written)
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
