"""The commands of `thousandfold`: one file each, and the shape they share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """What the command line has to know of a command.

    Attributes
    ----------
    name, summary, details, example : str
        For the help; the summary is one line, the example a line to copy.
    declare : callable
        Adds the arguments to the parser of the command.
    run : callable
        Does the work and returns the exit code. It imports its subject itself, so that no command
        waits for the libraries of another. An `ExplainedError` becomes exit code 1.
    """

    name: str
    summary: str
    details: str
    example: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def add_course(parser: argparse._ActionsContainer) -> None:
    """Add the option that names an nbgrader course."""
    parser.add_argument(
        "--course",
        metavar="FOLDER",
        type=Path,
        default=Path(),
        help="the folder of the course, with nbgrader_config.py (default: this one)",
    )


def add_workshop(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the folder of the workshop."""
    parser.add_argument(
        "--folder", metavar="FOLDER", help="the workshop (default: this folder or one above)"
    )


def say(told: str) -> None:
    """Tell whoever waits what is being done; what is asked for goes elsewhere."""
    print(told, file=sys.stderr, flush=True)


def say_unprinted(printed: Iterable[Path]) -> None:
    """Say what to do with pages that no browser here has printed."""
    from thousandfold.facilitation.pdf import unprinted

    if sentence := unprinted(printed):
        print(f"thousandfold: {sentence}", file=sys.stderr)
