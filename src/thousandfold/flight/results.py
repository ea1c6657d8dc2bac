"""What a flight comes to: points, the scorecard, skill and luck told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core import Array, Trajectory
from thousandfold.errors import ExplainedError
from thousandfold.flight.engine import GOAL, Flight

if TYPE_CHECKING:
    import pandas as pd
WEIGHTS = {"customers": 60, "cash": 10, "promise": 10, "people": 10, "debt": 10}
"""Points that each part can bring."""


def points(runs: Trajectory, wage: float | None = None) -> dict[str, Array]:
    """Return the points of each policy in each future, in five parts and in all.

    ::

        customers  60 * customers / 1,000,000, at most 60
        cash       10 * months of wages in the bank / 12, at most 10
        promise    10 * share of the rounds in which it was kept
        people     10 * (1 - 4 * share of people who left a round)
        debt       10 * (1 - 2 * share of the time that debt costs)

    The weights are illustrative: a board has its own.

    Parameters
    ----------
    runs : Trajectory
        What `flight.engine.fly` returns, of at least one round.
    wage : float, optional
        Dollars a person costs in a round; that of `Flight` by default.

    Returns
    -------
    dict of str to array, shape (policies, futures)

    Raises
    ------
    ExplainedError
        If no round was flown.

    Examples
    --------
    >>> from thousandfold.flight import STEADY, fly
    >>> list(points(fly({"steady": STEADY}, replications=1)))[:2]
    ['customers', 'cash']
    """
    rounds = len(runs.time) - 1
    if rounds == 0:
        raise ExplainedError("nothing was flown yet: points are given from the first round on")
    cost = Flight.quantities()["wage"].default if wage is None else wage
    grown = np.minimum(1, runs.final("customers") / GOAL)
    months = 6 * runs.final("cash") / (cost * np.maximum(1, runs.final("people")))
    gone = (runs["quit"] + runs["dismissed"])[1:].sum(axis=0) / runs["people"][1:].sum(axis=0)
    shares = {
        "customers": grown,
        "cash": np.clip(months / 12, 0, 1),
        "promise": runs.final("kept") / rounds,
        "people": np.clip(1 - 4 * gone, 0, 1),
        "debt": np.clip(1 - 2 * runs.final("lost"), 0, 1),
    }
    parts = {name: WEIGHTS[name] * np.asarray(share) for name, share in shares.items()}
    return parts | {"points": np.sum(list(parts.values()), axis=0)}


def scorecard(runs: Trajectory, future: int | None = None) -> pd.DataFrame:
    """Return how each policy ends: in one future, or on average over all of them.

    Parameters
    ----------
    runs : Trajectory
        What `flight.engine.fly` returns.
    future : int, optional
        Place of one future, 0 for the one that a team played; all futures by default.

    Returns
    -------
    pandas.DataFrame
        One row per policy.

    Examples
    --------
    >>> from thousandfold.flight import FEATURES_ONLY, fly
    >>> scorecard(fly({"features only": FEATURES_ONLY}, replications=50))["goal reached"].tolist()
    [0.0]
    """
    import pandas as pd

    def of(values: Array) -> Array:
        return np.median(values, axis=-1) if future is None else values[:, future]

    rounds = len(runs.time) - 1
    total = points(runs)["points"]
    reached = runs.final("customers") >= GOAL
    columns = {
        "customers": of(runs.final("customers")).round(),
        "goal reached": reached.mean(axis=-1)
        if future is None
        else reached[:, future].astype(float),
        "cash, $1,000": (of(runs.final("cash")) / 1000).round(),
        "promise kept, rounds": of(runs.final("kept")),
        "people": of(runs.final("people")),
        "time lost to debt, %": (100 * of(runs.final("lost"))).round(),
        "points": (total.mean(axis=-1) if future is None else total[:, future]).round(1),
    }
    table = pd.DataFrame(columns, index=list(runs.scenarios))
    return table.rename_axis(columns=f"after {rounds} rounds")


def forecast_errors(
    forecasts: Sequence[float | None], runs: Trajectory, policy: int = 0, future: int = 0
) -> pd.DataFrame:
    """Compare what a team forecast with what came, and with the simplest forecast there is.

    The simplest one: customers grow by the same factor as in the round before.

    Parameters
    ----------
    forecasts : sequence of float or None
        Customers after round 1, 2, ..., each written down before the round; None if there is none.
    runs : Trajectory
        What `flight.engine.fly` returns.
    policy, future : int
        As in `report`.

    Returns
    -------
    pandas.DataFrame
        One row per round: forecast, customers, the same growth as before, and by which factor each
        was too high (above 1) or too low.

    Raises
    ------
    ExplainedError
        If there are more forecasts than rounds, or one is not a number above 0.

    Examples
    --------
    >>> from thousandfold.flight import STEADY, fly
    >>> len(forecast_errors([1500, None, 4000], fly({"steady": STEADY}, replications=1)))
    3
    """
    import pandas as pd

    came = runs["customers"][:, policy, future]
    if len(forecasts) > len(came) - 1:
        raise ExplainedError(f"there are {len(forecasts)} forecasts for {len(came) - 1} rounds")
    for at, value in enumerate(forecasts, start=1):
        fits = value is None or (
            isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e12
        )
        if not fits:
            raise ExplainedError(
                f"the forecast of round {at} must be a number above 0, not {value!r}"
            )
    rows = []
    for at, forecast in enumerate(forecasts, start=1):
        same = came[at - 1] * (came[at - 1] / came[at - 2] if at > 1 else 1)
        told = np.nan if forecast is None else float(round(forecast))
        rows.append(
            (told, came[at], round(same), round(told / came[at], 2), round(same / came[at], 2))
        )
    columns = [
        "forecast",
        "customers",
        "same growth",
        "forecast / customers",
        "same growth / customers",
    ]
    index = pd.RangeIndex(1, len(rows) + 1, name="round")
    table = pd.DataFrame(rows, columns=columns, index=index)
    return table.astype(dict.fromkeys(columns[:2], "Int64"))  # whole, and none where none was made


def skill_and_luck(runs: Trajectory, future: int = 0) -> pd.DataFrame:
    """Tell skill from luck: what a policy does in all futures, and what this future did to it.

    *Skill* is the median over all futures: what the decisions are worth. *Luck* is where the
    future that was lived stands among them: 50 is the middle, 90 better than nine of ten.

    Parameters
    ----------
    runs : Trajectory
        Some policies through the same futures.
    future : int
        The future that was lived.

    Returns
    -------
    pandas.DataFrame
        One row per policy, best skill first.

    Examples
    --------
    >>> from thousandfold.flight import COMPARED, fly
    >>> len(skill_and_luck(fly(COMPARED, replications=20))) == len(COMPARED)
    True
    """
    import pandas as pd

    ends = runs.final("customers")
    lived = ends[:, future]
    low, median, high = np.quantile(ends, [0.1, 0.5, 0.9], axis=-1)
    below = (ends < lived[:, None]).mean(axis=-1)
    equal = (ends == lived[:, None]).mean(axis=-1)
    columns = {
        "lived": lived,
        "skill: median of all futures": median.round(),
        "low": low.round(),
        "high": high.round(),
        "luck: better than % of futures": (100 * (below + equal / 2)).round(),
        "goal reached, % of futures": (100 * (ends >= GOAL).mean(axis=-1)).round(1),
    }
    table = pd.DataFrame(columns, index=list(runs.scenarios))
    return table.sort_values("skill: median of all futures", ascending=False, kind="stable")


def shares_of_skill_and_luck(runs: Trajectory) -> dict[str, float]:
    """Return how much of the differences in tenfolds of customers is skill, luck, or both.

    All policies fly through the same futures, so the variance of the logarithm falls apart exactly:
    between policies (skill), between futures (luck), and what a policy makes of its luck (both).

    Parameters
    ----------
    runs : Trajectory
        At least two policies and two futures.

    Returns
    -------
    dict of str to float
        Shares that add up to 1.

    Raises
    ------
    ExplainedError
        If there are fewer than two policies or futures, or all end alike.

    Examples
    --------
    >>> from thousandfold.flight import COMPARED, fly
    >>> list(shares_of_skill_and_luck(fly(COMPARED, replications=20)))
    ['skill', 'luck', 'both']
    """
    ends = np.log10(np.maximum(1, runs.final("customers")))
    if min(ends.shape) < 2:
        raise ExplainedError(
            "skill and luck are told apart by two policies and two futures or more"
        )
    skill = ends.mean(axis=1, keepdims=True) - ends.mean()
    luck = ends.mean(axis=0, keepdims=True) - ends.mean()
    rest = ends - ends.mean() - skill - luck
    total = float(((ends - ends.mean()) ** 2).mean())
    if total == 0:
        raise ExplainedError(
            "all policies end alike in all futures: there is nothing to tell apart"
        )
    return {
        "skill": float((skill**2).mean() / total),
        "luck": float((luck**2).mean() / total),
        "both": float((rest**2).mean() / total),
    }
