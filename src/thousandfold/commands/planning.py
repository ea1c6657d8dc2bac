"""Which plan is meant: format, start and modules, asked for alike by every command."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thousandfold.facilitation.course import Course, Module
    from thousandfold.facilitation.plan import Plan

_FORMATS = "one-hour, two-hours, half-day, day or six-evenings"


def add_plan(
    parser: argparse._ActionsContainer,
    *,
    instead: str = "",
    default: str | None = "half-day",
    timed: bool = True,
    asks: bool = False,
) -> None:
    """Add the options that say which plan is meant.

    Parameters
    ----------
    parser : argparse.ArgumentParser or a group of it
    instead : str, optional
        What to say of the format before its names.
    default : str, optional
        The format where none is named; None where no plan is then meant.
    timed : bool, optional
        Whether it matters when it begins.
    asks : bool, optional
        Whether it matters that questions are asked before and after.
    """
    said = f"{instead}{_FORMATS}"
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        default=default,
        help=f"{said} (default: {default})" if default else said,
    )
    if timed:
        parser.add_argument(
            "--start",
            metavar="HH:MM",
            help="when it begins, such as 13:30 (default: as the plan has it)",
        )
    else:
        parser.set_defaults(start=None)
    only = "" if default else "; without --format these alone (default: all)"
    parser.add_argument(
        "--modules", metavar="LIST", help=f"other modules for the format, such as 1,5,6{only}"
    )
    parser.set_defaults(before_after=False)
    if asks:
        parser.add_argument(
            "--before-after",
            action="store_true",
            help="ask twelve questions after the welcome and twelve before the close, to see what "
            "was learnt",
        )


def plan_of(course: Course, arguments: argparse.Namespace, name: str = "") -> Plan:
    """Return the plan that is asked for.

    Parameters
    ----------
    course : Course
        Where modules and minutes come from.
    arguments : argparse.Namespace
        With the options of `add_plan`.
    name : str, optional
        Another format than theirs.

    Raises
    ------
    ExplainedError
        If there is no such format, module or time, a module is named twice, or there is no time
        for questions before and after.
    """
    from thousandfold.facilitation.before_after import with_questions
    from thousandfold.facilitation.plan import minutes_of
    from thousandfold.facilitation.schedule import plan

    start = minutes_of(arguments.start) if arguments.start else None
    names = _names(course, arguments)
    found = plan(course, name or arguments.format, start=start, modules=names or None)
    return with_questions(found) if arguments.before_after else found


def modules_alone(course: Course, arguments: argparse.Namespace) -> list[Module]:
    """Return the modules that are named where no plan is meant; none for all.

    Raises
    ------
    ExplainedError
        If there is no such module, one is named twice, or a time is given for no plan.
    """
    from thousandfold.errors import ExplainedError

    if arguments.start:
        raise ExplainedError("--start is for a whole plan: say which, such as --format half-day")
    return [course.module(name) for name in _names(course, arguments)]


def _names(course: Course, arguments: argparse.Namespace) -> list[str]:
    from thousandfold.errors import ExplainedError

    names = [name.strip() for name in (arguments.modules or "").split(",") if name.strip()]
    stems = [course.module(name).stem for name in names]
    for stem in stems:
        if stems.count(stem) > 1:
            raise ExplainedError(f"{stem} is named twice; name each module once")
    return names
