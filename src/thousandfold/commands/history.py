"""`thousandfold history`: the counts of a git repository."""

from __future__ import annotations

import argparse
import sys

from thousandfold.commands import Command


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", metavar="PATH", help="a folder of the repository, bare or not; all of it is counted"
    )
    parser.add_argument(
        "--output",
        metavar="FILE.csv",
        required=True,
        help="the table to write; a file that stands there is replaced, whole or not at all",
    )


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.history import check_destination, count_history, write_table

    check_destination(arguments.output)  # a long count must not end in a mistyped folder
    rows = count_history(arguments.path, progress=sys.stderr.isatty())
    write_table(rows, arguments.output)
    months = "1 month" if len(rows) == 1 else f"{len(rows)} months"
    print(f"{months} with commits, {rows[0].month} to {rows[-1].month}")
    return 0


COMMAND = Command(
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
    declare=_declare,
    run=_run,
)
