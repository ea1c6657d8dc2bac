"""How many people to hire first: the question that the workshop opens with."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import numpy as np

from thousandfold.core import Array, Trajectory, companies
from thousandfold.drawing import draw, figure_of, png
from thousandfold.flight.engine import GOAL, Flight, fly
from thousandfold.flight.policies import STEADY, Rules, with_rules
from thousandfold.flight.statements import ends
from thousandfold.picture import Lines, Note, Picture, Series
from thousandfold.player.table import Control, table

HIRED: tuple[int, ...] = (*range(21), *range(22, 31, 2), 35, 40, 45, 50)
"""What a reader can choose: people hired in the first half-year."""

START = 30
"""Where the slider begins: what many would do who have the money for it."""

_STOPS_HIRING = 1_500_000  # dollars in the bank, as the rules of the steady policy say
_SILENT = 3  # rounds: a year and a half
_CLEAR = 1.03  # less than that nobody calls a lead
_STOCKS = ("customers", "cash")


def best() -> int:
    """Return how many hired first bring Ferry the most customers, in the middle of its futures."""
    place = int(_middle("customers")[-1].argmax())
    return int(HIRED[place])


def behind_best(hired: int, draws: int = 100) -> float:
    """Return in how many of 100 plausible companies so many hired first end behind Ferry's best.

    Parameters
    ----------
    hired : int
        People hired in the first half-year.
    draws : int
        How many companies are drawn.

    Returns
    -------
    float
    """
    drawn = companies(Flight(), draws).models
    other, chosen = (ends(drawn, _policy(number)) for number in (hired, best()))
    return float(100 * (other < chosen).mean())


def first_hire_picture(hired: int = START) -> Picture:
    """Draw six years of Ferry after so many were hired first, beside its best number.

    All else is decided by the steady policy, in the same futures.

    Parameters
    ----------
    hired : int
        One of `HIRED`.

    Returns
    -------
    thousandfold.Picture
    """
    place, top = HIRED.index(hired), HIRED.index(best())
    customers, middle = _flown()["customers"], _middle("customers")
    cash = _middle("cash")[:, place]
    low, high = np.quantile(customers[:, place], [0.1, 0.9], axis=-1)
    years = np.arange(len(middle)) / 2
    end, most = middle[-1, place], middle[-1, top]
    chosen = Series(f"{_counted(hired)} hired", years, middle[:, place], low, high)
    beside = Series(f"{HIRED[top]} hired", years, middle[:, top])
    share = f"{100 * end / most:.0f} % of the customers with {HIRED[top]}"
    notes = [Note("what Ruth wants", y=GOAL)]
    if (empty := _empty(cash)) is not None:  # customers show it too late
        notes.append(Note("bank empty", x=empty / 2, y=float(middle[empty, place])))
    early = _early(hired, middle[:, place], middle[:, top])
    compared = (
        "No other number that we tried brings more."
        if place == top
        else f"With {HIRED[top]} it has {_short(most)}. {early}"
    )
    return Lines(
        (chosen,) if place == top else (chosen, beside),
        title=(
            f"{_counted(hired).capitalize()} hired: "
            f"{'the most customers' if place == top else share}"
        ),
        shown="Line: the middle of 1,000 futures. Band: eight of ten of them.",
        notes=tuple(notes),
        x_label="years",
        y_label="customers",
        sentence=(
            f"With {_counted(hired)} hired in the first half-year, Ferry has {_short(end)} "
            f"customers after six years ({_short(low[-1])} to {_short(high[-1])} in eight of ten "
            "futures)."
            f"{_bank(cash)} {compared}"
        ),
    )


def first_hire() -> dict[str, dict[str, Any]]:
    """Return the picture for each number of people that can be hired first.

    Returns
    -------
    dict
        A table for each width of a page, see `thousandfold.player.table.table`.
    """
    number = Control("hired", "people hired at once", HIRED, HIRED.index(START))
    return table([number], lambda settings: first_hire_picture(int(settings["hired"])))


def first_hire_told() -> dict[str, dict[str, Any]]:
    """Return what a page says around that picture, as plain data.

    Returns
    -------
    dict
        ``"still"``: the picture at the start as PNG in base 64, its width and height, its title and
        its sentence. ``"told"``: the start and the best number; how many customers they bring in
        the end (``"happened"`` and ``"most"``) and after two years (``"ahead"`` and ``"beside"``);
        and in how many of 100 plausible companies the start ends behind.
    """
    middle, here, top = _middle("customers"), HIRED.index(START), HIRED.index(best())
    picture = first_hire_picture()
    canvas = figure_of(draw(picture).ax)
    drawn = png(canvas, stays=True)
    width, height = canvas.canvas.get_width_height()
    return {
        "still": {
            "png": base64.b64encode(drawn).decode(),
            "width": width,
            "height": height,
            "title": picture.title,
            "sentence": picture.sentence,
        },
        "told": {
            "best": best(),
            "start": START,
            "happened": int(_short(middle[-1, here]).replace(",", "")),
            "most": _short(middle[-1, top]),
            "ahead": _short(middle[_SILENT + 1, here]),
            "beside": _short(middle[_SILENT + 1, top]),
            "start_behind": round(behind_best(START)),
        },
    }


def _policy(hired: int) -> Rules:
    return with_rules(STEADY, f"when round below 2: hire {hired}")


@cache
def _flown() -> Mapping[str, Array]:
    """Return customers and cash, shape (rounds + 1, numbers hired, futures)."""
    at_once = 4  # policies; more of them in a thousand futures no longer fit near the processor
    runs: list[Trajectory] = [
        fly({str(hired): _policy(hired) for hired in HIRED[first : first + at_once]})
        for first in range(0, len(HIRED), at_once)
    ]
    return {name: np.concatenate([run[name] for run in runs], axis=1) for name in _STOCKS}


def _middle(stock: str) -> Array:
    return cast(Array, np.median(_flown()[stock], axis=-1))


def _early(hired: int, chosen: Array, best: Array) -> str:
    """Say what a report shows while it is early: nothing, or the opposite."""
    if chosen[_SILENT + 1] > _CLEAR * best[_SILENT + 1]:
        ahead = f"{_short(chosen[_SILENT + 1])} against {_short(best[_SILENT + 1])}"
        return f"And yet after {_years(_SILENT + 1)} {hired} hired were ahead: {ahead}."
    counted = f"{_short(best[_SILENT])} customers"
    return f"After {_years(_SILENT)} nobody can tell the two apart: about {counted} in both."


def _empty(cash: Array) -> int | None:
    """Return after which round the bank is empty, if it ever is."""
    rounds = np.flatnonzero(cash < 0)
    return int(rounds[0]) if len(rounds) else None


def _bank(cash: Array) -> str:
    """Say what becomes of the bank, if that is why no more people come."""
    lowest, empty = int(cash.argmin()), _empty(cash)
    if empty is not None:
        return f" Its bank is empty after {_years(empty)}, and a third of all people must go."
    if cash[lowest] < _STOPS_HIRING:
        left = f"{cash[lowest] / 1e6:.1f} million dollars"
        return f" After {_years(lowest)} only {left} are left, so it can hire nobody for a while."
    return ""


def _counted(people: int) -> str:
    return f"{people}" if people else "nobody"


def _years(rounds: int) -> str:
    years = rounds / 2
    return {1: "a year", 1.5: "a year and a half", 2: "two years"}.get(years, f"{years:g} years")


def _short(customers: float) -> str:
    """Return a number of customers with as many digits as anybody reads."""
    return f"{float(f'{customers:.2g}'):,.0f}"
