"""The cockpit of the flight simulator: one screen, in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from thousandfold.flight.decision_form import entries
from thousandfold.flight.game import Game
from thousandfold.flight.instruments import instruments, panel
from thousandfold.flight.seat import PARTS, Seat
from thousandfold.teaching.canvas import canvas
from thousandfold.teaching.fallback import Fallback


def cockpit(game: Game) -> Fallback:
    """Play a game on one screen, with the keyboard, a mouse or a finger.

    Left: the decisions, what they cost, a forecast and its reason, and the button, which flies one
    round; there is no way back. Right: six pictures, what happened and what people say, or all
    rounds so far. The game is saved after each round if it was opened with `Game.open`.
    Without widgets `game.play(...)` does the same.

    Parameters
    ----------
    game : Game
        Opened or new; it goes on from its last round.

    Returns
    -------
    Fallback
        Its ``widget`` is the cockpit; the report stays in the notebook file.

    Examples
    --------
    >>> from thousandfold.flight import Game
    >>> cockpit(Game("Ours")).widget is None
    False
    """
    import ipywidgets

    from thousandfold.drawing import image

    seat = Cockpit(game)
    pictures = instruments(game)
    sentences = " ".join(picture.sentence for picture in pictures)
    left = f"<h3>{escape(seat.view['headline'])}</h3>{image(panel(pictures), sentences)}"
    box = ipywidgets.VBox([seat.canvas])
    return Fallback(box, "Run this cell, then fly here.", left=left + game.report().html())


class Cockpit(Seat):
    """A seat with a screen.

    Attributes
    ----------
    canvas : anywidget.AnyWidget
        What is seen; it only draws.
    """

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        self.canvas = canvas(
            "thousandfold.flight",
            *PARTS,
            form=entries(),
            words=dict(self.words),
            view=self.view,
            bill=self.bill,
            loops=self.loops,
        )
        self.canvas.on_msg(lambda _, content, __: self.hear(content))

    def hear(self, content: Mapping[str, Any]) -> None:
        """Do what was asked for, and show it."""
        super().hear(content)
        self.canvas.view, self.canvas.bill = self.view, self.bill
        self.canvas.loops = self.loops
