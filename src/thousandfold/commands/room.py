"""`thousandfold room`: one live server for the whole workshop day."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from thousandfold.commands import Command, add_course, say
from thousandfold.commands.planning import add_plan, plan_of

if TYPE_CHECKING:
    from contextlib import ExitStack

    from thousandfold.facilitation.course import Course
    from thousandfold.room.journal import Journal
    from thousandfold.room.marks import Exercise
    from thousandfold.room.network import Place
    from thousandfold.room.opening import Planned
    from thousandfold.room.venue import Site

_PORT = 8765


def _declare(parser: argparse.ArgumentParser) -> None:
    day = parser.add_argument_group("which day")
    day.add_argument(
        "assignment",
        metavar="ASSIGNMENT",
        nargs="?",
        help="one exercise alone, such as 06_communication, in place of a day",
    )
    add_plan(day, asks=True)
    day.add_argument(
        "--evening", metavar="N", type=int, default=1, help="which of six evenings (default: 1)"
    )
    day.add_argument(
        "--rehearse",
        action="store_true",
        help="hold the day with twenty people who are none, beginning now if no --start says when; "
        "nothing of it is kept",
    )
    day.add_argument(
        "--still",
        action="store_true",
        help="no sliders on the projector: nothing has to be drawn before the room opens",
    )
    people = parser.add_argument_group("who comes in")
    people.add_argument(
        "--network",
        action="store_true",
        help="let others on the network of the room in (default: this computer alone)",
    )
    people.add_argument(
        "--address",
        metavar="URL",
        help="where people elsewhere reach it, through a web server that speaks https, such as "
        "https://room.example.org; in place of --network",
    )
    people.add_argument(
        "--port",
        type=int,
        default=_PORT,
        help=f"the number behind the address (default: {_PORT}; 0: any that is free, another one "
        "each time, so that people who were in have to type the address anew)",
    )
    people.add_argument(
        "--site",
        metavar="FOLDER",
        type=Path,
        help="the workshop for browsers, for whoever has no Jupyter, as `make site` builds it "
        "(default: dist/site in the course, where it is there)",
    )
    other = parser.add_argument_group("going on, and the end")
    other.add_argument(
        "--new",
        action="store_true",
        help="begin the day anew, with nobody in it; what was there is kept aside",
    )
    other.add_argument(
        "--take-over",
        metavar="LINK",
        help="go on with a room of another laptop: its facilitator's link, or the file of a copy",
    )
    other.add_argument(
        "--forget",
        metavar="DAY",
        nargs="?",
        const="",
        help="open no room: delete what the rooms of this computer have kept of people, or those "
        "of one day, such as 2026-11-29",
    )
    other.add_argument("--yes", action="store_true", help="with --forget: do not ask")
    seldom = parser.add_argument_group("seldom needed")
    add_course(seldom)
    seldom.add_argument(
        "--folder",
        metavar="FOLDER",
        type=Path,
        help="where submissions lie and are put (default: submitted/ in the course)",
    )
    seldom.add_argument(
        "--exchange",
        metavar="FOLDER",
        type=Path,
        help="the inbound folder of an nbgrader exchange; nothing is then handed in on the page",
    )
    seldom.add_argument(
        "--no-browser", action="store_true", help="do not open the facilitator's page"
    )
    seldom.add_argument(
        "--workers",
        metavar="N",
        type=int,
        default=min(4, os.cpu_count() or 1),
        help="submissions that are checked at a time, of all exercises of the day together "
        "(default: one for each core, at most 4)",
    )


def _run(arguments: argparse.Namespace) -> int:
    if not arguments.rehearse:
        return _hold(arguments)
    import tempfile

    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        arguments.folder, arguments.exchange = Path(folder), None
        return _hold(arguments)


def _hold(arguments: argparse.Namespace) -> int:
    from contextlib import ExitStack

    from thousandfold.errors import ExplainedError
    from thousandfold.facilitation.slides import none
    from thousandfold.room.drawn_aside import drawn_aside
    from thousandfold.room.network import open_sockets
    from thousandfold.room.opening import open_site
    from thousandfold.room.server import application, serve
    from thousandfold.room.workshop import site_in

    if arguments.forget is not None:
        return _forget(arguments.forget, sure=arguments.yes)
    if arguments.assignment and (arguments.start or arguments.modules or arguments.evening != 1):
        raise ExplainedError(
            "--start, --modules and --evening are for a whole day, and one exercise begins when "
            f"you open it: leave them out, or leave out {arguments.assignment}"
        )
    if arguments.assignment and arguments.before_after:
        raise ExplainedError(
            "--before-after asks at the begin and the end of a whole day: leave it out, or leave "
            f"out {arguments.assignment}"
        )
    if arguments.exchange and not arguments.exchange.is_dir():
        raise ExplainedError(
            f"{arguments.exchange} is not a folder; name the folder inbound of the course, such as "
            "/srv/nbgrader/exchange/thousandfold/inbound"
        )
    workshop = site_in(arguments.site, arguments.course)
    sockets, place = open_sockets(
        arguments.port, shared=arguments.network, address=arguments.address
    )
    folder = arguments.folder.resolve() if arguments.folder else None
    with ExitStack() as undo:
        copy = _taken_over(arguments, place, undo) if arguments.take_over else b""
        journal = _journal(arguments, copy)
        course, planned, exercises = _planned(arguments, journal)
        if copy and exercises:
            from thousandfold.room.copying import unpack_work
            from thousandfold.room.hand_in import Intake

            _say_came(*unpack_work(copy, Intake(exercises, folder or exercises[0].folder)))
        with drawn_aside(say) as drawn:
            site = open_site(
                course,
                journal,
                place,
                planned,
                exercises,
                folder,
                arguments.exchange,
                say=_say,
                workshop=workshop,
                sliders_of=none if arguments.still else drawn,
            )
        kept_running: list[object] = []  # what helps from aside, and ends with the program

        def opened() -> None:
            undo.pop_all()  # from here on the room is here
            kept_running.append(_open(arguments, site))

        serve(application(site), sockets, opened)
    journal.close()
    _say_goodbye(arguments, site)
    return 0


def _taken_over(arguments: argparse.Namespace, place: Place, undo: ExitStack) -> bytes:
    """Return the copy of a room that another laptop gives away, or that lies in a file."""
    from thousandfold.errors import ExplainedError
    from thousandfold.room.moving import ask_for_room, let_stay

    if arguments.rehearse or arguments.assignment:
        raise ExplainedError(
            "--take-over goes on with the day that the other laptop holds: leave out --rehearse "
            "and the name of an exercise"
        )
    if "://" in arguments.take_over:
        # It goes on if this one does not open, also where nobody waits for its copy any longer.
        undo.callback(let_stay, arguments.take_over)
        return ask_for_room(arguments.take_over, place.address)
    try:
        return Path(arguments.take_over).read_bytes()
    except OSError as error:
        raise ExplainedError(f"{arguments.take_over} cannot be read: {error.strerror}") from None


def _say_came(came: int, left: list[str]) -> None:
    """Say how many notebooks came along with a room, and what did not."""
    _say(f"of what was handed in, {came} notebook{'s' * (came != 1)} came along")
    for one in left:
        _say(f"not come along: {one}")
    if left:
        _say(
            "what did not come along lies in submitted/ of the other laptop, and in its copies; "
            "put it into submitted/ here as NAME.ipynb, if it is to count"
        )


def _journal(arguments: argparse.Namespace, copy: bytes) -> Journal:
    """Return the journal of the day: gone on with, begun, or taken over."""
    from datetime import datetime

    from thousandfold.facilitation.schedule import formats
    from thousandfold.room.copying import unpack
    from thousandfold.room.journal import Journal
    from thousandfold.room.opening import journal_of, journals

    if copy:
        path = unpack(copy, journals())
        name = path.stem[len("2027-03-15-") :]
        if name in formats():
            arguments.format = name
        else:
            arguments.assignment = name
        return Journal(path)
    if arguments.rehearse:
        return Journal(arguments.folder / "rehearsal.room")
    journal = journal_of(arguments.assignment or arguments.format, new=arguments.new)
    if begun := journal.about("begun"):
        opened = datetime.fromtimestamp(float(begun))
        _say(
            f"this goes on with the day that was opened on {opened:%A, %d %B, at %H:%M}; --new "
            "begins another one"
        )
    return journal


def _planned(
    arguments: argparse.Namespace, journal: Journal
) -> tuple[Course | None, Planned, list[Exercise]]:
    """Return the workshop, what is held today, and the exercises of it.

    A day that has begun goes on as it began, whatever is asked for now.
    """
    from datetime import datetime

    from thousandfold.facilitation.course import find_course
    from thousandfold.room.marks import Exercise
    from thousandfold.room.opening import plan_of_day, plan_of_exercise, slots_of

    if arguments.assignment:
        now = datetime.now()
        exercise = Exercise(arguments.course, arguments.assignment)
        return None, plan_of_exercise(exercise, now.hour * 60 + now.minute), [exercise]
    course = find_course(arguments.course)
    if arguments.rehearse and not arguments.start:
        # On Sunday evening a day that began at nine would be late from its first line on.
        arguments.start = f"{datetime.now():%H:%M}"
    planned = plan_of_day(plan_of(course, arguments), arguments.evening)
    slots = slots_of(journal) or planned.session.slots
    stems = {slot.stem for slot in slots if slot.part == "exercise"}
    return course, planned, [Exercise(arguments.course, stem) for stem in sorted(stems)]


def _open(arguments: argparse.Namespace, site: Site) -> object:
    """Say that the room is open, and begin what goes on beside it."""
    from thousandfold.errors import ExplainedError
    from thousandfold.room.marks import Marker
    from thousandfold.room.moving import let_pages_follow
    from thousandfold.room.opening import start_checks
    from thousandfold.room.rehearsal import rehearse

    site.rehearsal = bool(arguments.rehearse)
    _tell(site)
    start_checks(site, Marker, arguments.workers)
    if arguments.take_over and "://" in arguments.take_over:
        try:
            let_pages_follow(arguments.take_over, site.place.address)
        except ExplainedError as error:
            _say(f"people must type the new address themselves: {error}")
    if not arguments.no_browser and sys.stdout.isatty():
        import webbrowser

        webbrowser.open(_facilitators(site))
    return rehearse(site, Path(arguments.course)) if arguments.rehearse else None


def _say_goodbye(arguments: argparse.Namespace, site: Site) -> None:
    """Say where everything lies."""
    if arguments.rehearse:
        print("\nThe rehearsal is over, and nothing of it is kept.")
        return
    print("\nThe room is closed. The same command opens it again, and all is as it was.")
    for exercise in site.exercises:
        work = site.work or exercise.folder
        started = site.boards[exercise.assignment].board().started
        print(f"{started} handed in {exercise.assignment}; it lies in {work}")
        if work.resolve() == exercise.folder.resolve():
            option = "" if arguments.course == Path() else f" --course {arguments.course}"
            print(f"Grade it: thousandfold grade {exercise.assignment}{option}")
        else:
            print(
                "To grade it, copy it to submitted/ of the course, then: thousandfold grade "
                f"{exercise.assignment}"
            )
        if arguments.exchange:
            print(f"Collect it first: nbgrader collect {exercise.assignment}")


def _forget(day: str, *, sure: bool) -> int:
    """Delete what rooms have kept, after a list of it and a question."""
    from thousandfold.errors import ExplainedError
    from thousandfold.room.forgetting import forget, kept
    from thousandfold.room.journal import refuse_open

    found = kept(day)
    if not found:
        print(f"Nothing is kept of {day}." if day else "Nothing is kept of any room.")
        return 0
    for path in found:
        refuse_open(path)
    print("This is deleted: votes, guesses, marks, lines, addresses and flights of")
    for path in found:
        print(f"  {path}")
    print(
        "What was handed in, under people's names, stays in submitted/ of the course, what it has"
    )
    print(
        "replaced in submitted/.replaced, a hidden folder, and so do the folders room-of-... that"
    )
    print("you had written, and copies: delete those by hand.")
    if not sure:
        if not sys.stdin.isatty():
            raise ExplainedError("nobody is here to ask: add --yes. Nothing was deleted")
        if input("Delete it for good? Type yes: ").strip().lower() not in ("yes", "y"):
            print("Nothing was deleted.")
            return 1
    forget(found)
    print("Deleted.")
    return 0


def _facilitators(site: Site) -> str:
    return f"{site.place.here}/facilitator/sign-in?key={site.door.key}"


def _tell(site: Site) -> None:
    """Say where the room is, how one gets in, and what is kept of long ago."""
    from datetime import date

    from thousandfold.room.forgetting import old

    place, door = site.place, site.door
    print(f"{site.title}\n")
    print(f"  You:            {_facilitators(site)}")
    print(f"  The projector:  {place.address}/projector")
    print(f"  Everybody:      {place.address}")
    print(f"  Password:       {door.password}")
    print(f"  In a browser:   {place.address}/workshop/\n" if site.workshop else "")
    if place.shared:
        from thousandfold.facilitation.link import qr_text

        if sys.stdout.isatty():
            print(qr_text(place.address))
        if place.others:
            print(f"In another network of this computer: {', '.join(place.others)}")
    if place.shared and not place.proxied:
        print("Everybody on this network who knows the password can come in. What is sent is not")
        print("encrypted. If nobody reaches the address, a firewall is in the way, or a wi-fi that")
        print("keeps devices apart: use a telephone's hotspot.\n")
    elif not place.shared:
        print("Open on this computer alone. With --network the whole room can come in.\n")
    if days := old(date.today()):
        print(
            f"From {days[0]}{' and later days' if days[1:] else ''} this computer still keeps what"
        )
        print(f"people sent: thousandfold room --forget {days[0]} deletes it.\n")
    kept = "nothing of a rehearsal is kept" if site.rehearsal else "everything is kept"
    print(f"Ctrl+C closes the room; {kept}.", flush=True)


def _say(sentence: str) -> None:
    print(f"thousandfold: {sentence}", file=sys.stderr, flush=True)


COMMAND = Command(
    name="room",
    summary="run a day: votes, hand-in, the flight and the close, on everybody's phone",
    details="""
Open one page for the whole day. You move on with the right arrow; the projector and everybody's
phone follow: polls that are answered twice, predictions and what came, exercises that are handed in
and checked, the flight as a room, breaks, the close. A workshop needs three commands:

  thousandfold room --format half-day --rehearse    the evening before, with people who are none
  thousandfold room --format half-day --network     on the day; Ctrl+C closes it
  thousandfold room --forget                        afterwards: delete what it has kept of people

It prints your own link, the projector's page, and the address and password for everybody. Without
--network nobody but this computer reaches it.

Everything that people do is written down before it is answered. A room that was closed or killed
goes on when the same command is run again: same password, everybody where they were. At the end you
write the day's folder from your page.

The sliders of the lessons are drawn before it opens, and kept for the next time: half a minute for
half a day, none with --still. You move them on your page, and the projector follows.

What learners hand in runs where `thousandfold grade` runs it, cut off from your files and the
network: on Linux. Elsewhere the board shows what the notebooks report of themselves.
""",
    example="thousandfold room --format half-day --network",
    declare=_declare,
    run=_run,
)
