"""Sliders of lessons for pages that people show or keep: fewer places, one width, drawn once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from thousandfold.facilitation.course import Cell, Course, Module, read_cells
from thousandfold.facilitation.slide import Sliders
from thousandfold.facilitation.slide_blocks import pictures
from thousandfold.player.lesson import CodeCell, Tables, tables_of
from thousandfold.player.markup import at_start, figure
from thousandfold.player.plain import plain_slider

PICTURES = 50
"""Of a figure on a slide: 21 places of one slider, 7 of two."""

FEWER = 25
"""Of a figure that is kept: 21 places of one slider, 5 of two."""

_KEEP = ("build", "tables")


def no_news(told: str) -> None:
    """Tell nobody."""


def slide_sliders(
    course: Course, module: Module, say: Callable[[str], object] = no_news
) -> Mapping[str, Sliders]:
    """Return the sliders of a lesson as they stand on slides, by the cell that makes them.

    The lines of the lesson that they need are run. What was drawn is kept in ``build/tables`` of
    the workshop, where that can be written.

    Parameters
    ----------
    course : Course
    module : Module
    say : callable, optional
        Is told what is being drawn, and what cannot be.

    Raises
    ------
    ExplainedError
        If the lesson cannot be read.
    """
    cells = {cell.name: cell for cell in read_cells(module.lesson) if cell.kind == "code"}
    asked = [code_cell(cell) for cell in cells.values()]
    keep = course.root.joinpath(*_KEEP)
    found: dict[str, Sliders] = {}
    if not any(cell.touch or "explore(" in cell.source for cell in asked):
        return found
    say(f"drawing the sliders of {module.stem}")
    for name, made in tables_of(asked, keep, pictures=PICTURES, widths=("wide",)):
        if isinstance(made, str):
            say(f"{module.stem}, cell {name}: its sliders stay a hint. {made}")
        else:
            # Several lessons share the page of a day, and a cell is named in its lesson alone.
            found[name] = Sliders(f"{module.stem}-{name}", made, still(cells[name], made))
    return found


def kept_slider(course: Course, stem: str) -> Markup:
    """Return the first sliders of a lesson that can be read without running a line of it.

    Parameters
    ----------
    course : Course
    stem : str
        Of the lesson.

    Returns
    -------
    markupsafe.Markup
        Empty where the course has no such lesson, or it no such sliders.
    """
    module = next((module for module in course.modules if module.stem == stem), None)
    cells = read_cells(module.lesson) if module else ()
    codes = {cell.name: cell for cell in cells if cell.kind == "code"}
    found = plain_slider(map(code_cell, codes.values()))
    if found is None:
        return Markup("")
    # Where somebody only reads, no folder is made.
    keep = course.root.joinpath(*_KEEP)
    keep_there = keep if keep.parent.is_dir() else None
    [(name, made)] = tables_of([found], keep_there, pictures=FEWER, widths=("wide",))
    if isinstance(made, str):
        return Markup("")
    return figure(f"{stem}-{name}", made, still(codes[name], made), widths=("wide",))


def code_cell(cell: Cell) -> CodeCell:
    """Return a code cell of a lesson of ours for the player."""
    touch = cell.plan.get("touch")
    return CodeCell(cell.name, cell.source, touch if isinstance(touch, str) else "")


def still(cell: Cell, made: Tables) -> Markup:
    """Return what stands for the sliders without a script: the stored picture, or its sentence."""
    said = at_start(made)
    shown = next(pictures(cell.shown), ("", ""))[0]
    if not shown:
        return Markup("<p>{}</p>").format(said)
    return Markup('<img src="{}" alt="{}">').format(shown, said)
