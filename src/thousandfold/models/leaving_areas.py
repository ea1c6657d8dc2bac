"""Which areas had better leave a real code base, and when to stop."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

from thousandfold.core import Array, number
from thousandfold.picture import AreaMap, Lines, Picture, Series, colour_of
from thousandfold.repository.co_change import CoChange


class Leaving(NamedTuple):
    """What a code base delivers in two years, by how many of its areas leave.

    Attributes
    ----------
    code : CoChange
    order : list of str
        Which areas leave, the first one first.
    middle, low, high : array
        Changes delivered after none, one, two, ... have left, in 200 futures.

    Examples
    --------
    >>> import numpy as np
    >>> from thousandfold.models import network
    >>> delivered = np.array([[900, 950], [800, 850], [1000, 1050]])
    >>> Leaving(network("rails"), ["railties"], *delivered).middle.tolist()
    [900, 950]
    """

    code: CoChange
    order: list[str]
    middle: Array
    low: Array
    high: Array


def areas_picture(leaving: Leaving, drag: float) -> Picture:
    """Return a real code base, and the areas that had better leave it at these prices.

    Parameters
    ----------
    leaving : Leaving
        What is delivered by how many leave.
    drag : float
        Days that a change costs more in one program.

    Returns
    -------
    Picture
    """
    code, order, delivered, *_ = leaving
    best = int(delivered.argmax())
    name, gone = code.name.capitalize(), order[:best]
    gain = number(delivered[best] - delivered[0])
    areas = number(len(code.areas))
    picture = _area_map(
        code,
        gone,
        worth=_worth(delivered, best),
        title=f"{best} of {areas} areas had better leave {name}: {gain} more delivered"
        if best
        else f"Nothing had better leave {name}",
        shown="A box is an area of the code, larger if it changes more often. "
        + (
            "Dashed: where it was. Red: the strongest ties that then cross, and cost work."
            if best
            else "At these prices any number of services delivers less than one program."
        ),
        sentence="",
    )
    leave = "nothing should leave" if not best else f"these leave: {', '.join(gone)}"
    return dataclasses.replace(
        picture,
        sentence=(
            f"{name}'s {areas} areas, as large as their changes in a year. If a change costs "
            f"up to {number(drag)} {'day' if drag == 1 else 'days'} more in one "
            f"program, {leave}"
            + (
                f". That delivers {gain} more changes in two years than leaving all as it is, "
                f"and {100 * picture.crossing:.0f} % of the shared changes then cross a border."
                if best
                else ": any number of services delivers less than one program."
            )
        ),
    )


def out_picture(code: CoChange, gone: Sequence[str], steps: Sequence[float]) -> Picture:
    """Return a real code base after some areas have left, and one price after the other.

    Parameters
    ----------
    code : CoChange
        What is taken apart.
    gone : sequence of str
        Areas that have left, the first one first.
    steps : sequence of float
        Changes delivered if all stay; if leaving costs nothing; with borders paid; and with
        taking out and running twice paid, too.

    Returns
    -------
    Picture
    """
    name, left = code.name.capitalize(), len(gone)
    stays, free, bordered, paid = steps
    areas = f"{left} of {len(code.areas)} areas"
    more = f"{number(abs(paid - stays))} {'more' if paid >= stays else 'fewer'}"
    words = "one program", "if leaving were free", "with borders paid", "with moving paid, too"
    picture = _area_map(
        code,
        gone,
        worth=tuple(zip(words, steps, strict=True)) if left else ((words[0], stays),),
        title=f"{areas} out: {more} delivered" if left else f"All of {name} is one program",
        shown="A box is an area of the code, larger if it changes more often. "
        + ("Red: the strongest ties that now cross. " if left else "")
        + "Bars: changes in two years.",
        sentence="",
    )
    told = (
        f"{areas} of {name} have left: {', '.join(gone)}. In two years one program delivers "
        f"{stays:,.0f} changes. If leaving were free it would be {free:,.0f}; with borders paid, "
        f"{bordered:,.0f}; with moving paid, too, {paid:,.0f}, which is {more}. "
        f"{100 * picture.crossing:.0f} % of the shared changes cross a border."
        if left
        else f"{name}'s {len(code.areas)} areas, as large as their changes in a year, in one "
        f"program. It delivers {stays:,.0f} changes in two years."
    )
    return dataclasses.replace(picture, sentence=told)


def stops_picture(*projects: Leaving) -> Picture:
    """Return what real code bases deliver, by how many areas leave before the end.

    Parameters
    ----------
    *projects : Leaving
        What each delivers by how many leave.

    Returns
    -------
    Picture
    """
    series, said, bests = [], [], []
    for code, _, middle, low, high in projects:
        name, colour = code.name.capitalize(), colour_of(code.name)
        out = list(range(len(middle)))
        series.append(Series(name, out, middle, low, high, colour=colour))
        best = int(middle.argmax())
        bests.append(f"{best} of {name}")
        most = f"most after {best}, {middle[best]:,.0f}" if best else "most if nothing leaves"
        said.append(
            f"{name} {middle[0]:,.0f} if nothing leaves, {most}, {middle[-1]:,.0f} after {out[-1]}"
        )
    return Lines(
        tuple(series),
        "areas taken out, then stop",
        "delivered in two years (changes)",
        title=f"Areas that had better leave: {', '.join(bests)}",
        shown="Line: the middle of 200 futures. Band: eight of ten of them.",
        sentence=(
            "Changes delivered in 104 weeks by areas taken out, most changed and most "
            f"independent first: {'; '.join(said)}. Median and middle eight of ten in 200 "
            "futures."
        ),
    )


def _area_map(code: CoChange, gone: Sequence[str], **told: Any) -> AreaMap:
    return AreaMap(
        code.areas,
        code.changes,
        code.together,
        tuple(code.places(gone)),
        whole=f"still in {code.name.capitalize()}",
        parts="services of their own",
        **told,
    )


def _worth(delivered: Array, best: int) -> tuple[tuple[str, float], ...]:
    """Return what staying and leaving deliver in two years, with words; nothing if all stay."""
    if not best:
        return ()
    return (
        ("delivered in two years by one program", float(delivered[0])),
        (
            f"{best} {'area' if best == 1 else 'areas'} out: "
            f"{number(delivered[best] - delivered[0])} more delivered",
            float(delivered[best]),
        ),
    )
