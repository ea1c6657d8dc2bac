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
        help="the table of months; a file that stands there is replaced, whole or not at all",
    )
    parser.add_argument("--areas", metavar="FILE.csv", help="also write the table of areas")
    parser.add_argument(
        "--coupling", metavar="FILE.csv", help="also write the table of pairs of areas"
    )
    parser.add_argument(
        "--year",
        help="twelve months for the areas: a calendar year such as 2024, or the first month such as"
        " 2023-06; by default the newest twelve that are complete",
    )
    depth = parser.add_mutually_exclusive_group()
    depth.add_argument(
        "--split",
        metavar="FOLDER",
        nargs="+",
        default=[],
        help="folders below which the next level is an area too, for example: src src/main; with"
        " 'src/main/*' in quotes its files, too",
    )
    depth.add_argument(
        "--auto-split",
        action="store_true",
        help="split, level by level, what takes part in more than half of the commits",
    )
    parser.add_argument(
        "--everything",
        action="store_true",
        help="count tests, documents, changelogs, locks and settings as areas too, as the data sets"
        " of the workshop do",
    )
    parser.add_argument(
        "--show-folders",
        action="store_true",
        help="call areas by their folders and not by numbers, in the tables and on the screen",
    )


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.repository.areas import AreaCounts, PairCounts, count_areas, suggested_split
    from thousandfold.repository.counts import (
        HistoryError,
        check_destination,
        read_history,
        write_table,
    )

    wanted = [p for p in (arguments.output, arguments.areas, arguments.coupling) if p is not None]
    # A long count must not end in a mistyped folder.
    if len({check_destination(path) for path in wanted}) < len(wanted):
        raise HistoryError("two tables would have the same name; give each a name of its own")
    about_areas = ("year", "split", "auto_split", "everything", "show_folders")
    if len(wanted) == 1 and any(getattr(arguments, option) for option in about_areas):
        raise HistoryError(
            "--year, --split, --auto-split, --everything and --show-folders are about areas; add"
            " --areas FILE.csv or --coupling FILE.csv"
        )
    history = read_history(arguments.path, progress=sys.stderr.isatty())
    rows = history.growth()
    said = [f"{_many(len(rows), 'month')} with commits, {rows[0].month} to {rows[-1].month}"]
    if len(wanted) > 1:
        suggested = suggested_split(history, arguments.year, arguments.everything)
        split = suggested if arguments.auto_split else arguments.split
        counted = count_areas(
            history, arguments.year, split, arguments.show_folders, arguments.everything
        )
        since, until = counted.areas[0].since, counted.areas[0].until
        said.append(
            f"{_many(len(counted.areas), 'area')} with enough commits, {since} to before {until},"
            f" and {_many(len(counted.coupling), 'pair')} that share people"
        )
        if counted.left_out:
            said.append(counted.told_left_out)
        if split and arguments.auto_split and arguments.show_folders:
            said.append(f"split, and to be named by --split next time: {' '.join(split)}")
        if counted.heavy and suggested and not split:
            said.append(
                f"{counted.heavy.area} takes part in {counted.heavy.commits} of {counted.commits}"
                " commits, so it hides most borders; to look inside it, add --auto-split"
            )
        if arguments.areas is not None:
            write_table(counted.areas, arguments.areas, AreaCounts._fields)
        if arguments.coupling is not None:
            write_table(counted.coupling, arguments.coupling, PairCounts._fields)
    write_table(rows, arguments.output)
    said.append(
        "a small count in a table is a person: before you show one to anybody, ask whoever owns the"
        " repository, and those who work in it"
    )
    print("\n".join(said))
    return 0


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" + ("" if count == 1 else "s")


COMMAND = Command(
    name="history",
    summary="count from a git repository who changed what together, month by month",
    details="""
Count, for each month of a git repository, how many people changed it and how many pairs of them
changed a same file; if you ask for it, also which areas of the code change together. The repository
is only read, once. Nothing is fetched, nothing leaves this machine, and no name, address or file
name is written. Ask whoever owns the repository before you show a table: a count of 1 is a person.

Columns of the table of months (--output):

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

An area is a first folder; below the folders named by --split it is the next level. Areas are called
area 01, area 02 and so on, the one with most commits first, because a folder may carry the name of
a customer or of a person; --show-folders names them, in the same order. Areas with fewer than 5
commits and commits of more than 100 files are left out. So is what goes along with other changes:
tests, documents, changelogs, locks, versions, code of others, settings; a kind that most commits
change alone is the product, and stays. A commit that sweeps through more than 10 areas ties none of
them. --everything keeps all. Columns of the table of areas (--areas):

  project          always own
  since            first day counted
  until            first day not counted any more
  area             its number, or its folder
  commits          commits that changed it in the twelve months
  authors          their authors
  new_authors      of these, authors who changed it in their first month in the history

and of the table of pairs (--coupling), those that nobody worked in both of left out:

  project          always own
  area_a           one area
  area_b           the other, later in the alphabet
  commits_both     commits that changed both
  authors_both     authors who changed both, in one commit or in several
""",
    example="thousandfold history ~/code/shop --output shop_growth.csv --areas shop_areas.csv"
    " --coupling shop_coupling.csv --auto-split",
    declare=_declare,
    run=_run,
)
