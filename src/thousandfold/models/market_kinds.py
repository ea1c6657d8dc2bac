"""Three kinds of two-sided markets: one tips, one fills by itself, one stays empty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thousandfold.core import Array, number
from thousandfold.picture import Lines, Note, Picture, Series

_TIPS = 3


def market_picture(
    draws: Array, levels: Sequence[Sequence[float]], draw: float, here: Sequence[float]
) -> Picture:
    """Return which shares of partners hold themselves, by what partners add for customers.

    Parameters
    ----------
    draws : array
        What all partners add for a customer; the smallest first.
    levels : sequence of sequence of float
        For each of them the shares that hold themselves: one, or three.
    draw : float
        Where this market stands.
    here : sequence of float
        Its own shares.

    Returns
    -------
    Picture
    """
    tips = np.array([len(found) == _TIPS for found in levels])
    lowest, highest = (100 * np.array([found[end] for found in levels]) for end in (0, -1))
    middle = np.array([100 * found[1] for found in levels if len(found) == _TIPS])
    turns = _turns(draws, tips)
    if len(here) == _TIPS:
        told = f"tips at {100 * here[1]:.0f} %: below it empties, above it fills to "
        told += f"{100 * here[2]:.0f} %"
    else:
        moves = "fills by itself to" if here[0] > 0.5 else "falls back to"
        told = f"has no tipping point: it {moves} {100 * here[0]:.0f} %"
    says = " and ".join(f"{words} {number(at)} on" for words, at in turns)
    return Lines(
        (
            Series("full" if tips.any() else "", draws[tips], highest[tips]),
            Series("tipping point" if tips.any() else "", draws[tips], middle),
            Series("by itself", draws, lowest, colour="soft"),
        ),
        "what all partners add for a customer (appeal)",
        "partners on board (% of those who could come)",
        title=f"This market {told}",
        shown="A market goes from below the tipping point to the lowest line, from above it to the "
        "highest.",
        notes=(
            Note("this market", x=draw),
            *(
                Note(f"{words} {number(at)}", at, float(np.interp(at, draws, lowest)))
                for words, at in turns
            ),
        ),
        sentence=(
            "Shares of partners that hold themselves without money, by what all partners add for a "
            f"customer. At {number(draw)} this market {told}. "
            + (f"A market {says}." if says else "No market on this line has a tipping point.")
        ),
    )


def _turns(draws: Array, tips: Array) -> list[tuple[str, float]]:
    """Return between which draws markets begin to tip, and from where on they fill unpaid."""
    found = []
    for last in np.flatnonzero(tips[1:] != tips[:-1]):
        words = "tips from" if tips[last + 1] else "fills by itself from"
        found.append((words, float(draws[last : last + 2].mean())))
    return found
