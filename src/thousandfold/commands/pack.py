"""`thousandfold pack`: one folder with all that a day needs."""

from __future__ import annotations

import argparse

from thousandfold.commands import Command, add_workshop, say, say_unprinted
from thousandfold.commands.planning import add_plan, plan_of
from thousandfold.errors import verb


def _declare(parser: argparse.ArgumentParser) -> None:
    add_plan(parser, asks=True)
    parser.add_argument(
        "--date",
        metavar="YYYY-MM-DD",
        required=True,
        help="the day; evenings follow week by week",
    )
    parser.add_argument(
        "--timezone",
        metavar="ZONE",
        required=True,
        help="of the place, by its city, such as Europe/Berlin",
    )
    parser.add_argument("--people", metavar="N", type=int, required=True, help="how many take part")
    parser.add_argument(
        "--place", metavar="TEXT", default="", help="the room, and its address; or --link"
    )
    parser.add_argument("--link", metavar="URL", default="", help="of a call; or --place, or both")
    parser.add_argument(
        "--room",
        metavar="URL",
        default="",
        help="of the live room, where it is not on your laptop, such as https://room.example.org",
    )
    parser.add_argument(
        "--output", metavar="FOLDER", help="the folder (default: format and day, here)"
    )
    parser.add_argument(
        "--still", action="store_true", help="slides without sliders: nothing has to be drawn"
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from functools import partial
    from pathlib import Path

    from thousandfold.facilitation import slides
    from thousandfold.facilitation.calendar_file import day_of, zone_of
    from thousandfold.facilitation.course import find_course
    from thousandfold.facilitation.pack import KIT, LIST, Day, write_pack
    from thousandfold.facilitation.sliders import slide_sliders

    made = plan_of(find_course(arguments.folder), arguments)
    day = Day(
        made,
        day_of(arguments.date),
        zone_of(arguments.timezone),
        arguments.people,
        arguments.place.strip(),
        arguments.link.strip(),
        arguments.room.strip().rstrip("/"),
    )
    target = Path(arguments.output or f"{made.name}-{day.first}")
    drawn = slides.none if arguments.still else partial(slide_sliders, say=say)
    written = write_pack(day, target, drawn)
    for path in written:
        print(f"written: {path}")
    if not any(path.name == KIT for path in written):
        print(f"{KIT} is not in the pack: to send it, run `{verb('kit')}`, then this again")
    print(f"Begin with {next(path for path in written if path.stem == LIST)}")
    say_unprinted(path for path in written if path.parent.name == "print")
    return 0


COMMAND = Command(
    name="pack",
    summary="make one folder with all that a day needs: to print, to send, to show",
    details="""
Make one folder for the day. READ-ME-FIRST in it says what to print how often on which paper, and
what to send when. With it come the sheets and the run of show, the slides of the whole format, the
kit of learners if `make kit` has built it, a calendar file for participants and one for you, and
three mails as text: the invitation, the day after, four weeks after. In the mails only names are
missing. The commands of the live room stand in the list, for this day, to be pasted.

Say where people come together: --place, or the --link of a call, or both.

The folder is written whole or not at all, and a folder that holds something else stays as it is.
Nothing is sent anywhere.
""",
    example="thousandfold pack --format half-day --date 2027-03-15 --start 09:00 "
    '--timezone Europe/Berlin --people 20 --place "Room 4, Harbour Street 2"',
    declare=_declare,
    run=_run,
)
