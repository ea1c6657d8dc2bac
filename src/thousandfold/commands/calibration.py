"""`thousandfold calibration`: how the guesses of a whole room lay, on one page without names."""

from __future__ import annotations

import argparse
import sys

from thousandfold.commands import Command, add_workshop, say_unprinted
from thousandfold.errors import ExplainedError


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "people",
        metavar="FOLDER",
        help="holds a folder for each person, with the lessons that this person saved; only read",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        default="guesses-of-the-room.html",
        help="the page to write, .html or .pdf (default: guesses-of-the-room.html)",
    )
    parser.add_argument("--name", metavar="NAME", default="", help="such as place and date")
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation.collected import collected
    from thousandfold.facilitation.course import find_course
    from thousandfold.facilitation.pdf import print_page
    from thousandfold.facilitation.room_calibration import calibration_of_room
    from thousandfold.facilitation.room_calibration_page import html
    from thousandfold.writing import write_whole

    target = Path(arguments.output)
    if target.suffix not in (".html", ".pdf"):
        raise ExplainedError(f"end the name of the file in .html or .pdf, not {target.suffix!r}")
    found = collected(Path(arguments.people), find_course(arguments.folder))
    for sentence in found.refused:
        print(f"thousandfold: warning: left out: {sentence}", file=sys.stderr)
    if found.silent:
        names = ", ".join(found.silent)
        print(f"thousandfold: no guess in {len(found.silent)}: {names}", file=sys.stderr)
    room = calibration_of_room(found.asked)
    content = html(room, arguments.name)
    printed = target.suffix == ".pdf"
    written = print_page(content, target) if printed else write_whole(target, content)
    print(
        f"written: {written} (people: {found.people}, questions: {len(room.shown)} shown, "
        f"{room.hidden} hidden, left out: {len(found.refused)})"
    )
    if printed:
        say_unprinted([written])
    return 0


COMMAND = Command(
    name="calibration",
    summary="show how the guesses of a whole room lay, on one page without names",
    details="""
Read the lessons that many people saved, one folder for each of them, and write one page: how the
guesses to each question lay beside what happened, and whether rooms like this one lean to low or
to high numbers. What fewer than five people answered is not shown, counts are rounded to fives.

Files that cannot be read are left out, and named here and not on the page.
""",
    example="thousandfold calibration collected/ --output guesses.pdf",
    declare=_declare,
    run=_run,
)
