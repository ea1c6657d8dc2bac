"""`thousandfold room`: one live server for the whole workshop day."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from thousandfold.commands import Command, add_course

if TYPE_CHECKING:
    from thousandfold.room.board import Room
    from thousandfold.room.hand_in import Intake
    from thousandfold.room.site import Site

_PORT = 8765


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "assignment",
        metavar="ASSIGNMENT",
        nargs="?",
        help="one exercise alone, such as 06_communication, in place of a day",
    )
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        default="half-day",
        help="the day, as in `thousandfold schedule` (default: half-day)",
    )
    parser.add_argument("--modules", metavar="LIST", help="other modules for it, such as 1,5,6")
    parser.add_argument("--start", metavar="HH:MM", help="when the day begins, such as 09:00")
    parser.add_argument(
        "--evening", metavar="N", type=int, default=1, help="of several evenings (default: 1)"
    )
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
        "--address",
        metavar="URL",
        help="where people reach it through a proxy, such as https://room.example.org",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=_PORT,
        help=f"of the page (default: {_PORT}; 0: any that is free)",
    )
    parser.add_argument(
        "--new", action="store_true", help="begin the day anew; what was there is kept aside"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="do not open the facilitator's page"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=min(4, os.cpu_count() or 1),
        help="submissions that are checked at a time (default: one for each core, at most 4)",
    )


def _run(arguments: argparse.Namespace) -> int:
    from datetime import datetime

    from thousandfold.errors import ExplainedError
    from thousandfold.facilitation.course import find_course
    from thousandfold.facilitation.plan import minutes_of
    from thousandfold.room.network import open_sockets
    from thousandfold.room.opening import day_plan, exercise_plan, journal_of, open_site
    from thousandfold.room.server import application, serve

    if arguments.exchange and not arguments.exchange.is_dir():
        raise ExplainedError(
            f"{arguments.exchange} is not a folder; name the folder inbound of the course, such as "
            "/srv/nbgrader/exchange/thousandfold/inbound"
        )
    course = find_course(str(arguments.course))
    start = minutes_of(arguments.start) if arguments.start else None
    modules = [name.strip() for name in arguments.modules.split(",")] if arguments.modules else None
    if arguments.assignment:
        stems, name = [arguments.assignment], arguments.assignment
        planned = None
    else:
        planned = day_plan(course, arguments.format, start, modules, arguments.evening)
        stems = sorted({slot.stem for slot in planned[1].slots if slot.part == "exercise"})
        name = arguments.format
    intakes, boards, begin = _exercises(arguments, stems)
    if planned is None:
        now = datetime.now()
        title = begin[0].title if begin else arguments.assignment
        single = exercise_plan(title, arguments.assignment, now.hour * 60 + now.minute)
    sockets, place = open_sockets(
        arguments.port, shared=arguments.network, address=arguments.address
    )
    journal = journal_of(name, new=arguments.new)
    site = open_site(course, journal, place, lambda: planned or single, intakes, boards)

    def opened() -> None:
        _tell(site)
        for start_marking in begin:
            start_marking.start()
        if not arguments.no_browser and sys.stdout.isatty():
            import webbrowser

            webbrowser.open(_facilitators(site))

    serve(application(site), sockets, opened)
    journal.close()
    print("\nThe room is closed. Run the same command to go on; everything is kept.")
    for board in boards.values():
        print(f"{board.board().started} handed in.")
    return 0


def _exercises(
    arguments: argparse.Namespace, stems: list[str]
) -> tuple[dict[str, Intake], dict[str, Room], list[_Marking]]:
    """Return what takes and what marks the exercises of the day."""
    from thousandfold.room.board import Room
    from thousandfold.room.hand_in import Intake
    from thousandfold.room.marks import Exercise

    intakes, boards, begin = {}, {}, []
    for stem in stems:
        exercise = Exercise(arguments.course, stem)
        folder = (arguments.folder or exercise.folder).resolve()
        board = Room(exercise, folder, arguments.exchange, say=_say)
        board.look()
        boards[stem] = board
        begin.append(_Marking(board, exercise, max(1, arguments.workers)))
        if not arguments.exchange:
            intakes[stem] = Intake(exercise, folder)
    return intakes, boards, begin


class _Marking:
    """Marks one exercise from now on."""

    def __init__(self, board: Room, exercise: object, workers: int) -> None:
        self._board, self._exercise, self._workers = board, exercise, workers
        self.title = getattr(exercise, "title", "")

    def start(self) -> None:
        from thousandfold.room.marks import Marker

        self._board.start(lambda: Marker(self._exercise), self._workers)


def _facilitators(site: Site) -> str:
    address = site.place.here if hasattr(site.place, "here") else site.place.address
    return f"{address}/facilitator/sign-in?key={site.door.key}"


def _tell(site: Site) -> None:
    """Say where the room is, and how one gets in."""
    place, door = site.place, site.door
    print(f"{site.title}\n")
    print(f"  You:            {_facilitators(site)}")
    print(f"  The projector:  {place.address}/projector")
    print(f"  Everybody:      {place.address}")
    print(f"  Password:       {door.password}\n")
    if place.shared:
        from thousandfold.facilitation.link import qr_text

        if sys.stdout.isatty():
            print(qr_text(place.address))
        if place.others:
            print(f"In another network of this computer: {', '.join(place.others)}")
        print("Everybody on this network who knows the password can come in. What is sent is not")
        print("encrypted. If nobody reaches the address, a firewall is in the way, or a wi-fi that")
        print("keeps devices apart: use a telephone's hotspot.\n")
    else:
        print("Open on this computer alone. With --network the whole room can come in.\n")
    print("Ctrl+C closes the room; everything is kept.", flush=True)


def _say(sentence: str) -> None:
    print(f"thousandfold: {sentence}", file=sys.stderr, flush=True)


COMMAND = Command(
    name="room",
    summary="run a day: votes, hand-in, the flight and the close, on everybody's phone",
    details="""
Open one page for the whole day. You move on with the right arrow; the projector and everybody's
phone follow: polls that are answered twice, predictions and what came, exercises that are handed in
and checked, the flight as a room, breaks, the close.

It prints your own link, the projector's page, and the address and password for everybody. Without
--network nobody but this computer reaches it.

Everything that people do is written down before it is answered. A room that was killed goes on when
the same command is run again: same password, everybody where they were.

Learners' code runs in the box of `thousandfold grade` and nowhere else.
""",
    example="thousandfold room --format half-day --network",
    declare=_declare,
    run=_run,
)
