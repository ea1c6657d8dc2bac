"""The commands of `boxgrader`: one file each, and the shape they share."""

from __future__ import annotations

import argparse
import functools
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from boxgrader.typed import quoted


@dataclass(frozen=True)
class Command:
    """What the command line has to know of a command.

    Attributes
    ----------
    name, summary, details, example : str
        For the help; the summary is one line, the example what follows the name of the program.
    declare : callable
        Adds the arguments to the parser of the command.
    run : callable
        Does the work and returns the exit code. It imports its subject itself, so that help comes
        at once. A `GraderError` becomes exit code 1. `arguments.program` is the name to give in
        advice.
    """

    name: str
    summary: str
    details: str
    example: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def quietly(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Let a command show no warnings: libraries mean them for whoever writes programs.

    What an instructor should know, the command says in a sentence. ``python -W default -m
    boxgrader`` shows them, and so does PYTHONWARNINGS.
    """

    @functools.wraps(run)
    def without_warnings(arguments: argparse.Namespace) -> int:
        with warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")
            return run(arguments)

    return without_warnings


def assignment(text: str) -> str:
    """Return the name of an assignment; a shell that completes it adds a slash."""
    return text.rstrip("/") or text


def add_course(parser: argparse.ArgumentParser) -> None:
    """Add the options that name an nbgrader course and its gradebook."""
    parser.add_argument(
        "--course",
        metavar="FOLDER",
        type=Path,
        default=Path(),
        help="the folder of the course, with nbgrader_config.py (default: this one)",
    )
    parser.add_argument(
        "--db",
        metavar="URL",
        default="",
        help="a gradebook other than the configured one, such as postgresql://user@host/grades",
    )


def same_course(arguments: argparse.Namespace) -> str:
    """Return the options that lead another command to the same course and gradebook."""
    from boxgrader.nbgrader_course.gradebook import place

    course = f" --course {quoted(str(arguments.course))}" if arguments.course != Path() else ""
    return course + (f" --db {quoted(place(arguments.db))}" if arguments.db else "")
