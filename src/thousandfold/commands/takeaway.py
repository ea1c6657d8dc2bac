"""`thousandfold takeaway`: what a learner predicted, what happened, and the memos, on one page."""

from __future__ import annotations

import argparse
import sys

from thousandfold.commands import Command, say_unprinted
from thousandfold.errors import ExplainedError


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", metavar="FOLDER", help="where the notebooks of one learner are; it is only read"
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        default="takeaway.html",
        help="the page to write, .html or .pdf (default: takeaway.html)",
    )
    parser.add_argument("--name", metavar="NAME", default="", help="a name below the title")
    parser.add_argument(
        "--still", action="store_true", help="no sliders: nothing has to be drawn for the page"
    )


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation.course import Course, find_course
    from thousandfold.facilitation.pdf import print_page
    from thousandfold.facilitation.takeaway import collect, html
    from thousandfold.writing import write_whole

    folder, target = Path(arguments.folder), Path(arguments.output)
    if target.suffix not in (".html", ".pdf"):
        raise ExplainedError(f"end the name of the file in .html or .pdf, not {target.suffix!r}")
    course: Course | None
    try:
        course = find_course()  # the questions as they were asked, not as they may look by now
    except ExplainedError:
        course = None
    found = collect(folder, course)
    for sentence in found.refused:
        print(f"thousandfold: warning: left out: {sentence}", file=sys.stderr)
    printed = target.suffix == ".pdf"
    sliders = {}
    if course and not printed and not arguments.still:
        from thousandfold.facilitation.sliders import kept_slider

        sliders = {module.stem: kept_slider(course, module.stem) for module in found.modules}
    content = html(found, arguments.name, sliders)
    written = print_page(content, target) if printed else write_whole(target, content)
    said = sum(bool(guess.said) for module in found.modules for guess in module.predictions)
    done = f"predictions: {said}, memos: {found.memos}, flights: {len(found.flights)}"
    print(f"written: {written} ({done})")
    if printed:
        say_unprinted([written])
    return 0


COMMAND = Command(
    name="takeaway",
    summary="collect a learner's predictions, memos and flights into one page to take home",
    details="""
Read all that was saved in a folder and the folders in it: predictions from the lessons, memos from
the exercises, flights of the flight simulator. What was not done is left out. Write one page that
needs no network and no notebook. Where a file is there twice, what was written last counts; a
damaged file is left out and named.

Where the workshop is at hand, here or above, the page has the first sliders of each lesson again,
folded away. They are drawn from our models; nothing that stands in a notebook is run for them.
""",
    example="thousandfold takeaway . --output takeaway.pdf",
    declare=_declare,
    run=_run,
)
