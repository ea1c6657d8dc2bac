"""A guess drawn on empty axes: with a mouse, a finger, a pen or the keyboard, or in numbers."""

from __future__ import annotations

import html
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines
from thousandfold.teaching.answers import Answer, told
from thousandfold.teaching.canvas import canvas
from thousandfold.teaching.curves import FILE, Board, Heights, keep, kept
from thousandfold.teaching.fallback import Fallback
from thousandfold.teaching.guesses import short


class DrawnGuess:
    """A curve that a learner draws, kept in the learner's folder as it is drawn.

    Parameters
    ----------
    board : Board
    """

    def __init__(self, board: Board) -> None:
        import ipywidgets

        self._board = board
        self._heights = kept(board)
        places = board.across.places
        self._canvas = canvas(
            "thousandfold.teaching", "drawn_guess", axes=axes_of(board), heights=self._shares()
        )
        self._typed = ipywidgets.Text(
            board.written(self._heights),
            description=f"or type {len(places)} numbers",
            placeholder=f"for {', '.join(map(short, places))}",
            continuous_update=False,
            style={"description_width": "12em"},
            layout={"width": "50em", "max_width": "calc(100% - 4px)"},
        )
        self._said = ipywidgets.HTML()
        self._say(self._words())
        self._canvas.observe(self._drawn, names="heights")
        self._typed.observe(self._written, names="value")
        box = ipywidgets.VBox([self._canvas, self._typed, self._said])
        again = "Run this cell: what you have drawn comes back, and you can draw."
        self._shown = Fallback(box, again)

    def answer(self) -> Answer:
        """Return what happens, with the drawn curve beside it and a sentence that compares them."""
        words = self._board.compared(self._heights)
        return told(words, self._board.picture(self._heights))

    def _repr_mimebundle_(self, **given: object) -> dict[str, Any]:
        return self._shown._repr_mimebundle_(**given)

    def _drawn(self, change: Any) -> None:
        shares = change["new"]
        if shares == self._shares():  # what was typed comes back as what is drawn
            return
        value = self._board.up.value
        self._set(tuple(None if share is None else value(share) for share in shares))

    def _written(self, change: Any) -> None:
        if change["new"] == self._board.written(self._heights):
            return
        try:
            heights = self._board.read(change["new"])
        except ExplainedError as error:
            self._say(f"{str(error)[:1].upper()}{str(error)[1:]}. What you drew is kept.", "alert")
            return
        self._set(heights)

    def _set(self, heights: Heights) -> None:
        self._heights = heights
        self._typed.value = self._board.written(heights)
        self._canvas.heights = self._shares()
        try:
            keep(self._board, heights)
        except (OSError, ExplainedError):
            self._say(self._words("It lasts until the kernel ends: this folder takes no file."))
        else:
            self._say(self._words())

    def _shares(self) -> list[float | None]:
        share = self._board.up.share
        return [None if height is None else round(share(height), 4) for height in self._heights]

    def _words(self, where: str = f"It is kept in {FILE}.") -> str:
        drawn = [
            f"{short(height)} at {short(place)}"
            for place, height in zip(self._board.across.places, self._heights, strict=True)
            if height is not None
        ]
        if not drawn:
            return f"What do you expect: {self._board.question}? Nothing is drawn yet."
        return f"You drew {', '.join(drawn)}. {where} Now run the next cell."

    def _say(self, words: str, role: str = "status") -> None:
        self._said.value = f'<p role="{role}">{html.escape(words)}</p>'


def draw_guess(real: Lines, between: tuple[float, float]) -> DrawnGuess:
    """Let somebody draw what they expect, on the empty axes of a picture.

    It is drawn with a mouse, a finger or a pen; with Tab and the arrow keys; or typed as numbers
    into the field below. It is kept beside the notebook and asked again nowhere. The next cell
    says ``.answer()``.

    Parameters
    ----------
    real : Lines
        What happens. It stays hidden; its first line is what is guessed.
    between : tuple of float
        From where to where the vertical axis goes: far enough to give nothing away.

    Returns
    -------
    DrawnGuess
        The empty axes; its ``answer()`` shows what happens beside what was drawn.

    Raises
    ------
    ExplainedError
        If the picture has no lines, or the axis no length.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> drawn = draw_guess(Debt().picture("repayment"), between=(0, 600))
    """
    return DrawnGuess(Board.of(real, between))


def axes_of(board: Board) -> dict[str, Any]:
    """Return the empty axes of a board as plain data, for what draws them in a page."""
    across, up = board.across, board.up
    return {
        "name": f"Draw {board.question}",
        "across": across.label,
        "up": up.label,
        "low": up.low,
        "high": up.high,
        "logarithmic": up.logarithmic,
        "places": [[across.share(place), short(place)] for place in across.places],
        "heights": [[up.share(place), short(place)] for place in _few(up.places)],
    }


def _few(places: list[float]) -> list[float]:
    return places[::2] if len(places) > 8 else places
