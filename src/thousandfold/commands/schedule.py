"""`thousandfold schedule`: the run of show with clock times, and what to drop when late."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from thousandfold.commands import Command, add_workshop, say_unprinted
from thousandfold.commands.planning import add_plan, plan_of
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    from pathlib import Path

    from thousandfold.facilitation.plan import Plan

_SUFFIXES = (".md", ".html", ".ics", ".pdf")


def _declare(parser: argparse.ArgumentParser) -> None:
    add_plan(parser, instead="all, or one of ", asks=True)
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write a file instead: .md, .html (projector, phone, paper), .pdf or .ics (calendar)",
    )
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD", help="the day, for .ics; evenings follow week by week"
    )
    parser.add_argument(
        "--timezone",
        metavar="ZONE",
        help="for .ics: your zone, such as Europe/Berlin, if people join from other places",
    )
    parser.add_argument(
        "--late", metavar="MINUTES", type=int, help="how late you are: say what to drop now"
    )
    parser.add_argument(
        "--now", metavar="HH:MM", help="for --late: what time it is (default: the clock)"
    )
    parser.add_argument(
        "--evening", metavar="N", type=int, default=1, help="for --late: which evening (default: 1)"
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.facilitation import run_of_show, schedule
    from thousandfold.facilitation.course import find_course

    course = find_course(arguments.folder)
    names = schedule.formats() if arguments.format == "all" else [arguments.format]
    plans = [plan_of(course, arguments, name) for name in names]
    if arguments.late is not None:
        _say_late(arguments, plans)
    elif arguments.output:
        written = _write(arguments, plans)
        print(f"written: {written}")
        if arguments.output.endswith(".pdf"):
            say_unprinted([written])
    else:
        print("\n\n".join(run_of_show.text(plan) for plan in plans))
    return 0


def _say_late(arguments: argparse.Namespace, plans: list[Plan]) -> None:
    from datetime import datetime

    from thousandfold.facilitation import run_of_show
    from thousandfold.facilitation.plan import minutes_of
    from thousandfold.facilitation.recovery import recover

    if len(plans) > 1 or arguments.output:
        raise ExplainedError("--late answers on the screen, for one format; leave --output out")
    if not 0 < arguments.late <= 240:
        raise ExplainedError(f"--late takes 1 to 240 minutes, not {arguments.late}")
    plan = plans[0]
    if not 0 < arguments.evening <= len(plan.sessions):
        raise ExplainedError(f"--evening takes 1 to {len(plan.sessions)}, not {arguments.evening}")
    session = plan.sessions[arguments.evening - 1]
    clock = arguments.now or f"{datetime.now():%H:%M}"
    found = recover(session, late=arguments.late, now=minutes_of(clock))
    print(run_of_show.late(plan, session, found))


def _write(arguments: argparse.Namespace, plans: list[Plan]) -> Path:
    from pathlib import Path

    from thousandfold.facilitation import run_of_show
    from thousandfold.facilitation.calendar_file import calendar, day_of, zone_of
    from thousandfold.facilitation.pdf import print_page
    from thousandfold.writing import write_whole

    target = Path(arguments.output)
    if target.suffix not in _SUFFIXES:
        raise ExplainedError(
            f"the name of the file decides what is written; end it in {', '.join(_SUFFIXES)}, "
            f"not {target.suffix or 'nothing'!r}"
        )
    if target.suffix == ".pdf":
        return print_page(run_of_show.html(plans), target)
    if target.suffix == ".md":
        content = run_of_show.markdown(plans)
    elif target.suffix == ".html":
        content = run_of_show.html(plans)
    else:
        if len(plans) > 1:
            raise ExplainedError("a calendar file holds one format; name it with --format")
        if arguments.date is None:
            raise ExplainedError(
                "a calendar file needs the day: add --date 2027-03-15, for example"
            )
        zone = zone_of(arguments.timezone) if arguments.timezone else None
        content = calendar(plans[0], day_of(arguments.date), zone)
    return write_whole(target, content)


COMMAND = Command(
    name="schedule",
    summary="print the run of show with clock times; say what to drop when late",
    details="""
Add up the minutes that stand in the notebooks: when each part begins, when the room votes and
talks, where breaks and buffers are, what the format leaves out and what that costs. Formats:

  one-hour      a company led through six years, as a game
  two-hours     three bets, and a structure for a hundred people
  half-day      four hours: old code, then the game
  day           eight hours: old code, partners, structure, then the game
  six-evenings  all questions and memos, 150 minutes each

With --late it says what to drop and what to shorten now, and the times from here on.
""",
    example="thousandfold schedule --format half-day --start 09:00 --late 12 --now 10:40",
    declare=_declare,
    run=_run,
)
