"""The commands of `thousandfold`: one file each, and the shape they share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass


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
