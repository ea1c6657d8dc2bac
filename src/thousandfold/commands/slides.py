"""`thousandfold slides`: slides made from the lessons."""

from __future__ import annotations

import argparse

from thousandfold.commands import Command, add_workshop


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "modules",
        nargs="*",
        metavar="MODULE",
        help="number or name, such as 06 or 06_communication (default: all)",
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="slides",
        help="where the slides go (default: slides)",
    )
    parser.add_argument(
        "--pdf",
        action="store_true",
        help="also print each lesson with the presenter's notes, to hand out",
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation.course import find_course
    from thousandfold.facilitation.slides import write_slides

    course = find_course(arguments.folder)
    modules = [course.module(name) for name in arguments.modules] or course.modules
    for path in write_slides(course, modules, Path(arguments.output), pdf=arguments.pdf):
        print(f"written: {path}", flush=True)
    return 0


COMMAND = Command(
    name="slides",
    summary="make slides from the lessons, to show without a network and to hand out",
    details="""
Make one page of slides for each lesson, and index.html that leads to them. A page needs nothing but
a browser: no network, no kernel, no Jupyter. Keys: arrows, space or a clicker move, N opens a
window with your notes, F is full screen, B a blank screen.

Sliders do not move in these pages. To present with a living kernel, open the lesson in JupyterLab
and press Present above it. With --pdf, slides and notes are printed by Chromium, Chrome or Edge.
""",
    example="thousandfold slides 06 --output slides",
    declare=_declare,
    run=_run,
)
