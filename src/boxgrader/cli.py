"""The command line: `boxgrader grade`, `report`, `check` and `forget`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from boxgrader import __version__
from boxgrader.commands import check, forget, grade, report
from boxgrader.errors import GraderError
from boxgrader.interrupts import interruptible

COMMANDS = (grade.COMMAND, report.COMMAND, check.COMMAND, forget.COMMAND)


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
    # A grammar of addresses that jsonschema reads in 0.8 s if it is there, and no notebook needs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    with interruptible():
        try:
            run: int = arguments.run(arguments)
            return run
        except GraderError as error:
            print(f"boxgrader: {error}", file=sys.stderr)
        except KeyboardInterrupt:
            print("boxgrader: stopped before the end; run it again to start over", file=sys.stderr)
        except BrokenPipeError:  # whoever read the output, such as head, has gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="boxgrader",
        description="Grade what a class handed in, each notebook in a box of its own.",
        epilog="Examples:\n"
        + "".join(f"  boxgrader {command.example}\n" for command in COMMANDS)
        + "\n`boxgrader COMMAND --help` says more about a command."
        "\nExit codes: 0 all went well, 1 a failure explained on stderr, 2 wrong arguments.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"boxgrader {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        subparser = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.details.strip(),
            epilog=f"Example:\n  boxgrader {command.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.declare(subparser)
        subparser.set_defaults(run=command.run, program="boxgrader")
    return parser


if __name__ == "__main__":
    sys.exit(main())
