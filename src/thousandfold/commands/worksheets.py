"""`thousandfold worksheets`: sheets to print, made from the notebooks."""

from __future__ import annotations

import argparse
import sys

from thousandfold.commands import Command


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="worksheets",
        help="where the sheets go (default: worksheets)",
    )
    parser.add_argument(
        "--folder", metavar="FOLDER", help="the workshop (default: this folder or one above)"
    )


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation.course import find_course
    from thousandfold.facilitation.worksheets import write_worksheets

    written = write_worksheets(find_course(arguments.folder), Path(arguments.output))
    for path in written:
        print(f"written: {path}")
    if any(path.suffix == ".html" for path in written):
        print(
            "thousandfold: no Chromium, Chrome or Edge was found, so these are pages and not PDF; "
            "open them in any browser and print",
            file=sys.stderr,
        )
    return 0


COMMAND = Command(
    name="worksheets",
    summary="write sheets to print: predictions, decision memos, two questions for the wall",
    details="""
Make printable sheets from the notebooks: one with all predictions, one for each decision memo with
its rubric, one for the wall for each module, on which learners mark whether it changes a decision
of theirs, and the decision sheet of the flight simulator. PDF, or HTML where no Chromium, Chrome or
Edge is found to print them.
""",
    example="thousandfold worksheets --output worksheets",
    declare=_declare,
    run=_run,
)
