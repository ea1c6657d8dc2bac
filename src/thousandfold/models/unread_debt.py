"""What debt that nobody wrote by hand takes back from a team that builds faster."""

from __future__ import annotations

import numpy as np

from thousandfold.core import Array, compare, number, single
from thousandfold.errors import ExplainedError
from thousandfold.models.debt import Debt
from thousandfold.picture import Lines, Note, Picture, Series

_FUTURES = 200
_QUARTERS = 12


def built_more(
    teams: list[Debt], gain: float = 35, debt: float = 2, replications: int = _FUTURES
) -> Array:
    """Return how much more teams build in each quarter than without an assistant, in percent.

    With one, a day of work builds `gain` percent more and leaves `debt` times the debt; all else
    is `Debt`, and the same luck. It leaves out that an assistant might repair debt, too.

    Parameters
    ----------
    teams : list of Debt
    gain : float
        What a day of work builds more, in percent.
    debt : float
        How many times as much debt a day of work leaves, at most as much as `Debt` accepts.
    replications : int
        Futures.

    Returns
    -------
    array, shape (12, teams, replications)

    Examples
    --------
    >>> built_more([Debt()])[[0, -1]].mean(axis=(1, 2)).round().tolist()
    [35.0, -51.0]
    """
    if (
        not isinstance(teams, list)
        or not all(isinstance(team, Debt) for team in teams)
        or not teams
    ):
        raise ExplainedError("teams must be a list of Debt, such as [Debt(), Debt(interest=0.4)]")
    gain = single("gain", gain, -99, 1000, unit="percent")
    debt = single("debt", debt, 0, 100, unit="times")
    most = Debt.quantities()["carelessness"].high
    both = {}
    for place, team in enumerate(teams):
        both[f"{place} by hand"] = team
        both[f"{place} faster"] = team.replace(carelessness=min(most, debt * team.carelessness))
    built = np.diff(compare(both, _QUARTERS, replications)["delivered"], axis=0)
    by_hand, faster = built[:, 0::2], (1 + gain / 100) * built[:, 1::2]
    ratio = np.divide(faster, by_hand, out=np.ones_like(faster), where=by_hand > 0)
    return np.asarray(100 * (ratio - 1))


def built_more_picture(team: Debt, gain: float, debt: float = 2) -> Picture:
    """Return what a faster team builds more in each quarter, with more debt and with the same.

    Parameters
    ----------
    team : Debt
    gain, debt : float
        As in `built_more`.
    """
    quarters = np.arange(1, _QUARTERS + 1)
    low, middle, high = np.quantile(built_more([team], gain, debt)[:, 0], (0.1, 0.5, 0.9), axis=1)
    careful = np.median(built_more([team], gain, 1 + gain / 100)[:, 0], axis=1)
    gone = quarters[middle < 0]
    told = f"gone in quarter {gone[0]}" if gone.size else f"{number(middle[-1])} % in quarter 12"
    return Lines(
        (
            Series(f"{number(debt)} times the debt", quarters, middle, low, high),
            Series("as careful as before", quarters, careful, colour="soft"),
        ),
        "time (quarters)",
        "built more in the quarter than by hand (%)",
        title=f"{number(gain)} % more at first; {told}",
        shown="Line: the middle of 200 futures. Band: eight of ten of them.",
        notes=(Note("by hand", y=0),),
        sentence=(
            f"What a team builds in a quarter beyond what it would have built by hand, in percent. "
            f"With {number(debt)} times the debt from each day of work: {number(middle[0])} % in "
            f"quarter 1, {number(middle[5])} % in quarter 6, {number(middle[-1])} % in quarter 12. "
            f"As careful as before: {number(careful[-1])} % in quarter 12."
        ),
    )
