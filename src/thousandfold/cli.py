"""The command line: one command for each job that needs no notebook."""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

from thousandfold.errors import ExplainedError


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


def _declare_history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", metavar="PATH", help="a folder of the repository, bare or not; all of it is counted"
    )
    parser.add_argument(
        "--output",
        metavar="FILE.csv",
        required=True,
        help="the table to write; a file that stands there is replaced, whole or not at all",
    )


def _history(arguments: argparse.Namespace) -> int:
    from thousandfold.history import check_destination, count_history, write_table

    check_destination(arguments.output)  # a long count must not end in a mistyped folder
    rows = count_history(arguments.path, progress=sys.stderr.isatty())
    write_table(rows, arguments.output)
    months = "1 month" if len(rows) == 1 else f"{len(rows)} months"
    print(f"{months} with commits, {rows[0].month} to {rows[-1].month}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from thousandfold.environment import findings, report

    found = findings()
    print(report(found))
    return int(not all(finding.ok for finding in found))


COMMANDS = (
    Command(
        name="check",
        summary="say whether everything is in place for the workshop, and what to do if not",
        details="""
Look at Python, the packages, nbgrader's place in JupyterLab, the data sets and this folder. Nothing
is changed. Exit code 1 if something is missing.
""",
        example="thousandfold check",
        declare=lambda parser: None,
        run=_check,
    ),
    Command(
        name="history",
        summary="count from a git repository who changed what together, month by month",
        details="""
Count, for each month of a git repository, how many people changed it and how many pairs of them
changed a same file. The repository is only read. Nothing is fetched, and no name, address or file
name is written. Columns of the table:

  month            of the author date, such as 2024-05; months without commits have no row, and the
                   last month of the history is left out, because it is incomplete
  commits          commits that HEAD reaches, without merges and bots
  active_authors   e-mail addresses of their authors, joined by the mailmap committed at HEAD
  new_authors      authors who have no commit in an earlier month
  possible_paths   pairs of active authors: n(n - 1) / 2
  coedit_paths     pairs of authors who changed at least one same file in the month, files changed
                   by more than 200 authors left out; sharing a file is not talking
  files_touched    distinct files changed; a renamed file counts as two
  touches          file changes
""",
        example="thousandfold history ~/code/shop --output shop_growth.csv",
        declare=_declare_history,
        run=_history,
    ),
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
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _say_warning
        try:
            return run(arguments)
        except ExplainedError as error:
            _say(str(error))
        except KeyboardInterrupt:
            _say("stopped before the end; run the command again to start over")
    return 1


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


def _version() -> str:
    try:
        return importlib.metadata.version("thousandfold")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _say(sentence: str) -> None:
    print(f"thousandfold: {sentence}", file=sys.stderr)


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
