"""`thousandfold questionnaire`: twelve questions before and after the workshop, on paper."""

from __future__ import annotations

import argparse

from thousandfold.commands import Command, say_unprinted


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--people", metavar="N", type=int, required=True, help="how many there will be"
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="questionnaire",
        help="where the sheets go (default: questionnaire)",
    )
    parser.add_argument(
        "--key",
        action="store_true",
        help="also write the right answers, for when the last sheet is in",
    )


def _run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from thousandfold.facilitation.inventory_sheets import write_questionnaire

    written = write_questionnaire(
        Path(arguments.output), people=arguments.people, key=arguments.key
    )
    for path in written:
        print(f"written: {path}")
    say_unprinted(written)
    return 0


COMMAND = Command(
    name="questionnaire",
    summary="write twelve questions to print, before and after, for each person",
    details="""
Make two sheets for each person, one for before the workshop and one for after, with the same code
and no name: twelve questions on what the lessons conclude, in two forms with other numbers, and
how sure one is of each answer. Print them on both sides, one sheet of A4 each. Half of the people
meet form A first, half form B.

answers.csv has a line for each answer: type letter and sureness into it, leave out what was left
out, and let `thousandfold gain answers.csv` say what the group gained, and what it does not show.
In a live room no paper is needed: `thousandfold room --before-after`.
""",
    example="thousandfold questionnaire --people 20",
    declare=_declare,
    run=_run,
)
