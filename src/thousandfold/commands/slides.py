"""`thousandfold slides`: slides made from the lessons."""

from __future__ import annotations

import argparse

from thousandfold.commands import Command, add_workshop, say, say_unprinted
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
    parser.add_argument(
        "--still",
        action="store_true",
        help="no sliders: nothing has to be drawn, and each stays a hint among your notes",
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from functools import partial
    from pathlib import Path

    from thousandfold.facilitation import slides
    from thousandfold.facilitation.course import find_course
    from thousandfold.facilitation.format_deck import write_format_deck
    from thousandfold.facilitation.sliders import slide_sliders

    course, folder = find_course(arguments.folder), Path(arguments.output)
    arguments.modules = ",".join([*arguments.module, arguments.modules or ""])
    drawn = slides.none if arguments.still else partial(slide_sliders, say=say)
    if arguments.format:
        plan = plan_of(course, arguments)
        written = write_format_deck(plan, folder, pdf=arguments.pdf, sliders_of=drawn)
    else:
        modules = modules_alone(course, arguments) or course.modules
        written = slides.write_slides(course, modules, folder, pdf=arguments.pdf, sliders_of=drawn)
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

Sliders move in these pages: each of their pictures is drawn while the slides are made, by the lines
of the lesson, the first time in some seconds a lesson. Where a slider has the focus, arrow keys
move it; Page Down, space or Escape go back to the slides. To present with a living kernel, open the
lesson in JupyterLab and press Present above it.

With --pdf, slides and notes are printed by Chromium, Chrome or Edge: each slider where it begins.
""",
    example="thousandfold slides --format half-day --start 09:00 --output slides",
    declare=_declare,
    run=_run,
)
