"""From which interest on repaying debt pays back soon, and from which it does so within a year."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from thousandfold.core import SEED, Array, DynamicModel, luck_of, number, run, with_arrays
from thousandfold.picture import Lines, Note, Picture, Series

_INTERESTS = np.linspace(0.05, 1, 39)
_LEAST = 0.01
_QUARTERS, _YEAR = 12, 4
_FUTURES = 200


def ahead_at(debt: DynamicModel, share: float) -> Array:
    """Return after how many quarters a share for repair is ahead of none, by interest.

    Parameters
    ----------
    debt : Debt
        Its own interest and repayment play no part.
    share : float
        Of the time that is left for repair, the same in each quarter.

    Returns
    -------
    array, shape (39,)
        Quarters, in the middle of 200 futures, with parts of a quarter; more than 12 is infinite.
        The interests go from 0.05 to 1.
    """
    described = debt.quantities()
    plain = debt.replace(**{k: described[k].default for k in ("interest", "repayment")})
    return _ahead_at(plain, share)


# Interest is what most sliders move, and these lines do not know it.
@lru_cache(maxsize=32)
def _ahead_at(debt: DynamicModel, share: float) -> Array:
    shares = np.repeat([share, 0.0], _INTERESTS.size)[:, np.newaxis]
    every = with_arrays(debt, interest=np.tile(_INTERESTS, 2)[:, np.newaxis], repayment=shares)
    luck = luck_of(debt, _QUARTERS, _FUTURES, SEED, scenarios=shares.size)
    runs = run(every, range(shares.size), luck, every.start(), lambda _, *now: every.step(*now))
    repaying, never = np.split(runs["delivered"], 2, axis=1)
    lead = np.median(repaying - never, axis=2)
    ahead = lead > 0
    last = np.maximum(ahead.argmax(axis=0) - 1, 0)
    before, after = (
        np.take_along_axis(lead, np.minimum(last + k, _QUARTERS)[np.newaxis], axis=0)[0]
        for k in (0, 1)
    )
    part = np.divide(-before, after - before, out=np.zeros_like(before), where=after > before)
    found = np.where(ahead.any(axis=0), last + part, np.inf)
    found.flags.writeable = False
    return found


def interest_for_a_year(debt: DynamicModel, share: float = _LEAST) -> float:
    """Return the interest from which a share for repair pays back within four quarters.

    Infinite if none up to 1 does.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> round(interest_for_a_year(Debt()), 1)
    0.5
    """
    quarters = ahead_at(debt, share)
    soon = quarters <= _YEAR
    if not soon.any():
        return float("inf")
    first = int(soon.argmax())
    if not first or not np.isfinite(quarters[first - 1]):
        return float(_INTERESTS[first])
    pair = slice(first - 1, first + 1)
    return float(np.interp(-_YEAR, -quarters[pair], _INTERESTS[pair]))


def payback_picture(debt: DynamicModel, interest: float, share: float) -> Picture:
    """Return the quarter from which repairing is ahead by interest, and where that is a year."""
    least, mine = ahead_at(debt, _LEAST), ahead_at(debt, share)
    within, told = interest_for_a_year(debt), f"{number(100 * share)} %"
    here = float(np.interp(interest, _INTERESTS, least))
    pays = (
        f"the smallest repair is ahead after {here:.1f} quarters"
        if np.isfinite(here)
        else f"no repair is ahead within {_QUARTERS} quarters"
    )
    turns = (
        f"Some repair pays back within a year from an interest of {within:.2f} on"
        if np.isfinite(within)
        else "Nowhere on this line does a repair pay back within a year"
    )
    lines = [
        Series(label, _INTERESTS[np.isfinite(quarters)], quarters[np.isfinite(quarters)])
        for label, quarters in {"1 % for repair": least, f"{told} for repair": mine}.items()
        if quarters is least or share > _LEAST
    ]
    return Lines(
        (
            *lines,
            Series("a year", _INTERESTS, np.full(_INTERESTS.size, float(_YEAR)), colour="soft"),
        ),
        "interest (days lost a quarter for each day of debt)",
        "ahead after (quarters)",
        title=f"Interest {number(interest)}: {pays}",
        shown="Below the pale line a repair pays back within a year.",
        notes=(
            *([Note("this team", interest, here)] if np.isfinite(here) else []),
            *([Note(f"from {within:.2f} on", within, float(_YEAR))] if within <= 1 else []),
        ),
        sentence=(
            "After how many quarters a team that repairs has built more than one that never does, "
            f"by interest. At an interest of {number(interest)} {pays}. {turns}. Middle of "
            f"{_FUTURES} futures."
        ),
    )
