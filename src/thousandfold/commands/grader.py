"""`thousandfold grade` and `thousandfold report`: doors to the grader, a package of its own."""

from __future__ import annotations

import argparse
import importlib

from thousandfold.commands import Command
from thousandfold.errors import ExplainedError

MISSING = "grading needs the grader, which learners do not: pip install 'thousandfold[workshop]'"


def _door(name: str) -> Command:
    """Return a command of the grader; one that says what is missing, where there is none."""

    def declare(parser: argparse.ArgumentParser) -> None:
        parser.set_defaults(program="thousandfold")
        found.declare(parser)

    try:
        found = importlib.import_module(f"boxgrader.commands.{name}").COMMAND
    except ModuleNotFoundError:
        return Command(name, MISSING, MISSING, f"thousandfold {name}", _anything, _say)
    example = f"thousandfold {found.example}"
    return Command(name, found.summary, found.details, example, declare, found.run)


def _anything(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def _say(arguments: argparse.Namespace) -> int:
    raise ExplainedError(MISSING)


GRADE, REPORT = _door("grade"), _door("report")
