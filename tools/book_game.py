"""What the book says before the flight simulator begins: a game, and how to play it."""

from __future__ import annotations

from pathlib import Path
from string import Template

from book_first_page import ferry, picture
from book_lesson import Running
from book_tables import Drawn
from site_wheels import ROOT

from thousandfold.facilitation.course import find_course

GAME = "08_flight_simulator"
_FLOWN = "fly"  # the part of the lesson in which people play


def game(source: Path, running: Running, drawn: Drawn) -> str:
    """Return what stands between the title of the game and its lesson, as Markdown.

    Parameters
    ----------
    source : pathlib.Path
        Folder of the pages.
    running : Running
        How readers run a notebook.
    drawn : dict
        What the slider of the first page gives; without it the picture stands still.
    """
    module = find_course(ROOT).module(GAME)
    page = Template((ROOT / "book" / "game.md").read_text(encoding="utf-8")).substitute(
        ferry(),
        fly=sum(part.minutes for part in module.sections if part.cell == _FLOWN),
        lesson=module.lesson_minutes,
        whole=module.minutes,
        picture=picture(source, drawn, running, "../"),
        lab=running.lab,
        path=module.lesson.relative_to(ROOT).as_posix(),
    )
    return running.only(page)
