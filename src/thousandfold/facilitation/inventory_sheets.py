"""The twelve questions on paper, before and after for each person, and a file to type into."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.page import page
from thousandfold.facilitation.worksheets import print_pages
from thousandfold.inventory.answers import (
    CONFIDENCES,
    Answer,
    as_table,
    form_of,
    new_code,
)
from thousandfold.inventory.item import LETTERS
from thousandfold.inventory.items import ITEMS
from thousandfold.writing import write_whole

MOST_PEOPLE = 500
TYPED = "answers.csv"
"""The file into which answers are typed from paper."""

_ON_PAPER = ("before", "after")


def codes_for(people: int) -> list[str]:
    """Draw a code for each of some people, so that both forms are met first equally often.

    Raises
    ------
    ExplainedError
        If that is no number of people for a workshop.
    """
    if not 1 <= people <= MOST_PEOPLE:
        raise ExplainedError(f"say for how many people, from 1 to {MOST_PEOPLE}")
    codes: list[str] = []
    for _ in range(people):
        codes.append(new_code(codes))
    return sorted(codes)


def question_sheet(codes: Sequence[str], time: str) -> str:
    """Return the sheets of some people as one HTML page.

    Parameters
    ----------
    codes : sequence of str
        One for each person.
    time : str
        *before* or *after*.
    """
    sheets = [(code, form := form_of(code, time), asked_in(form)) for code in codes]
    return page(
        "inventory.html", sheets=sheets, time=time, letters=LETTERS, confidences=CONFIDENCES
    )


def asked_in(form: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return name, question and answers of each item in a form."""
    return [(i.name, i.forms[form].asks, i.forms[form].options) for i in ITEMS]


def key_sheet() -> str:
    """Return the right answers of both forms, with the lesson that teaches each, as a page."""
    return page("inventory_key.html", items=ITEMS, letters=LETTERS)


def empty_answers(codes: Sequence[str]) -> str:
    """Return the text of a file with a line for each answer that will be typed."""
    return as_table(
        Answer(code, time, form_of(code, time), item.name, "", None)
        for code in codes
        for time in _ON_PAPER
        for item in ITEMS
    )


def write_questionnaire(folder: Path, people: int, *, key: bool = False) -> list[Path]:
    """Write what a group needs on paper.

    Parameters
    ----------
    folder : path
        Where it goes; it is made if it is missing.
    people : int
        How many there will be.
    key : bool
        Whether to add the right answers. No learner gets them before the last sheet is in.

    Returns
    -------
    list of pathlib.Path
        Sheets as PDF, or HTML where no browser prints, and the file of answers.

    Raises
    ------
    ExplainedError
        If answers lie there already, or something cannot be written.
    """
    typed = folder / TYPED
    if typed.exists():
        raise ExplainedError(
            f"{typed} is there: its codes are those of sheets that were printed before. Print for "
            "another group with --output and the name of another folder"
        )
    codes = codes_for(people)
    found = {time: question_sheet(codes, time) for time in _ON_PAPER}
    if key:
        found["key"] = key_sheet()
    written = print_pages(found, folder)
    # Last: whoever is interrupted prints again, and no file holds codes of sheets that are gone.
    write_whole(typed, empty_answers(codes))
    return [*written, typed]
