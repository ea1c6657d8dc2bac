"""A curve that somebody draws in the book before a lesson says what happens."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from bs4 import BeautifulSoup
from markupsafe import Markup

from thousandfold.teaching.curves import SILENT, Axis, Board, highest
from thousandfold.teaching.drawn_guess import axes_of

_DRAWN = Markup('<div class="drawn" id="{name}" data-board="{board}">\n{still}\n</div>')


@dataclass(frozen=True)
class Drawing:
    """A board of a lesson.

    Attributes
    ----------
    name : str
        What the lesson calls it.
    board : Board
    """

    name: str
    board: Board

    def page(self, still: str) -> str:
        """Return the empty board as HTML; without scripts there is what stands still."""
        board = self.board
        real = board.real.series[0]
        x, y = np.asarray(real.x, dtype=float), np.asarray(real.y, dtype=float)
        told = {
            "axes": axes_of(board),
            "places": board.across.places,
            "across": _behind(board.across),
            "up": board.unit,
            "best": highest(x, y),
            "end": [x[-1], y[-1]],
            "real": [
                [round(board.across.share(a), 4), round(board.up.share(b), 4)]
                for a, b in zip(x, y, strict=True)
            ],
        }
        return _DRAWN.format(name=self.name, board=json.dumps(told), still=Markup(still))  # noqa: S704

    def answered_by(self, source: str) -> bool:
        """Say whether the lines of a cell answer it."""
        return f"{self.name}.answer()" in source


def drawing_of(source: str) -> Drawing | None:
    """Return what the lines of a cell of ours let somebody draw, or None."""
    if "draw_guess(" not in source:
        return None
    known: dict[str, object] = {}
    for line in ast.parse(source).body:
        match line:
            case ast.Assign([ast.Name(name)], ast.Call(ast.Name("draw_guess")) as call):
                known["draw_guess"] = Board.of  # no file of whoever builds the book is read
                return Drawing(name, eval(ast.unparse(call), known))  # noqa: S307 - ours
        exec(ast.unparse(line), known)  # noqa: S102 - a lesson of ours
    return None


def compared(shown: BeautifulSoup, drawing: Drawing) -> None:
    """Let the page say beside a drawn curve what happened."""
    for strong in shown.select("p > strong"):
        said = strong.get_text()
        if said.endswith(SILENT) and strong.parent:
            strong.parent["data-drawn"] = drawing.name
            strong.string = said.removesuffix(SILENT).strip()


def board_script() -> str:
    """Return what draws a board in a lesson, for a page that loads no modules from a folder."""
    script = (files("thousandfold.teaching") / "drawn_guess.js").read_text(encoding="utf-8")
    inside = script.replace(
        "export default { render };", "globalThis.drawBoard = Object.assign(render, { x, y });"
    )
    return f'"use strict";\n{{\n{inside}}}\n'


def board_style() -> str:
    """Return the look of a board."""
    return (files("thousandfold.teaching") / "drawn_guess.css").read_text(encoding="utf-8")


def _behind(axis: Axis) -> str:
    """Return what stands behind a number of an axis in a sentence."""
    return axis.words(1).partition(" ")[2]
