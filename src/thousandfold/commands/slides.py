"""`thousandfold slides`: slides made from the lessons."""

from __future__ import annotations

import argparse

from thousandfold.commands import Command, add_workshop, say_unprinted
from thousandfold.commands.planning import add_plan, modules_alone, plan_of


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "module",
        nargs="*",
        metavar="MODULE",
        help="number or name, such as 06 or 06_communication; as in --modules (default: all)",
    )
    add_plan(parser, instead="one deck of a whole plan: ", default=None)
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="slides",
        help="where the slides go (default: slides)",
    )
    parser.add_argument(
        "--pdf",
        action="store_true",
        help="also print the slides with the presenter's notes, to hand out",
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation.course import find_course
    from thousandfold.facilitation.format_deck import write_format_deck
    from thousandfold.facilitation.slides import write_slides

    course, folder = find_course(arguments.folder), Path(arguments.output)
    arguments.modules = ",".join([*arguments.module, arguments.modules or ""])
    if arguments.format:
        written = write_format_deck(plan_of(course, arguments), folder, pdf=arguments.pdf)
    else:
        modules = modules_alone(course, arguments) or course.modules
        written = write_slides(course, modules, folder, pdf=arguments.pdf)
    made: list[Path] = []
    for path in written:
        print(f"written: {path}", flush=True)
        made.append(path)
    if arguments.pdf and not any(path.suffix == ".pdf" for path in made):
        say_unprinted(made)
    return 0


COMMAND = Command(
    name="slides",
    summary="make slides from the lessons, to show without a network and to hand out",
    details="""
Make one page of slides for each lesson, and index.html that leads to them. A page needs nothing but
a browser: no network, no kernel, no Jupyter. Keys: arrows, space or a clicker move, N opens a
window with your notes, F is full screen, B a blank screen.

With --format all of a day is one page: welcome, agenda, the lessons without what the plan leaves
out, polls and questions to discuss, breaks, close. On a break C starts the clock, and pauses it.

Sliders do not move in these pages. To present with a living kernel, open the lesson in JupyterLab
and press Present above it. With --pdf, slides and notes are printed by Chromium, Chrome or Edge.
""",
    example="thousandfold slides --format half-day --start 09:00 --output slides",
    declare=_declare,
    run=_run,
)
