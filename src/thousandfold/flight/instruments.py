"""Six small pictures of a flight so far, with the forecasts in the first."""

from __future__ import annotations

from typing import Any

import numpy as np

from thousandfold.core import Array
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import GOAL, Flight
from thousandfold.flight.game import Game
from thousandfold.picture import Lines, Picture, Series

_MINUTES_A_WEEK = 7 * 24 * 60
# In inches, 100 pixels each: words keep the size that they have in other figures.
_WIDE, _HIGH = 11 / 3, 6.7


def instruments(game: Game) -> tuple[Lines, ...]:
    """Return the pictures of the report: customers, cash, people, time lost, releases, downtime.

    Parameters
    ----------
    game : Game

    Returns
    -------
    tuple of Lines
    """
    seen = game.seen()
    rounds = np.arange(len(game.turns) + 1.0)

    def shown(
        name: str, title: str, unit: str, lines: dict[str, Array], what: str, **look: Any
    ) -> Lines:
        series = [Series(label, rounds, values) for label, values in lines.items()]
        last = [(label or name, figure(values[-1])) for label, values in lines.items()]
        told = ", ".join(f"{label} {value}" for label, value in last)
        return Lines(
            (*series, *look.pop("more", ())),
            x_label="round",
            y_label=unit,
            sentence=f"{name} after round {len(game.turns)}: {told} {what}.",
            title=title.format(last[0][1]),
            **look,
        )

    told = {at: value for at, value in enumerate(game.forecasts, start=1) if value is not None}
    forecasts = Series("forecast", list(told), list(told.values()), points=True, colour="red")
    lost = 100 * seen["lost"]
    waiting = 100 * seen["waited"]
    down = _MINUTES_A_WEEK * (1 - seen["availability"])
    promised = np.full_like(rounds, _MINUTES_A_WEEK * (1 - Flight.quantities()["promise"].default))
    return (
        shown(
            "Customers", "Customers: {}", "customers", {"came": seen["customers"]},
            f"of {GOAL:,}", log_y=True, more=(forecasts,),
        ),
        shown(
            "Cash", "Cash: {} million", "million dollars", {"": seen["cash"] / 1e6},
            "million dollars",
        ),
        shown(
            "People", "People: {}", "people", {"all": seen["people"], "learning": seen["new"]},
            "people",
        ),
        shown(
            "Time lost", "Lost to debt: {} %", "% of the time",
            {"debt": lost, "waiting": waiting}, "% of the time",
        ),
        shown(
            "Releases", "Releases: {}/week", "releases a week", {"": seen["releases"]}, "a week",
        ),
        shown(
            "Down", "Down: {} min/week", "minutes a week",
            {"measured": down, "promise": promised}, "minutes a week",
        ),
    )  # fmt: skip


def panel(pictures: tuple[Picture, ...]) -> bytes:
    """Return all pictures in two rows as one PNG, for a file that nothing runs in."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from thousandfold.drawing import draw, png
    from thousandfold.drawing.axes import STYLE

    with mpl.rc_context(STYLE):
        columns = (len(pictures) + 1) // 2
        sheet = Figure(figsize=(columns * _WIDE, _HIGH), dpi=100)
        grid = sheet.subplots(2, columns, subplot_kw={"projection": "described"})
    sheet.subplots_adjust(0.285 / columns, 0.08, 1 - 0.045 / columns, 0.9, wspace=0.3, hspace=0.56)
    for ax, picture in zip(grid.flat, pictures, strict=True):
        ax.set(xlim=(-0.4, ROUNDS + 0.4), xticks=range(0, ROUNDS + 1, 2))
        draw(picture, ax)
    grid.flat[0].set_ylim(800, 1.5 * GOAL)  # the whole way is on the picture from the start
    return png(sheet, stays=True)


def figure(value: float) -> str:
    """Return a number as a picture says it."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:,.2g}"
