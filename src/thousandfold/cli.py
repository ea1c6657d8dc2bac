"""The command line: one command for each job that needs no notebook."""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import TextIO

from thousandfold.commands import (
    calibration,
    check,
    gain,
    grader,
    history,
    link,
    pack,
    questionnaire,
    room,
    schedule,
    slides,
    start,
    takeaway,
    viva,
    worksheets,
)
from thousandfold.errors import ExplainedError
from thousandfold.interrupts import interruptible

COMMANDS = (
    start.COMMAND,
    calibration.COMMAND,
    check.COMMAND,
    grader.FORGET,
    gain.COMMAND,
    grader.GRADE,
    history.COMMAND,
    link.COMMAND,
    pack.COMMAND,
    questionnaire.COMMAND,
    grader.REPORT,
    room.COMMAND,
    schedule.COMMAND,
    viva.COMMAND,
    worksheets.COMMAND,
    takeaway.COMMAND,
    slides.COMMAND,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the name of the program; those of the process by default.

    Returns
    -------
    int
        0 if all went well; 1 after a failure that one sentence on stderr explains.

    Raises
    ------
    SystemExit
        With 0 after ``--help`` and ``--version``, with 2 if the arguments make no sense.
    """
    _print_whatever_there_is_to_say()
    arguments = _parser().parse_args(argv)
    # A grammar of addresses that jsonschema reads in 0.8 s if it is there, and no notebook needs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    run: Callable[[argparse.Namespace], int] = arguments.run
    with interruptible(), warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _say_warning
        try:
            return run(arguments)
        except _explained() as error:
            _say(str(error))
        except ModuleNotFoundError as error:
            missing = (error.name or "").partition(".")[0]
            if missing in ("", "thousandfold"):
                raise
            _say(
                f"{missing} is not installed here, and this needs it. Install the workshop whole: "
                "pip install 'thousandfold[workshop]', then run it again"
            )
        except RuntimeError:
            if os.path.expanduser("~") != "~":  # noqa: PTH111 - the other one raises this error
                raise
            _say("this account has no home folder; set HOME to a folder of yours, and run it again")
        except KeyboardInterrupt:
            _say("stopped before the end; run the command again to start over")
        except BrokenPipeError:  # whoever read the output, such as head, has gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _print_whatever_there_is_to_say() -> None:
    """Write a letter that the system's own alphabet lacks as its number: Windows, into a file."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thousandfold",
        description="Tools of Thousandfold, a workshop on scaling from product to platform.",
        epilog="Examples:\n"
        + "".join(f"  {command.example}\n" for command in COMMANDS)
        + "\n`thousandfold COMMAND --help` says more about a command."
        "\nExit codes: 0 all went well, 1 a failure explained on stderr, 2 wrong arguments.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"thousandfold {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        subparser = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.details.strip(),
            epilog=f"Example:\n  {command.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.declare(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def _explained() -> tuple[type[ValueError], ...]:
    """Return the errors that explain themselves: the grader has its own, and may not be here."""
    grader = sys.modules.get("boxgrader.errors")
    return (ExplainedError, grader.GraderError) if grader else (ExplainedError,)


def _version() -> str:
    try:
        return importlib.metadata.version("thousandfold")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _say(sentence: str) -> None:
    # The name of a file that somebody sent may hold what a terminal obeys.
    shown = "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in sentence)
    print(f"thousandfold: {shown}", file=sys.stderr)


def _say_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    _say(f"warning: {message}")


if __name__ == "__main__":
    sys.exit(main())
