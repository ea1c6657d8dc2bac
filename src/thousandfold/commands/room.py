"""`thousandfold room`: how a room stands with an exercise, live, on one page without names."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from thousandfold.commands import Command, add_course

if TYPE_CHECKING:
    from thousandfold.room.door import Door
    from thousandfold.room.marks import Exercise
    from thousandfold.room.network import Place

_PORT = 8765


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="for example 06_communication")
    add_course(parser)
    parser.add_argument(
        "--folder",
        metavar="FOLDER",
        type=Path,
        help="where submissions lie and are put (default: submitted/ in the course)",
    )
    parser.add_argument(
        "--exchange",
        metavar="FOLDER",
        type=Path,
        help="the inbound folder of an nbgrader exchange; nothing is then handed in on the page",
    )
    parser.add_argument(
        "--network",
        action="store_true",
        help="let others on the network of the room in (default: this computer alone)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=_PORT,
        help=f"of the page (default: {_PORT}; 0: any that is free)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=min(4, os.cpu_count() or 1),
        help="submissions that are checked at a time (default: one for each core, at most 4)",
    )


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.errors import ExplainedError

    try:
        from thousandfold.room.board import Room
        from thousandfold.room.door import Door, place_of
        from thousandfold.room.hand_in import Intake
        from thousandfold.room.marks import Exercise, Marker
        from thousandfold.room.network import open_sockets
        from thousandfold.room.server import Site, serve
    except ImportError as error:  # on Windows, or without the workshop's libraries
        raise ExplainedError(
            f"a room needs Linux or macOS, and what the workshop installs ({error}); on Windows "
            "run it in WSL, after `make lab` there"
        ) from None

    exercise = Exercise(arguments.course, arguments.assignment)
    if arguments.exchange and not arguments.exchange.is_dir():
        raise ExplainedError(
            f"{arguments.exchange} is not a folder; name the folder inbound of the course, such as "
            "/srv/nbgrader/exchange/thousandfold/inbound"
        )
    folder = (arguments.folder or exercise.folder).resolve()
    sockets, place = open_sockets(arguments.port, shared=arguments.network)
    door = Door(place_of(folder, exercise.assignment))
    room = Room(exercise, folder, arguments.exchange, say=_say)
    room.look()
    intake = None if arguments.exchange else Intake([exercise], folder)
    site = Site(exercise.title, room, door, place, intake)

    def opened() -> None:
        _tell(exercise, place, door, hand_in=intake is not None)
        room.start(lambda: Marker(exercise), max(1, arguments.workers))

    serve(site.application(), sockets, opened)
    door.close()
    started = room.board().started
    places = folder if intake else f"{folder} and {arguments.exchange}"
    print(f"\nThe room is closed. {started} handed in; what they handed in lies in {places}")
    if arguments.folder:
        print(
            f"To grade it, copy it to submitted/ of the course, then: thousandfold grade "
            f"{arguments.assignment}"
        )
    if not intake:
        print(f"Collect it: nbgrader collect {exercise.assignment}")
    if folder == exercise.folder.resolve():
        course = "" if arguments.course == Path() else f" --course {arguments.course}"
        print(f"Grade it: thousandfold grade {exercise.assignment}{course}")
    return 0


def _tell(exercise: Exercise, place: Place, door: Door, *, hand_in: bool) -> None:
    """Say where the room is, and how one gets in."""
    print(f"{exercise.title}\n")
    print(f"  For the projector:  {place.address}/room")
    if hand_in:
        print(f"  To hand in:         {place.address}")
    again = "  (as before: this room was not closed)" if door.reopened else ""
    print(f"  Password:           {door.password}{again}\n")
    if place.shared and hand_in:
        from thousandfold.facilitation.link import qr_text

        if sys.stdout.isatty():
            print(qr_text(place.address))
        if place.others:
            print(f"In another network of this computer: {', '.join(place.others)}")
        print("Everybody on this network who knows the password can come in. What is sent is not")
        print("encrypted. If nobody reaches the address, a firewall is in the way, or a wi-fi that")
        print("keeps devices apart: use a telephone's hotspot.\n")
    elif not place.shared:
        print("Open on this computer alone. With --network the whole room can hand in.\n")
    print("Ctrl+C closes the room; what was handed in stays.", flush=True)


def _say(sentence: str) -> None:
    print(f"thousandfold: {sentence}", file=sys.stderr, flush=True)


COMMAND = Command(
    name="room",
    summary="show on the projector how the room stands with an exercise, live, without names",
    details="""
Show one page while the room works on an exercise: how many have started, how many have which task
right, and what most of those who have not were told. It brings itself up to date and shows no name.

Learners hand in on a page of the same address: one notebook, and a name that only you see. It is
kept as nbgrader keeps submissions, NAME/ASSIGNMENT/ASSIGNMENT.ipynb in submitted/, so that
`thousandfold grade` can grade it afterwards. Files that you drop into that folder count as well, as
NAME/ASSIGNMENT.ipynb or NAME.ipynb too; with --exchange, what learners submit on a hub counts.

The page asks for a password, which is made when the room is opened. Without --network nobody but
this computer reaches it. Learners' code runs in the box of `thousandfold grade` and nowhere else;
on a machine that gives no box, the page shows who has started, and no more.

A room that was killed goes on when the same command is run again, with the same password.
""",
    example="thousandfold room 06_communication --network",
    declare=_declare,
    run=_run,
)
