"""Sheets to print: predictions, decision memos, and the two questions after each module.

All text comes from the notebooks and the facilitator's pages; nothing is written a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, Module, read_cells
from thousandfold.facilitation.markup import rendered
from thousandfold.facilitation.page import page
from thousandfold.facilitation.pdf import NoPrinterError, write_pdf
from thousandfold.facilitation.predictions import predictions
from thousandfold.writing import write_whole

FLIGHT = 8  # the module with the flight simulator
TWO_QUESTIONS = (
    "Does this change a decision of yours? Make one mark.",
    "What is still unclear? One line, or a note stuck here.",
)

_ROW = re.compile(r"^\*\*([^*\n]{1,60}?)\.?\*\*(.*)$", re.MULTILINE)

# Of the width of the sheet, per cent: a reason is a sentence, a share has two digits.
_WIDE = {"round": 4.5, "forecast": 10, "because": 16, "hire": 5.5, "squads": 5.5, "keep": 5.5}
_WIDE |= {"decides": 8, "api": 7}


def write_worksheets(
    course: Course,
    folder: Path,
    *,
    modules: Sequence[Module] | None = None,
    memos: Sequence[Module] | None = None,
    pages: bool = False,
) -> list[Path]:
    """Write the sheets of a workshop.

    Parameters
    ----------
    course : Course
        Whose notebooks hold the text.
    folder : path
        Where the sheets go; it is made if it is missing.
    modules : sequence of Module, optional
        Only these; all by default.
    memos : sequence of Module, optional
        Only the memos of these; those of `modules` by default.
    pages : bool
        Whether to add the facilitator's pages. They hold answers, so no learner gets them.

    Returns
    -------
    list of pathlib.Path
        One PDF for each kind of sheet; one HTML page where there is no browser that prints.

    Raises
    ------
    ExplainedError
        If a notebook or a page cannot be read or a sheet cannot be written.
    """
    found = sheets(course, modules, memos)
    if pages:
        found["facilitator-pages"] = facilitator_pages(course, modules or course.modules)
    return print_pages(found, folder)


def print_pages(found: Mapping[str, str], folder: Path) -> list[Path]:
    """Print pages into a folder, by the names of their files.

    Returns
    -------
    list of pathlib.Path
        One PDF for each; one HTML page where there is no browser that prints.

    Raises
    ------
    ExplainedError
        If one cannot be written.
    """
    from concurrent.futures import ThreadPoolExecutor

    printed = [folder / f"{name}.pdf" for name in found]
    try:
        with ThreadPoolExecutor() as pool:  # each waits for a browser of its own
            list(pool.map(write_pdf, found.values(), printed))
    except NoPrinterError:
        written = [path.with_suffix(".html") for path in printed]
        for path, content in zip(written, found.values(), strict=True):
            write_whole(path, content)
        return written
    return printed


def sheets(
    course: Course,
    modules: Sequence[Module] | None = None,
    memos: Sequence[Module] | None = None,
) -> dict[str, str]:
    """Return each kind of sheet as an HTML page, by the name of its file."""
    modules = course.modules if modules is None else modules
    memos = modules if memos is None else memos
    found = {"predictions": predictions_sheet(modules)}
    if any(True for module in memos for _ in _memos(module)):
        found["memos"] = memo_sheets(memos)
    found["questions"] = question_sheets(modules)
    if any(module.number == FLIGHT for module in modules):
        found["flight"] = flight_sheet()
    return found


def predictions_sheet(modules: Sequence[Module]) -> str:
    """Return the predictions of some lessons with a box for each."""
    asked = {
        _name(module): [guess.question for guess in predictions(read_cells(module.lesson))]
        for module in modules
    }
    return page("predictions.html", modules=[(n, found) for n, found in asked.items() if found])


def memo_sheets(modules: Sequence[Module]) -> str:
    """Return one sheet for each decision memo: the task, its rubric, and boxes to write in."""
    memos = [(_name(module), task, rows) for module in modules for task, rows in _memos(module)]
    return page("memos.html", memos=memos, rendered=rendered)


def question_sheets(modules: Sequence[Module]) -> str:
    """Return one sheet for the wall for each module: marks add themselves up."""
    names = [_name(module) for module in modules]
    return page("questions.html", modules=names, questions=TWO_QUESTIONS)


def flight_sheet() -> str:
    """Return the decision sheet of the flight simulator: a line a round, the forecast first."""
    from dataclasses import fields

    from thousandfold.flight import (
        API,
        DECIDES,
        MOST_HIRED,
        MOST_KEPT,
        MOST_SQUADS,
        SHARES,
        Decision,
    )
    from thousandfold.flight.deck import ROUNDS

    hints = {
        **dict.fromkeys(SHARES, "%"),
        "hire": f"0 to {MOST_HIRED}",
        "squads": f"1 to {MOST_SQUADS}",
        "decides": " or ".join(DECIDES),
        "api": " or ".join(API),
        "keep": f"%, 0 to {MOST_KEPT:g}",
    }
    names = [field.name for field in fields(Decision)]
    share = (100 - sum(_WIDE.values())) / len(SHARES)
    return page(
        "flight.html",
        hints=hints,
        widths=[_WIDE.get(name, share) for name in ("round", "forecast", "because", *names)],
        shares=SHARES,
        others=names[len(SHARES) :],
        rounds=ROUNDS,
    )


def facilitator_pages(course: Course, modules: Sequence[Module]) -> str:
    """Return the facilitator's pages of some modules, each from a new sheet on."""
    pages = [_facilitator_page(course, module) for module in modules]
    return page("facilitator_pages.html", pages=pages, rendered=rendered)


def _facilitator_page(course: Course, module: Module) -> tuple[str, str, list[tuple[str, str]]]:
    """Return the title of a page, the text below it, and its parts, each with its heading."""
    path = course.root / "facilitator" / f"{module.stem}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise ExplainedError(
            f"the facilitator's page {path} cannot be read; take it from the workshop's folder "
            "again, the kit of learners does not hold it"
        ) from error
    head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _, before = head.partition("\n")
    halves = (part.partition("\n") for part in parts)
    return title.strip("# "), before, [(heading.strip(), body) for heading, _, body in halves]


def _memos(module: Module) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the text of each memo task, and the rows of its answer, each with its hint."""
    for path in (module.lesson, module.exercise):
        task, rows = "", list[tuple[str, str]]()
        for cell in read_cells(path) if path else ():
            if cell.grade_id == "memo" or "memo" in cell.tags:
                rows += _ROW.findall(cell.source) or [("My memo", "")]
            elif cell.kind == "markdown" and not rows:
                task = cell.source
        if rows:
            yield task, rows


def _name(module: Module) -> str:
    return f"{module.stem[:2]} {module.question}"
