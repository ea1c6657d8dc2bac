"""The end of a flight: a front page in the team's own numbers, with its loops and its luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thousandfold.core import Array
from thousandfold.flight.engine import GOAL, fly
from thousandfold.flight.game import Game
from thousandfold.flight.loops import turned

_FUTURES = 1000


@dataclass(frozen=True, eq=False)
class Ending:
    """How a flight ended, and how the same decisions end in other futures.

    Attributes
    ----------
    headline : str
    sentences : tuple of str
        What was reached, what it cost, which forecast missed most, and what was luck.
    ends : array, shape (futures,)
        Customers at the end of the same decisions, sorted; the flight's own is one of them.
    """

    headline: str
    sentences: tuple[str, ...]
    ends: Array


def ending(game: Game) -> Ending:
    """Return how a flight ended.

    Parameters
    ----------
    game : Game
        Of which all rounds count that were flown.

    Examples
    --------
    >>> from thousandfold.flight.debrief import example_game
    >>> ending(example_game()).headline
    'Ferry has 257,206 customers'
    """
    seen = game.seen()
    now = {name: float(values[-1]) for name, values in seen.items()}
    flown = fly(
        {game.team: game.rows},
        rounds=len(game.turns),
        replications=_FUTURES,
        seed=game.seed,
        events=game.events,
    )
    ends = np.sort(flown.final("customers")[0])
    below = 100 * float((ends < now["customers"]).mean())
    return Ending(
        f"Ferry has {now['customers']:,.0f} customers",
        (
            _reached(now["customers"], len(game.turns)),
            f"{now['people']:,.0f} people work here, and {now['cash'] / 1e6:,.1f} million lie in "
            f"the bank. Debt takes {100 * now['lost']:.0f} % of the time, waiting for an answer "
            f"{100 * now['waited']:.0f} %.",
            f"What Ferry promised was kept in {now['kept']:.0f} of {len(game.turns)} rounds.",
            *([_missed(game.forecasts, seen["customers"][1:])] if game.forecasts else []),
            f"What turned: {', '.join(turned(game.flown())) or 'no loop at all'}.",
            f"The same decisions in {_FUTURES:,} futures end at {np.median(ends):,.0f} in the "
            f"middle; {below:.0f} of 100 end lower than yours did. "
            + _luck(below, np.quantile(ends, 0.9) / max(1.0, np.quantile(ends, 0.1))),
        ),
        ends,
    )


def _reached(customers: float, rounds: int) -> str:
    if customers >= GOAL:
        return f"1,000 became {customers:,.0f} in {rounds} rounds, which is what the board wanted."
    return (
        f"1,000 became {customers:,.0f} in {rounds} rounds. The board wanted {GOAL:,}: "
        f"{GOAL / customers:,.1f} times as many."
    )


def _missed(forecasts: list[float | None], came: Array) -> str:
    """Say which forecast was furthest from what came, counted in times."""
    written = np.array(forecasts, dtype=float)  # not a number where there is none
    worst = int(np.nanargmax(np.abs(np.log(written / np.maximum(1, came)))))
    return (
        f"The forecast furthest off was that of round {worst + 1}: {written[worst]:,.0f}, and "
        f"{came[worst]:,.0f} came."
    )


def _luck(below: float, spread: float) -> str:
    """Say how lucky the flight was, and how much luck could do to these decisions."""
    lucky = "lucky" if below > 75 else "unlucky" if below < 25 else "neither lucky nor unlucky"
    return (
        f"You were {lucky}: a good future, one in ten, has {spread:.1f} times the customers of a "
        "bad one."
    )
