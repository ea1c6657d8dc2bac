"""`thousandfold gain`: what a group gained, from a file of answers without names."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from thousandfold.commands import Command, add_workshop, say_unprinted
from thousandfold.commands.planning import add_plan, modules_alone, plan_of
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    from thousandfold.inventory.answers import Answer

_SEED = 2  # of the people who are none: the page is the same whenever one looks


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "answers",
        metavar="FILE.csv",
        nargs="*",
        help="the answers; or several files and folders with them, as one study; only read",
    )
    add_plan(parser, instead="what was taught: ", default=None, timed=False)
    parser.add_argument(
        "--worth",
        metavar="POINTS",
        type=_points,
        help="the smallest gain that you wrote down beforehand as worth the time; the page then "
        "says whether it worked, failed or is open",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        default="gain.html",
        help="the page to write, .html or .pdf (default: gain.html)",
    )
    parser.add_argument(
        "--simulate",
        metavar="N",
        type=int,
        help="instead of a file: N people who are none, to see the page before there is anybody",
    )
    parser.add_argument(
        "--gain",
        metavar="POINTS",
        type=_points,
        help="how much they gain by being taught (default: 15)",
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation.gain import Report
    from thousandfold.facilitation.pdf import print_page
    from thousandfold.inventory.collected import is_rehearsed
    from thousandfold.inventory.gain import gain_of
    from thousandfold.writing import write_whole

    target = Path(arguments.output)
    if target.suffix not in (".html", ".pdf"):
        raise ExplainedError(f"end the name of the file in .html or .pdf, not {target.suffix!r}")
    held, modules = _taught(arguments)
    gain = gain_of(_answers(arguments, modules), modules)
    simulated = arguments.simulate is not None or any(map(is_rehearsed, arguments.answers))
    report = Report(gain, held, arguments.worth, simulated=simulated)
    print(report.text())
    printed = target.suffix == ".pdf"
    written = print_page(report.html(), target) if printed else write_whole(target, report.html())
    print(f"\nwritten: {written}")
    if printed:
        say_unprinted([written])
    return 0


def _taught(arguments: argparse.Namespace) -> tuple[str, list[str] | None]:
    """Return what was taught in words, and the numbers of its modules; None for everything."""
    from thousandfold.facilitation.course import find_course

    if not (arguments.format or arguments.modules):
        return "everything, as no --format or --modules says what was", None
    course = find_course(arguments.folder)
    if arguments.format:
        plan = plan_of(course, arguments)
        modules, title = plan.taught, f"{plan.title}, modules "
    else:
        modules, title = tuple(modules_alone(course, arguments)), "modules "
    numbers = [f"{module.number:02}" for module in modules]
    return title + ", ".join(numbers), numbers


def _answers(arguments: argparse.Namespace, modules: list[str] | None) -> tuple[Answer, ...]:
    from thousandfold.inventory.collected import read_all
    from thousandfold.inventory.gain import taught_by
    from thousandfold.inventory.simulated import SimulatedClass

    if arguments.simulate is None:
        if arguments.gain is not None:
            raise ExplainedError("--gain is for people who are none: add --simulate 20")
        if not arguments.answers:
            raise ExplainedError(
                "name the file of answers, or see the page with people who are none: "
                "thousandfold gain --simulate 20"
            )
        return read_all(arguments.answers)
    if arguments.answers:
        raise ExplainedError("either a file of answers or --simulate, not both")
    some = SimulatedClass(
        people=arguments.simulate,
        taught=tuple(map(bool, taught_by(modules))),
        gain=15.0 if arguments.gain is None else arguments.gain,
    )
    return some.answers(_SEED)


def _points(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"points lie between 0 and 100, not {text}")
    return value


COMMAND = Command(
    name="gain",
    summary="say what a group gained from before to after, and what cannot be said",
    details="""
Read a file of answers to the twelve questions, before and after, and say how much more was right,
how sure people were and how right, each with its interval, question by question. It says what these
numbers do not show, too. It writes one page to print, and nothing about one person: people are
codes in the file, and below five of them nothing is computed.

Say what was taught: --format half-day, or --modules 00,01,06. Questions on other modules then show
what practice alone brings.

Columns of the file, one line for each answer, sorted by code:

  person      a code such as k7m2p4, never a name
  time        before, after, or later: one question four weeks after
  form        A or B; half of the people begin with each
  item        name of the question
  answer      a, b, c or d; empty if none was given
  confidence  25, 50, 75 or 95: how probable they thought it, in per cent; or empty

facilitator/does-it-work.md says how to run it as a small honest study, and what counts as failure.
""",
    example="thousandfold gain answers.csv --format half-day --worth 15",
    declare=_declare,
    run=_run,
)
