"""What a plan for repaying debt earns: features, a kept promise, and the debt it hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thousandfold.core import Trajectory, instance, single, whole

if TYPE_CHECKING:
    import pandas as pd


def earned(
    runs: Trajectory,
    promise: float = 900,
    by: int = 3,
    penalty: float = 1000,
    handover: float = 0.75,
) -> pd.DataFrame:
    """Return what plans earn: features, less the debt they hand over and a broken promise.

    ::

        earned = features - handover * debt left - penalty * (share of futures that break it)

    The prices are illustrative. They are the terms of a deal, which whoever plans knows: so they
    are no numbers of a team, and nobody draws them. It leaves out: that features earn more the
    earlier they come.

    Parameters
    ----------
    runs : Trajectory
        What `Debt.follow` returns.
    promise, by : float and int
        Days of features that somebody was promised, and the quarter until which.
    penalty : float
        Days of features that a broken promise costs.
    handover : float
        Days of features that each day of debt costs that is left at the end.

    Returns
    -------
    pandas.DataFrame
        One row per plan; means over the futures.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> runs = Debt().follow({"never": [0] * 12, "a fifth": [0.2] * 12})
    >>> earned(runs)["earned"].round(-2).tolist()
    [1700.0, 3200.0]
    """
    import pandas as pd

    by = whole("by", by, 0, len(instance("runs", runs, Trajectory).time) - 1)
    promise, penalty = single("promise", promise), single("penalty", penalty)
    handover = single("handover", handover)
    features, debt = runs.final("delivered").mean(axis=1), runs.final("debt").mean(axis=1)
    kept = (runs["delivered"][by] >= promise).mean(axis=1)
    columns = {
        "features": features.round(),
        "promise kept": kept.round(2),
        "debt left": debt.round(),
        "earned": (features - handover * debt - penalty * (1 - kept)).round(),
    }
    return pd.DataFrame(columns, index=list(runs.scenarios)).rename_axis(columns="days")
