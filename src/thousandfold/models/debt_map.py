"""The best share of time for repair: early and late, and on a map of interest and horizon."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from thousandfold.core import SEED, Array, DynamicModel, luck_of, number, run, with_arrays
from thousandfold.picture import HeatMap, Lines, Note, Picture, Series

_INTERESTS = np.linspace(0.05, 0.8, 26)
_LONGEST = 16
_STEP = 0.05
_SHARES = np.arange(21) * _STEP
_FUTURES = 100
_YEAR, _PLAN = 4, 12
HORIZONS = (3, 12)
"""After how many quarters an early judge and a late one look."""
# Between "no repair is best" and "some is" stands the first contour.
_LEVELS = {0.025: "", 0.1: "10 %", 0.2: "20 %", 0.3: "30 %", 0.4: "40 %", 0.5: "50 %"}


def best_shares(debt: DynamicModel) -> tuple[Array, Array, Array]:
    """Return which share for repair is worth most, by interest and horizon.

    Parameters
    ----------
    debt : Debt
        Its own interest and repayment play no part.

    Returns
    -------
    interests : array, shape (26,)
    horizons : array, shape (16,)
        In quarters.
    best : array, shape (16, 26)
        From the mean of 100 futures with each share in steps of 5 %, and a parabola between.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> interests, horizons, best = best_shares(Debt())
    >>> best.shape == (len(horizons), len(interests))
    True
    """
    described = debt.quantities()
    best = _best(debt.replace(**{k: described[k].default for k in ("interest", "repayment")}))
    return _INTERESTS, np.arange(1.0, _LONGEST + 1), best


# Interest and repayment are all that most sliders move, and the map does not know them.
@lru_cache(maxsize=32)
def _best(debt: DynamicModel) -> Array:
    interest, share = (side.reshape(-1, 1) for side in np.meshgrid(_INTERESTS, _SHARES))
    every = with_arrays(debt, interest=interest, repayment=share)
    luck = luck_of(debt, _LONGEST, _FUTURES, SEED, scenarios=interest.size)
    runs = run(every, range(interest.size), luck, every.start(), lambda _, *now: every.step(*now))
    worth = (runs["delivered"] - _handover(debt) * runs["debt"])[1:].mean(axis=2)
    best = np.asarray(_between(worth.reshape(_LONGEST, _SHARES.size, -1)))
    best.flags.writeable = False
    return best


def _between(worth: Array) -> Array:
    """Return where the best share lies, also between two steps: by a parabola through three."""
    at = worth.argmax(axis=1, keepdims=True)
    inner = np.clip(at, 1, _SHARES.size - 2)
    low, here, high = (np.take_along_axis(worth, inner + k, 1)[:, 0] for k in (-1, 0, 1))
    bend = low - 2 * here + high
    off = np.divide((low - high) / 2, bend, out=(at - inner)[:, 0] * 1.0, where=bend < 0)
    return np.asarray(_SHARES[inner[:, 0]] + np.clip(off, -1, 1) * _STEP)


def interest_for_a_year(debt: DynamicModel) -> float:
    """Return the interest from which some repair is best when judged after four quarters.

    Infinite if none on the map does.

    Parameters
    ----------
    debt : Debt
        Its own interest and repayment play no part.

    Returns
    -------
    float
        Days a quarter per day of debt.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> round(interest_for_a_year(Debt()), 1)
    0.5
    """
    interests, _, best = best_shares(debt)
    year, least = best[_YEAR - 1], min(_LEVELS)
    if year[-1] <= least:
        return float("inf")
    last = int(np.flatnonzero(year <= least)[-1]) if (year <= least).any() else 0
    return float(np.interp(least, year[last : last + 2], interests[last : last + 2]))


def map_picture(debt: DynamicModel, interest: float) -> Picture:
    """Return the map, with a mark where a team of that interest stands that is judged yearly.

    Parameters
    ----------
    debt : Debt
        Its own interest and repayment play no part.
    interest : float
        Of the team with the mark, in days a quarter per day of debt.

    Returns
    -------
    Picture
    """
    interests, horizons, best = best_shares(debt)
    column = int(np.abs(interests - interest).argmin())
    year, plan = (
        f"{100 * share:.0f} %" if share else "none"
        for share in (
            _STEP * round(best[quarters - 1, column] / _STEP) for quarters in (_YEAR, _PLAN)
        )
    )
    team = "Ferry" if debt == type(debt)() else "this team"
    within = interest_for_a_year(debt)
    turns = (
        f"When judged after a year, some repair is best from an interest of {within:.2f} on. "
        if within < 1
        else "When judged after a year, no repair is best anywhere on the map. "
    )
    here = float(np.clip(interest, interests[0], interests[-1]))
    return HeatMap(
        interests,
        horizons,
        best,
        "days lost in each quarter, for each day of repair not done",
        "judged after (quarters)",
        tuple(_LEVELS),
        tuple(_LEVELS.values()),
        least="no repair",
        title=f"Best share for repair: {year} after a year, {plan} after three",
        shown="The bluer, the more time for repair is best. To the right debt costs more, further "
        "up the team is judged later.",
        sentence=(
            "The best share of the time for repair, by what debt costs and by when the team is "
            f"judged{_less(_handover(debt), ' in features')}. At an interest of {interest:.3g}: "
            f"{year} when judged after {_YEAR} quarters, {plan} after {_PLAN}. {turns}On the whole "
            f"map it goes from none, below and to the left, to {100 * float(best.max()):.0f} % for "
            f"debt that costs much and a team with time. Mean of {_FUTURES} futures."
        ),
        notes=(
            Note(f"{team}, judged after one year", here, float(_YEAR)),
            *([Note(f"from {within:.2f} on", within, float(_YEAR))] if within < 1 else []),
        ),
    )


def _handover(debt: DynamicModel) -> float:
    # `Debt` draws with this file, which therefore cannot import it to name its type.
    return float(vars(debt)["handover"])


def _less(handover: float, counted: str = "") -> str:
    """Return in words what is counted when a share is judged."""
    return f"{counted} less {number(handover)} days for each day of debt left" if handover else ""


def shares_picture(judged: Mapping[int, tuple[Array, Array]], handover: float) -> Picture:
    """Return what each share for repair is worth to who judges early, and to who judges late.

    Parameters
    ----------
    judged : mapping of int to (array, array)
        After how many quarters, and what `Debt.by_share` returns for it.
    handover : float
        What each day of debt left is charged.

    Returns
    -------
    Picture
    """
    series, ends, titles = [], [], []
    for quarters, (shares, worth) in judged.items():
        percent, best = 100 * shares, int(worth.argmax())
        series.append(Series(f"over {quarters} quarters", percent, worth))
        titles.append(f"{percent[best]:.0f} % over {quarters}")
        ends.append(
            f"over {quarters} quarters {percent[best]:.0f} % is best "
            f"({number(worth[best])} days a quarter; {number(worth[0])} "
            f"at 0 %, {number(worth[12])} at {percent[12]:.0f} %)"
        )
    return Lines(
        tuple(series),
        "share for repair (% of the time left)",
        "features less debt left (days a quarter)" if handover else "features (days a quarter)",
        title=f"Best share for repair: {', '.join(titles)} quarters",
        shown=f"What a team delivers a quarter{_less(handover, ',')}, on average, until judged.",
        sentence=(
            f"Features{_less(handover, ',')}, by the share of time that goes into repaying debt: "
            f"{'; '.join(ends)}."
        ),
    )
